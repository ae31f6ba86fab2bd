"""A customer's contact persons: added, changed, made the primary one, and let go."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.customers import contacts
from counterfoil.design import versions
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused, status_of, succeeded
from counterfoil.office.making import fresh_key
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import ContactForm, initial_of_contact
from .shell import find


@needs("customers.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest, customer_id: int) -> HttpResponse:
    customer = find(request, customer_id)
    initial = {"making_key": fresh_key(), "language": customer.language}
    form = ContactForm(request.POST or None, initial=initial)

    def add(data: dict[str, Any]) -> None:
        contacts.add(customer, form.content(), by=request.reach.actor, making_key=data["making_key"])

    if request.method == "POST" and succeeded(form, add):
        return done(request, request.reach.url("customer", customer.id), _("The contact person was added."))
    return _show(request, form, customer)


@needs("customers.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, customer_id: int, contact_id: int) -> HttpResponse:
    contact = _find(request, customer_id, contact_id)
    form = ContactForm(request.POST or None, initial=initial_of_contact(contact))

    changed = [contact]

    def change(data: dict[str, Any]) -> None:
        changed[0] = contacts.edit(contact, form.content(), by=request.reach.actor, revision=data["revision"] or 0)

    if request.method == "POST" and succeeded(form, change):
        words = _told(changed[0], was=contact.access)
        return done(request, request.reach.url("customer", contact.customer_id), words)
    place = (contact.customer_id, contact.id)
    return _show(
        request,
        form,
        contact.customer,
        contact=contact,
        status_label=contact.get_access_display(),
        meeting=versions.meet(form, initial_of_contact, reach=request.reach),
        asks=request.GET.get("ask") == "retire",
        retire_url=request.reach.url("contact_retire", *place),
        primary_url="" if contact.is_primary else request.reach.url("contact_primary", *place),
    )


@needs("customers.edit")
@require_POST
def make_primary(request: OfficeRequest, customer_id: int, contact_id: int) -> HttpResponse:
    contact, url = _find(request, customer_id, contact_id), request.reach.url("customer", customer_id)
    try:
        contacts.make_primary(contact, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("%(name)s is the primary contact now.") % {"name": contact.full_name})


@needs("customers.edit")
@require_POST
def retire(request: OfficeRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """Twice is once: who was removed already is removed."""
    everybody = request.reach.contacts.select_related("customer")
    contact = get_object_or_404(everybody, id=contact_id, customer_id=customer_id)
    contacts.retire(contact, by=request.reach.actor)
    words = _("%(name)s was removed.") % {"name": contact.full_name}
    return done(request, request.reach.url("customer", customer_id), words)


def _find(request: OfficeRequest, customer_id: int, contact_id: int) -> Any:
    current = request.reach.contacts.filter(retired_at__isnull=True, customer_id=customer_id)
    return get_object_or_404(current.select_related("customer"), id=contact_id)


def _told(contact: Any, *, was: str) -> str:
    """That it is saved, and what became of the invitation that went to another address."""
    if was == "invited" and contact.access == "disabled":
        words = _("Saved. The invitation went to the address before, so it is void. Invite %(name)s again.")
        return words % {"name": contact.full_name}
    return _("Saved.")


def _show(request: OfficeRequest, form: ContactForm, customer: Any, **context: Any) -> HttpResponse:
    return page(
        request,
        "office/customers/contact.html",
        status=status_of(form),
        form=form,
        customer=customer,
        back_url=request.reach.url("customer", customer.id),
        **context,
    )
