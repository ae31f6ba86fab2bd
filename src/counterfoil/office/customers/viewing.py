"""**View portal as** one of a customer's contact persons: begun from their row on the customer's page, and stopped."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from counterfoil.books.customers import portal_access
from counterfoil.foundation.addresses import address
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import refused
from counterfoil.reach import viewing
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest


@needs(viewing.CAPABILITY)
@require_POST
def begin(request: OfficeRequest, customer_id: int, contact_id: int) -> HttpResponse:
    contact = get_object_or_404(request.reach.contacts, id=contact_id, customer_id=customer_id)
    try:
        portal_access.view_as(contact, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, request.reach.url("customer", customer_id), refusal)
    viewing.begin(request, request.reach.member, contact.id)
    return HttpResponseRedirect(address("portal:home", request.reach.portal_name, customer_id), status=303)


@needs(viewing.CAPABILITY)
@require_POST
def stop(request: OfficeRequest) -> HttpResponse:
    """Back to the customer's page. Twice is once."""
    contact = request.reach.contacts.filter(id=viewing.end(request) or 0).first()
    back = request.reach.url("customer", contact.customer_id) if contact else request.reach.url("customers")
    return HttpResponseRedirect(back, status=303)
