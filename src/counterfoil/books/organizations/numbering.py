"""Numbers of documents: a prefix and a counter for each kind, without gaps, no number ever used twice."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import DocumentKind, NumberSeries, Organization

PREFIXES = {DocumentKind.INVOICE: "INV-", DocumentKind.PAYMENT: "PMT-"}


def take(organization_id: int, kind: DocumentKind) -> str:
    """The next number of a kind, for the document that is being issued in this transaction.

    Locks the counter, so it is the last thing that a verb takes; if the verb fails, the number is given to the next.
    """
    series = NumberSeries.objects.select_for_update().get(organization_id=organization_id, kind=kind)
    number = series.written(series.next_number)
    series.next_number += 1
    series.save(update_fields=["next_number"])
    return number


def open_series(organization: Organization) -> None:
    """Give a new organization a series for each kind of document."""
    NumberSeries.objects.bulk_create(
        NumberSeries(organization=organization, kind=kind, prefix=prefix) for kind, prefix in PREFIXES.items()
    )


@transaction.atomic
def change(series: NumberSeries, *, prefix: str, next_number: int, by: Actor) -> NumberSeries:
    """Number future documents differently. Raises Refused: NUMBER_USED if such a number could come a second time."""
    series = NumberSeries.objects.select_for_update().get(id=series.id)
    by.must_be_staff_of(series.organization_id, "owner")
    if prefix == series.prefix and next_number < series.next_number:
        raise Refused(
            "NUMBER_USED",
            _("Numbers below %(next)s were already given. Choose that or a higher one.")
            % {"next": series.next_number},
            field="next_number",
        )
    was = series.written(series.next_number)
    series.prefix, series.next_number = prefix, next_number
    series.save(update_fields=["prefix", "next_number"])
    record(
        "numbering.changed",
        series,
        by=by,
        audience="office",
        kind=series.kind,
        was=was,
        now=series.written(next_number),
    )
    return series
