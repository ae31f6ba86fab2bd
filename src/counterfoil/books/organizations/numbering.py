"""Numbers of documents: a prefix and a counter for each kind, without gaps, no number ever used twice."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import DocumentKind, NumberSeries, Organization

PREFIXES = {
    DocumentKind.QUOTE: "QT-",
    DocumentKind.SALES_ORDER: "SO-",
    DocumentKind.INVOICE: "INV-",
    DocumentKind.RETAINER_INVOICE: "RET-",
    DocumentKind.CREDIT_NOTE: "CN-",
    DocumentKind.PAYMENT: "PMT-",
    DocumentKind.APPROVAL: "TS-",
}
LARGEST = 10**12
DIGITS = "0123456789"


def take(organization_id: int, kind: DocumentKind) -> str:
    """The next number of a kind, for the document that is being issued in this transaction.

    Locks the counter, so it is the last thing that a verb takes; if the verb fails, the number is given to the next.
    """
    series = _locked(organization_id, kind)
    number = series.written(series.next_number)
    series.next_number += 1
    series.given += 1
    series.save(update_fields=["next_number", "given"])
    return number


def move_past(organization_id: int, kind: DocumentKind, numbers: Collection[str]) -> None:
    """Let the numbers to come be other ones than these, which were given elsewhere.

    Under whichever prefix they are. Locks the counter, so it is the last thing that a verb takes, as with `take`.
    """
    series = _locked(organization_id, kind)
    for number in numbers:
        prefix = number.rstrip(DIGITS)
        digits = number.removeprefix(prefix)
        if not digits or (following := int(digits) + 1) >= LARGEST:
            continue  # a counter never comes to it
        if _key(prefix) == _key(series.prefix):
            series.next_number = max(series.next_number, following)
        else:
            series.earlier[_key(prefix)] = max(int(series.earlier.get(_key(prefix), 1)), following)
    series.given += len(numbers)
    series.save(update_fields=["next_number", "given", "earlier"])


def _locked(organization_id: int, kind: DocumentKind) -> NumberSeries:
    return NumberSeries.objects.select_for_update().get(organization_id=organization_id, kind=kind)


def open_series(organization: Organization) -> None:
    """Give a new organization a series for each kind of document."""
    NumberSeries.objects.bulk_create(
        NumberSeries(organization=organization, kind=kind, prefix=prefix) for kind, prefix in PREFIXES.items()
    )


@transaction.atomic
def change(series: NumberSeries, *, prefix: str, next_number: int, by: Actor) -> NumberSeries:
    """Number future documents differently. The same again changes nothing.

    Raises Refused: NUMBER_USED if such a number could come a second time, PREFIX_DIGIT, NUMBER_TOO_LARGE.
    """
    series = NumberSeries.objects.select_for_update().get(id=series.id)
    by.must_be_staff_of(series.organization_id, "owner")
    if (prefix, next_number) == (series.prefix, series.next_number):
        return series
    # With a digit at the prefix's end, two prefixes could make the same number: INV-1 and 1, INV- and 1000001.
    if prefix[-1:].isdigit():
        raise Refused("PREFIX_DIGIT", _("End the prefix with a letter or a sign, such as INV-."), field="prefix")
    if not 1 <= next_number < LARGEST:
        raise Refused("NUMBER_TOO_LARGE", _("Choose a number from 1 to 999,999,999,999."), field="next_number")
    first_free = _first_free(series, prefix)
    if next_number < first_free:
        raise Refused(
            "NUMBER_USED",
            _("Numbers below %(next)s were already given. Choose that or a higher one.") % {"next": first_free},
            field="next_number",
        )
    was = series.written(series.next_number)
    series.earlier = series.earlier | {_key(series.prefix): series.next_number}
    series.prefix, series.next_number = prefix, next_number
    series.save(update_fields=["prefix", "next_number", "earlier"])
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


def _first_free(series: NumberSeries, prefix: str) -> int:
    """The lowest number that was not given under a prefix, whatever its case."""
    if _key(prefix) == _key(series.prefix):
        return series.next_number
    return int(series.earlier.get(_key(prefix), 1))


def _key(prefix: str) -> str:
    return prefix.casefold()
