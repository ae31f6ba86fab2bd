"""The demo's mails: nothing leaves the machine, everything can be read here and its links followed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from html import unescape
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.design import lists
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.languages import current
from counterfoil.foundation.pages import Sort
from counterfoil.outbound import links
from counterfoil.outbound.models import Mail
from counterfoil.reach.doors import public

View = Callable[..., HttpResponse]
WHY = "the demo's own mail page; absent in production"
SORTS = {"id": Sort("id")}
MOST_AS_JSON = 200
MAY = ("allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation")
FRAMES_OURS: Any = csp_update({"frame-src": [SELF]})
RUNS_NOTHING: Any = csp_replace(
    {"style-src": ["'unsafe-inline'"], "frame-ancestors": [SELF], "form-action": [NONE], "sandbox": list(MAY)}
)


@dataclass(frozen=True)
class Opened:
    """A mail as its recipient reads it, with real links; `note` says why they are masked where they are."""

    text: str
    html: str
    note: str = ""

    @property
    def links(self) -> list[str]:
        return [unescape(address) for address in re.findall(r'href="([^"]+)"', self.html)]


def in_the_demo(view: View) -> View:
    """The page does not exist anywhere else, whatever the routes say."""

    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if settings.ENVIRONMENT.mode != "demo":
            raise Http404
        return view(request, **arguments)

    return guarded


@public(WHY)
@require_safe
@in_the_demo
def index(request: HttpRequest) -> HttpResponse:
    """The mails, newest first; `?to=` one address, `?format=json` for programs, with text, HTML and links."""
    mails = Mail.objects.select_related("event", "organization")
    if to := request.GET.get("to", "").strip().lower():
        mails = mails.filter(recipient=to)
    if request.GET.get("format") == "json":
        return JsonResponse({"mails": [_as_json(mail) for mail in mails.order_by("-id")[:MOST_AS_JSON]]})
    listing = lists.read(request, mails, SORTS, first="-id")
    context = {"rows": [_row(mail) for mail in listing.page.rows], "newer": listing.newer, "older": listing.older}
    return render(request, "demo/outbox/index.html", context)


@public(WHY)
@require_safe
@in_the_demo
@FRAMES_OURS
def show(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail, as a mail program shows it and as plain text."""
    mail = get_object_or_404(Mail, id=mail_id)
    context = {"mail": mail, "opened": opened(mail), "row": _row(mail), "html_url": _address("outbox_html", mail)}
    return render(request, "demo/outbox/show.html", context)


@public(WHY)
@require_safe
@in_the_demo
@RUNS_NOTHING
def html(_request: HttpRequest, mail_id: int) -> HttpResponse:
    """A mail's HTML for the frame of its page: it can run nothing, and its links open in the whole window."""
    content = opened(get_object_or_404(Mail, id=mail_id)).html
    return HttpResponse(content.replace("<head>", '<head><base target="_top">', 1))


def opened(mail: Mail) -> Opened:
    """What the recipient reads. The links are derived anew, since no table holds them."""
    try:
        return Opened(links.reveal(mail, mail.text), links.reveal(mail, mail.html))
    except links.Withdrawn:
        return Opened(
            mail.text, mail.html, _("The link in this mail was used or withdrawn and opens nothing any more.")
        )


def _row(mail: Mail) -> dict[str, Any]:
    zone = mail.organization.time_zone if mail.organization else settings.TIME_ZONE
    return {
        "to": f"{mail.recipient_name} <{mail.recipient}>" if mail.recipient_name else mail.recipient,
        "subject": mail.subject,
        "when": format_moment(mail.made_at, current(), zone),
        "url": _address("outbox_mail", mail),
    }


def _as_json(mail: Mail) -> dict[str, Any]:
    read = opened(mail)
    return {
        "id": str(mail.id),
        "template": mail.template,
        "to": mail.recipient,
        "name": mail.recipient_name,
        "language": mail.language,
        "subject": mail.subject,
        "text": read.text,
        "html": read.html,
        "links": read.links,
        "state": mail.state,
        "message_id": mail.message_id,
        "made_at": mail.made_at.isoformat(),
        "url": _address("outbox_mail", mail),
    }


def _address(route: str, mail: Mail) -> str:
    return reverse(f"demo:{route}", args=(mail.id,))
