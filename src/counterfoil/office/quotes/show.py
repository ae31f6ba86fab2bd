"""One quote: what every document's page has, how it was decided, and what was made of it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.sales import origins, quotes, signing
from counterfoil.foundation.actors import actor_from
from counterfoil.office.documents import pages
from counterfoil.office.pages import page
from counterfoil.office.words import day, written
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kind import QUOTES

ICONS = {"invoice": "invoice", "sales_order": "order", "retainer_invoice": "coins"}


@needs("quotes.read")
@require_safe
def show(request: OfficeRequest, quote_id: int) -> HttpResponse:
    """The document with everything that can be done with it. A dialog that the address asks for stands open."""
    reach = request.reach
    quote = pages.find(QUOTES, reach, quote_id)
    made = origins.made_of(quote) if quote.state in ("accepted", "invoiced") else []
    can_be_decided = quote.can_be_decided(reach.today)
    return page(
        request,
        "office/quotes/show.html",
        **pages.shown(QUOTES, request, quote),
        until=_until(reach, quote),
        decisions=_decisions(reach, quote),
        optional=list(quote.lines.filter(is_optional=True)) if can_be_decided else [],
        can_be_decided=can_be_decided,
        asks_for_signature=signing.is_asked(reach.organization),
        can_be_sent=quote.state in ("draft", "sent"),
        can_be_made=quote.state == "accepted" and all(one.kind() == "retainer_invoice" for one in made),
        made=[
            {"name": one.name or _("Draft"), "icon": ICONS[one.kind()], "url": reach.url(one.kind(), one.id)}
            for one in made
        ],
    )


def _until(reach: OfficeReach, quote: Any) -> str:
    """Until when it can be decided, while it can."""
    if quote.expires is None or quote.state not in ("draft", "sent"):
        return ""
    if quote.is_expired(reach.today):
        return _("Expired on %(day)s") % {"day": day(reach, quote.expires)}
    return _("Valid until %(day)s") % {"day": day(reach, quote.expires)}


def _decisions(reach: OfficeReach, quote: Any) -> list[dict[str, Any]]:
    """How each revision was decided, the newest first."""
    if quote.decided_at is None and quote.revision == 1:
        return []
    return [
        {
            "is_accepted": one.decision == "accepted",
            "who": quotes.named(actor_from(one.decided_by)),
            "when": pages.moment(reach, one.decided_at),
            "reason": one.reason,
            "revision": one.revision,
            "signed_url": reach.url("quote_signed", quote.id, one.revision) if one.is_signed else "",
            "amount": written(reach, (one.accepted or one.content)["total_minor"], quote.currency),
        }
        for one in signing.decisions_on(quote)
    ]
