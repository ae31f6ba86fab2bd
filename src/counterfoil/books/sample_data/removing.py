"""Sample data is removed: the whole organization that it is, with every row of every table, in one transaction.

It is the only place that deletes an organization's rows. Whose they are is asked in each statement anew: no row goes
whose organization isn't the sample data of the one that it is removed from.
"""

from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from counterfoil.books.files import keeping
from counterfoil.books.files.models import StoredFile
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record

from . import tables


@transaction.atomic
def remove(organization: Organization, *, by: Actor) -> bool:
    """Remove an organization's sample data with all that was written into it since; False if there is none.

    Raises Refused: NOT_ALLOWED.
    """
    organization = Organization.objects.select_for_update(no_key=True).defer("logo").get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    samples = Organization.objects.filter(sample_of=organization)
    if not _locked(samples):
        return False
    files = StoredFile.objects.filter(organization__in=samples).values_list("key", "small_key")
    keys = [key for pair in files for key in pair if key]
    for rows in tables.of(samples):
        _delete(rows)
    _delete(samples)
    record("sample_data.removed", organization, by=by, audience="office")
    transaction.on_commit(partial(keeping.forget, keys))
    return True


def _locked(samples: QuerySet[Organization]) -> bool:
    """Wait for whoever writes there just now. In the one order of locks, the customers' balances come first."""
    list(CustomerBalance.objects.select_for_update().filter(organization__in=samples).order_by("customer_id"))
    return bool(samples.select_for_update().values_list("id"))


def _delete(rows: QuerySet[Any]) -> None:
    """Without asking what names them: that goes as well, or in the end the database refuses all of it."""
    rows._raw_delete(connection.alias)
