"""What the buttons of an invoice's page do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from counterfoil.books.sales import invoices as books
from counterfoil.books.sales import reopening, write_offs
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, mailed, refused
from counterfoil.office.locked import acting
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs("invoices.edit")
@require_POST
def send(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Mail it to the contact persons that were ticked, issuing a draft first."""
    to = [found for one in request.POST.getlist("to") if (found := whole_number(one))]
    return _act(request, invoice_id, partial(books.send, to=to), _("The invoice is on its way."), answer=mailed)


@needs("invoices.edit")
@require_POST
def mark_as_sent(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Issue a draft without mailing it."""
    return _act(request, invoice_id, books.mark_as_sent, _("The invoice is issued."))


@needs("invoices.edit")
@require_POST
def void(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Declare that it isn't owed."""
    return _act(request, invoice_id, books.void, _("The invoice is void. What was paid of it is now credit."))


@needs("invoices.edit")
@require_POST
def reinstate(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Undo voiding."""
    return _act(request, invoice_id, books.reinstate, _("The invoice is valid again."))


@needs("invoices.edit")
@require_POST
def write_off(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Expect no longer what is left of it."""
    return _act(request, invoice_id, write_offs.write_off, _("What was left is written off."))


@needs("invoices.edit")
@require_POST
def undo_write_off(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Expect it again."""
    return _act(request, invoice_id, write_offs.undo, _("The invoice is owed again."))


@needs("invoices.edit")
@require_POST
def collect_again(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Treat an invoice that is open because money went back as any other again."""
    return _act(request, invoice_id, reopening.collect_again, _("The invoice is reminded of and charged again."))


@needs("invoices.edit")
@require_POST
def delete(request: OfficeRequest, invoice_id: int) -> HttpResponse:
    """Throw a draft away."""
    return _act(request, invoice_id, books.delete, _("The draft was deleted."), then="invoices")


def _act(
    request: OfficeRequest,
    invoice_id: int,
    verb: Callable[..., Any],
    said: str,
    *,
    then: str = "",
    answer: Callable[..., HttpResponse] = done,
) -> HttpResponse:
    """Do what a button says to the revision that its page showed; what was refused is read on the invoice's page."""
    invoice = get_object_or_404(request.reach.invoices, id=invoice_id)
    here, revision = request.reach.url("invoice", invoice_id), whole_number(request.POST.get("revision", "")) or 0
    try:
        verb(invoice, by=acting(request), revision=revision)
    except Refused as refusal:
        return refused(request, here, refusal)
    return answer(request, request.reach.url(then) if then else here, said)
