"""What was mailed to a customer, and what could not be."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from counterfoil.design.lists import read
from counterfoil.office.mails import SORTS, row, text_of
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of


@needs("mails.read")
@require_safe
def index(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """The newest first."""
    customer = find(request, customer_id)
    mails = request.reach.mails.filter(customer=customer).defer("text", "html")
    listing = read(request, mails, SORTS, first="-made")
    return customer_page(
        request,
        "mails.html",
        customer,
        people=people_of(request, customer),
        rows=[row(request, mail, "customer_mail", customer.id) for mail in listing.page.rows],
        listing=listing,
    )


@needs("mails.read")
@require_safe
def show(request: OfficeRequest, customer_id: int, mail_id: int) -> HttpResponse:
    """One mail as it was written. What opens something for its recipient alone is left out."""
    customer = find(request, customer_id)
    mail = get_object_or_404(request.reach.mails.filter(customer=customer), id=mail_id)
    return customer_page(
        request,
        "mail.html",
        customer,
        people=people_of(request, customer),
        mail=row(request, mail, "customer_mail", customer.id),
        text=text_of(mail),
        mails_url=request.reach.url("customer_mails", customer.id),
    )
