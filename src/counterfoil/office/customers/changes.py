"""What was changed of a customer's details and of their contact persons, by whichever side, and undoing it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.customers import own_details
from counterfoil.design import lists
from counterfoil.foundation.pages import Sort
from counterfoil.foundation.refusal import Refused
from counterfoil.office import activity
from counterfoil.office.answers import done, refused
from counterfoil.outbound import changes
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of

SORTS = {"id": Sort("id", int)}
Standing = own_details.Standing


MERGED = "merged"  # what it is about is another customer's by now


@dataclass(frozen=True)
class Row:
    """One change: who made it, when and from where, what it was and is, and whether it can be undone."""

    line: activity.Line
    address: str
    changes: list[changes.Change]
    standing: str
    undo_url: str


@needs("customers.read")
@require_safe
def index(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """Newest first."""
    customer = find(request, customer_id)
    reading = lists.read(request, request.reach.changes_of(customer), SORTS, first="-id", size=20)
    ids = {event.subject_id for event in reading.rows}
    about = {one.id: one for one in request.reach.contacts.filter(id__in=ids)} | {customer.id: customer}
    told = activity.tell(request, reading.rows)
    return customer_page(
        request,
        "changes.html",
        customer,
        people=people_of(request, customer),
        rows=[
            _row(request, event, about.get(event.subject_id), line, customer)
            for event, line in zip(reading.rows, told, strict=True)
        ],
        newer=reading.newer,
        older=reading.older,
    )


def _row(request: OfficeRequest, event: Any, about: Any, line: activity.Line, customer: Any) -> Row:
    """`about` is the customer or the person as they are now; None for a customer who was merged into this one."""
    reach = request.reach
    standing = own_details.standing(event.data["changed"], about).value if about else MERGED
    is_gone = bool(getattr(about, "retired_at", None))
    can_be_undone = reach.may("customers.edit") and standing == Standing.STANDS and not is_gone
    return Row(
        line=line,
        address=event.by.address,
        changes=changes.told(event, row=about),
        standing=standing,
        undo_url=reach.url("customer_change_undo", customer.id, event.id) if can_be_undone else "",
    )


@needs("customers.edit")
@require_POST
def undo(request: OfficeRequest, customer_id: int, event_id: int) -> HttpResponse:
    """Put back what a change replaced, at one click."""
    customer = find(request, customer_id)
    event = get_object_or_404(request.reach.changes_of(customer), id=event_id)
    here = request.reach.url("customer_changes", customer.id)
    try:
        own_details.undo(event, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, here, refusal)
    return done(request, here, _("It is as it was before."))
