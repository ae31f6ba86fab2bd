"""**Refund** of a credit note: how much of what is left goes back, and how. It asks once."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.sales import credit_notes
from counterfoil.design.forms import refuse
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, status_of
from counterfoil.office.locked import acting, why_form
from counterfoil.office.pages import page
from counterfoil.office.words import written
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import RefundForm


@needs("payments.record")
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: OfficeRequest, credit_note_id: int) -> HttpResponse:
    """The form; then what will happen, in a sentence; then it happens."""
    note = get_object_or_404(request.reach.credit_notes.select_related("customer"), id=credit_note_id)
    if request.method != "POST":
        return _show(request, note, RefundForm(initial=RefundForm.initial_of(note), note=note))
    form = RefundForm(request.POST, note=note)
    if not form.is_valid():
        return _show(request, note, form)
    wish = form.wish()
    if request.POST.get("do") != "confirm":
        words = {"amount": written(request.reach, wish.amount.minor, note.currency)}
        sentence = _("You give %(amount)s back yourself; here it is only written down. It can't be undone.") % words
        return _show(request, note, form, sentence=sentence)
    try:
        credit_notes.refund(note, wish, by=acting(request), form_key=form.cleaned_data["form_key"])
    except Refused as refusal:
        refuse(form, refusal)
        return _show(request, note, form)
    return done(request, request.reach.url("credit_note", note.id), _("The refund is done."))


def _show(request: OfficeRequest, note: Any, form: RefundForm, *, sentence: str = "") -> HttpResponse:
    reach = request.reach
    return page(
        request,
        "office/credit_notes/refund.html",
        status=status_of(form),
        form=form,
        number=note.name or _("Draft"),
        currency=note.currency,
        left=written(reach, note.balance_minor, note.currency),
        sentence=sentence,
        why=why_form(request, form),
        why_do="confirm",
        back_url=reach.url("credit_note", note.id),
    )
