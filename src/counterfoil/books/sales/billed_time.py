"""Which time is billed with which line of an invoice. What a piece of time is, whoever keeps time knows.

Time is billed once: by an invoice that is a draft or issued. An invoice that is thrown away or void gives it back, and
so does one from which its line was taken. Every verb that changes an invoice ends here, as in `order_progress`.
"""

from collections.abc import Callable, Collection, Mapping, Set

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.refusal import Refused

from .models import BilledTime, Invoice

ORIGIN = "project"  # what an invoice came from that time is billed with
# What whoever keeps time may have against a void invoice that is made valid again: each raises Refused.
OBJECTIONS: list[Callable[[Invoice], None]] = []


def bill(invoice: Invoice, entries: Mapping[int, Collection[int]]) -> None:
    """Say which pieces of time are billed with which line (by its `source_line_id`). Within a verb's transaction.

    The caller has made sure that they are not billed yet; the database refuses it twice.
    """
    BilledTime.objects.bulk_create(
        BilledTime(invoice=invoice, source_line_id=line_id, entry_id=entry_id)
        for line_id, ids in entries.items()
        for entry_id in ids
    )


def lines_of(invoice: Invoice) -> set[int]:
    """By what those lines of an invoice are known with which time is billed."""
    return set(BilledTime.objects.filter(invoice=invoice).values_list("source_line_id", flat=True))


def must_be_welcome_again(invoice: Invoice) -> None:
    """Refuse to make a void invoice of time valid again, if whoever keeps time has something against it."""
    if invoice.came_from_kind == ORIGIN:
        for object_to in OBJECTIONS:
            object_to(invoice)


def follow(invoice: Invoice) -> None:
    """An invoice was written, made void or made valid again: its time is billed, or to be billed again.

    Raises Refused: TIME_BILLED (with another invoice meanwhile).
    """
    if invoice.came_from_kind != ORIGIN:
        return
    billed = BilledTime.objects.filter(invoice=invoice)
    if invoice.state == Invoice.State.VOID:
        billed.update(stands=False)
        return
    there = invoice.lines.filter(source_line_id__isnull=False).values("source_line_id")
    billed.exclude(source_line_id__in=there).delete()
    elsewhere = BilledTime.objects.filter(entry_id__in=billed.values("entry_id"), stands=True).exclude(invoice=invoice)
    if other := elsewhere.select_related("invoice").first():
        raise Refused(
            "TIME_BILLED",
            _("Some of its time is billed with another invoice by now: %(number)s.")
            % {"number": other.invoice.name or _("a draft")},
        )
    billed.update(stands=True)


def forget(entry_id: int) -> None:
    """A piece of time is no more: a void invoice that is made valid again bills it no more. Within a verb."""
    BilledTime.objects.filter(entry_id=entry_id, stands=False).delete()


def billed(entry_ids: Collection[int]) -> Set[int]:
    """Those of these pieces of time that are billed."""
    standing = BilledTime.objects.filter(entry_id__in=entry_ids, stands=True)
    return set(standing.values_list("entry_id", flat=True))
