"""What was mailed to a customer, and what could not be."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.design.lists import read
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.pages import Sort
from counterfoil.outbound.links import mask
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of

SORTS = {"made": Sort("id", int)}


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
        rows=[_row(request, mail) for mail in listing.page.rows],
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
        mail=_row(request, mail),
        text=mail.text.replace(mask(mail.id), "…"),
        mails_url=request.reach.url("customer_mails", customer.id),
    )


def _row(request: OfficeRequest, mail: Any) -> dict[str, Any]:
    reach = request.reach
    status, label = _state(mail)
    at = format_moment(
        mail.sent_at or mail.made_at, reach.language, reach.organization.time_zone, reach.organization.date_format
    )
    return {
        "subject": mail.subject,
        "to": f"{mail.recipient_name} <{mail.recipient}>" if mail.recipient_name else mail.recipient,
        "recipient": mail.recipient,
        "url": reach.url("customer_mail", mail.customer_id, mail.id),
        "status": status,
        "status_label": label,
        "at": at,
        "failure": _(mail.failure) if mail.failure else "",
    }


def _state(mail: Any) -> tuple[str, str]:
    """The word for the style sheet, and the label."""
    if mail.state == "sent":
        return "sent", _("Sent")
    if mail.state == "failed":
        return "failed", _("Not sent")
    return "processing", _("Waiting")
