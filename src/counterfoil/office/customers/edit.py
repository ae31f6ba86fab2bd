"""Writing a customer down, and changing what is known of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.sales import opening
from counterfoil.design import versions
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.office.locked import acting, why_form
from counterfoil.office.making import fresh_key
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import CustomerForm, initial_of, initial_of_opening


@needs("customers.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    organization = request.reach.organization
    initial = {
        "making_key": fresh_key(),
        "kind": "company",
        "currency": organization.currency,
        "language": organization.language,
        "payment_days": 30,
        "shipping_same": True,
    }
    form = CustomerForm(
        request.POST or None, initial=initial, language=request.reach.language, own_currency=organization.currency
    )
    made = []

    def create(data: dict[str, Any]) -> None:
        by, key = acting(request), data["making_key"]
        made.append(opening.create_customer(organization, form.content(), form.opening(), by=by, making_key=key))

    if request.method == "POST" and succeeded(form, create):
        words = _("%(name)s was added. Add a contact person next.") % {"name": made[0].display_name}
        return done(request, request.reach.url("customer", made[0].id), words)
    return _show(request, form, back_url=request.reach.url("customers"))


@needs("customers.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, customer_id: int) -> HttpResponse:
    customer = get_object_or_404(request.reach.customers, id=customer_id)
    opening_balance = request.reach.invoices.of(customer).filter(is_opening=True).first()
    form = CustomerForm(
        request.POST or None,
        initial=initial_of(customer) | initial_of_opening(opening_balance),
        language=request.reach.language,
        own_currency=customer.currency,
        currency_fixed=customer.currency_fixed,
    )

    def change(data: dict[str, Any]) -> None:
        opening.edit_customer(
            customer,
            form.content(),
            form.opening(),
            by=acting(request),
            revision=data["revision"] or 0,
            opening_revision=data["opening_revision"] or 0,
        )

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("customer", customer.id), _("Saved."))
    return _show(
        request,
        form,
        back_url=request.reach.url("customer", customer.id),
        name=customer.display_name,
        meeting=_meet(request, form, opening_balance),
    )


def _meet(request: OfficeRequest, form: CustomerForm, opening_balance: Any) -> versions.Meeting | None:
    """Both versions, if somebody else was faster. What was owed at first has a version of its own."""
    refusal: Refused | None = getattr(form, "refusal", None)
    if refusal and refusal.code == "OPENING_CHANGED":
        now = initial_of_opening(opening_balance)
        return versions.Meeting(versions.bring_together(form, now=now, then=None, also="opening_revision"))
    return versions.meet(form, initial_of, reach=request.reach)


def _show(request: OfficeRequest, form: CustomerForm, **context: Any) -> HttpResponse:
    shipping_open = form.is_bound and any(field.errors for field in form.shipping())
    return page(
        request,
        "office/customers/edit.html",
        status=status_of(form),
        form=form,
        why=why_form(request, form),
        shipping_open=shipping_open or not form["shipping_same"].value(),
        **context,
    )
