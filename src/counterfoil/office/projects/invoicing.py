"""Making an invoice of a project: of its unbilled time, or of a part of its cost."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.books.projects import billing
from counterfoil.books.projects.billing import By, Offer, Wish
from counterfoil.design.forms import AmountField, refuse
from counterfoil.foundation import money
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, status_of
from counterfoil.office.making import MadeOnce, fresh_key
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

BY = (
    (By.PROJECT.value, gettext_lazy("One line for the project")),
    (By.TASK.value, gettext_lazy("A line for each task")),
    (By.ENTRY.value, gettext_lazy("A line for each time entry")),
)


class InvoicingForm(MadeOnce):
    """Until when time is billed, and in which lines; of a fixed cost, how much of it."""

    until = forms.DateField(
        label=gettext_lazy("Time until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    by = forms.ChoiceField(label=gettext_lazy("Lines"), choices=BY, widget=forms.RadioSelect)
    amount = AmountField(label=gettext_lazy("Amount"))

    def __init__(self, *args: Any, currency: str, is_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]
        del self.fields["by" if is_fixed else "amount"]

    def wish(self) -> Wish:
        data = self.cleaned_data
        amount = data.get("amount")
        return Wish(until=data["until"], by=By(data.get("by", By.TASK)), fixed_minor=amount.minor if amount else None)


@needs("invoices.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def invoice(request: OfficeRequest, project_id: int) -> HttpResponse:
    """What is typed becomes a draft invoice, or is only worked out anew (`do` is "show")."""
    reach = request.reach
    project = get_object_or_404(reach.projects.select_related("customer"), id=project_id)
    form = _form(request, project)
    if not form.is_bound or not form.is_valid():
        return _show(request, project, form)
    if request.POST.get("do") == "show":
        return _show(request, project, form)
    try:
        made = billing.bill(
            project,
            form.wish(),
            by=reach.actor,
            revision=form.cleaned_data["revision"] or 0,
            making_key=form.cleaned_data["making_key"],
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _show(request, project, form)
    return done(request, reach.url("invoice", made.id), _("Here is the draft invoice."))


def _form(request: OfficeRequest, project: Any) -> InvoicingForm:
    """For a fixed cost, what is left of it stands in the form."""
    is_fixed, currency = project.billing == "fixed", project.customer.currency
    if request.method == "POST":
        return InvoicingForm(request.POST, currency=currency, is_fixed=is_fixed)
    left = billing.left_minor(project) if is_fixed else 0
    initial = {
        "until": request.reach.today,
        "by": By.TASK,
        "amount": Money(left, currency) if left else None,
        "revision": project.revision,
        "making_key": fresh_key(),
    }
    return InvoicingForm(initial=initial, currency=currency, is_fixed=is_fixed)


def _show(request: OfficeRequest, project: Any, form: InvoicingForm) -> HttpResponse:
    reach, customer = request.reach, project.customer
    wish = _wish(request, form)
    offer = _offer(project, wish, customer, form) if wish else None
    return page(
        request,
        "office/projects/invoice.html",
        status=status_of(form),
        form=form,
        project=project.name,
        customer=customer.display_name,
        is_fixed=project.billing == "fixed",
        currency=money.symbol(customer.currency, reach.language),
        until=day(reach, wish.until) if wish else "",
        offer=offer,
        hours=format_hours(offer.minutes) if offer else "",
        total=written(reach, offer.total_minor, customer.currency) if offer else "",
        cost=written(reach, project.fixed_minor, customer.currency),
        approved_only=reach.organization.bills_approved_only,
        back_url=reach.url("project", project.id),
    )


def _wish(request: OfficeRequest, form: InvoicingForm) -> Wish | None:
    """What is asked for, as far as it can be read; in a fresh form, everything until today."""
    if not form.is_bound:
        return Wish(until=request.reach.today)
    data = getattr(form, "cleaned_data", {})
    return Wish(until=data["until"], by=By(data.get("by", By.TASK))) if "until" in data else None


def _offer(project: Any, wish: Wish, customer: Any, form: InvoicingForm) -> Offer | None:
    """What that comes to; too much for one invoice is said beside the day."""
    try:
        return billing.offered(project, wish, customer)
    except Refused as refusal:
        if form.is_bound and not form.errors:
            refuse(form, refusal)
        return None
