"""Mails as the office's lists and pages show them."""

from typing import Any

from django.utils.translation import gettext as _

from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.pages import Sort
from counterfoil.outbound.links import mask
from counterfoil.reach.requests import OfficeRequest

SORTS = {"made": Sort("id", int)}


def row(request: OfficeRequest, mail: Any, route: str, *place: int) -> dict[str, Any]:
    """One mail; `route` and `place` are the page that shows it with its text."""
    reach = request.reach
    status, label = state(mail.state)
    at = format_moment(
        mail.sent_at or mail.made_at, reach.language, reach.organization.time_zone, reach.organization.date_format
    )
    return {
        "subject": mail.subject,
        "to": f"{mail.recipient_name} <{mail.recipient}>" if mail.recipient_name else mail.recipient,
        "recipient": mail.recipient,
        "from": mail.reply_to,
        "url": reach.url(route, *place, mail.id),
        "status": status,
        "status_label": label,
        "at": at,
        "failure": _(mail.failure) if mail.failure else "",
    }


def state(of_mail: str) -> tuple[str, str]:
    """The word for the style sheet, and the label."""
    if of_mail == "sent":
        return "sent", _("Sent")
    if of_mail == "failed":
        return "failed", _("Not sent")
    return "processing", _("Waiting")


def text_of(mail: Any) -> str:
    """What it says, without what opens something for its recipient alone."""
    return str(mail.text).replace(mask(mail.id), "…")
