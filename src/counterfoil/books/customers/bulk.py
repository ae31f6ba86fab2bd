"""Many new customers and contact persons at once, as they are brought over from elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.copying import values, write_rows
from counterfoil.foundation.events import record_past

from . import customers, finding
from .contacts import ContactContent
from .customers import CustomerContent
from .models import ContactPerson, Customer, CustomerWord


@dataclass(frozen=True)
class Newcomer:
    """Somebody new at a customer."""

    customer: Customer
    content: ContactContent
    is_primary: bool = False


def take_all(organization: Organization) -> list[Customer]:
    """Every customer of an organization, locked, and then the organization itself: nobody writes another name down.

    In the order in which `customers.edit` takes them.
    """
    rows = Customer.objects.of(organization).select_for_update(no_key=True).order_by("id")
    found = list(rows)
    Organization.objects.select_for_update(no_key=True).only("id").get(id=organization.id)
    return found


@transaction.atomic
def create_all(organization: Organization, contents: Sequence[CustomerContent], *, by: Actor) -> list[Customer]:
    """Write new customers down, in this order. The caller has made sure that their names are free.

    Raises Refused as `customers.create`; the database refuses a name that is there already.
    """
    by.must_be_staff_of(organization.id)
    now = clock.now()
    made = []
    for content in contents:
        customers.must_make_sense(content)
        made.append(Customer(organization=organization, made_at=now, **content.columns()))
    write_rows(Customer, [values(one) for one in made])
    words = (
        CustomerWord(customer=one, organization=organization, word=word)
        for one in made
        for word in sorted(finding.words(one.display_name))
    )
    write_rows(CustomerWord, [values(one) for one in words])
    told = ((one, {"display_name": one.display_name}) for one in made)
    record_past("customer.imported", told, by=by, audience="office")
    return made


@transaction.atomic
def add_all(organization: Organization, newcomers: Iterable[Newcomer], *, by: Actor) -> list[ContactPerson]:
    """Write contact persons down, without access. The caller has made sure of who is the primary one."""
    by.must_be_staff_of(organization.id)
    now = clock.now()
    made = [
        ContactPerson(
            organization=organization,
            customer=one.customer,
            is_primary=one.is_primary,
            made_at=now,
            **one.content.columns(),
        )
        for one in newcomers
    ]
    write_rows(ContactPerson, [values(one) for one in made])
    told = ((one, {"name": one.full_name, "email": one.email}) for one in made)
    record_past("contact.imported", told, by=by, audience="office")
    return made
