"""The customer's quotes: the list, one quote, its PDF, and deciding it."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.sales import changes, quotes, signing, viewing
from counterfoil.books.sales.signing import Signature
from counterfoil.design import columns
from counterfoil.design.lists import ALL, Filter, Listed
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.languages import label
from counterfoil.foundation.pages import Sort
from counterfoil.foundation.refusal import Refused
from counterfoil.paper.differences import in_words
from counterfoil.paper.documents import standing_of_quote
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import documents
from .amounts import day, written
from .kinds import Kind, Words, file_columns
from .pages import page


def status_for_customer(quote: Any, today: date) -> tuple[str, str]:
    """The status as a word for the style sheet and a label. What waits for the customer says so."""
    status = quote.status(today)
    if status in ("sent", "viewed"):
        return "waiting", _("Awaiting approval")
    return status.value, label(status)


QUOTES = Kind(
    name="quote",
    plural="quotes",
    icon="quote",
    words=Words(
        many=gettext_lazy("Quotes"),
        caption=gettext_lazy("Your quotes"),
        titled=gettext_lazy("Quote %(number)s"),
        nothing_found=gettext_lazy("No quote found"),
        nothing_found_text=gettext_lazy("Try another number, or look at all quotes."),
        none_yet=gettext_lazy("No quotes yet"),
        none_yet_text=gettext_lazy("Quotes appear here as soon as you are sent one. You can accept or decline them."),
    ),
    listed=Listed(
        sorts={
            "date": Sort("dated", date.fromisoformat),
            "number": Sort("number_key"),
            "expires": Sort("expires_on", date.fromisoformat),
            "amount": Sort("total_minor"),
        },
        filters=(
            ALL,
            Filter("awaiting", gettext_lazy("Awaiting approval"), lambda rows, today: rows.awaiting(today)),
            Filter("accepted", gettext_lazy("Accepted"), lambda rows, _today: rows.filter(state="accepted")),
            Filter("declined", gettext_lazy("Declined"), lambda rows, _today: rows.filter(state="declined")),
            Filter("expired", gettext_lazy("Expired"), lambda rows, today: rows.expired(today)),
            Filter("invoiced", gettext_lazy("Invoiced"), lambda rows, _today: rows.filter(state="invoiced")),
        ),
        columns=file_columns(status_for_customer, columns.EXPIRY_DATE),
    ),
    view=quotes.view,
    paper=standing_of_quote,
    status=status_for_customer,
    list_template="portal/quotes/index.html",
)


@needs("quotes.read")
@require_safe
def index(request: PortalRequest) -> HttpResponse | FileResponse:
    """The list, newest first, filtered and searched as its address says."""
    return documents.show_list(QUOTES, request, _rows)


def _rows(reach: PortalReach, quotes: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        documents.row(QUOTES, reach, quote) | {"expires_on": day(reach, quote.expires) if quote.expires else ""}
        for quote in quotes
    ]


@needs("quotes.read", by_link=True)
@require_safe
def show(request: PortalRequest, quote_id: int) -> HttpResponse:
    """One quote as it would print. Opening it is noticed; its optional lines are chosen in the address (`?with=`)."""
    quote = documents.find(QUOTES, request.reach, quote_id)
    chosen = _positions(request.GET.getlist("with"))
    is_news = documents.is_looked_at(request) and not chosen  # who chooses has it open already
    if is_news and not viewing.was_just_seen(quote, actor=request.reach.actor):
        quotes.view(quote, by=request.reach.actor)
    return _show(request, quote, chosen=chosen)


@needs("quotes.decide")
@require_POST
def accept(request: PortalRequest, quote_id: int) -> HttpResponse:
    """**Accept** the revision that was read, with the optional lines that were chosen."""
    chosen = _positions(request.POST.getlist("with"))
    verb = partial(quotes.accept, chosen=chosen, signature=_signature(request))
    return _decide(request, quote_id, verb, _("You accepted this quote."), chosen)


@needs("quotes.decide")
@require_POST
def decline(request: PortalRequest, quote_id: int) -> HttpResponse:
    """**Decline** the revision that was read, perhaps saying why."""
    reason = request.POST.get("reason", "")
    return _decide(request, quote_id, partial(quotes.decline, reason=reason), _("You declined this quote."), set())


@needs("quotes.read", by_link=True)
@require_safe
def pdf(request: PortalRequest, quote_id: int) -> HttpResponse:
    """The quote as PDF, in the reader's language."""
    return documents.pdf(QUOTES, request, documents.find(QUOTES, request.reach, quote_id))


def _positions(values: list[str]) -> set[int]:
    """The lines that an address or a form names."""
    return {found for one in values if (found := whole_number(one)) is not None}


def _signature(request: PortalRequest) -> Signature:
    """What was typed and drawn, also while somebody without scripts only looks at the total."""
    typed = request.POST if request.method == "POST" else request.GET
    return Signature(
        name=typed.get("signature_name", ""),
        drawn=typed.get("signature_drawn", ""),
        user_agent=request.headers.get("User-Agent", ""),
    )


def _decide(
    request: PortalRequest, quote_id: int, verb: Callable[..., Any], said: str, chosen: set[int]
) -> HttpResponse:
    quote = documents.find(QUOTES, request.reach, quote_id)
    revision = whole_number(request.POST.get("revision", "")) or 0
    try:
        verb(quote, by=request.reach.actor, revision=revision)
    except Refused as refusal:
        again = documents.find(QUOTES, request.reach, quote_id)
        status = 422 if refusal.field else 409
        return _show(request, again, chosen=chosen, refusal=refusal, status=status)
    messages.success(request, said)
    return HttpResponseRedirect(request.reach.url("quote", quote_id), status=303)


def _show(
    request: PortalRequest, quote: Any, *, chosen: set[int], refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    reach = request.reach
    can_be_decided = quote.can_be_decided(reach.today) and reach.may("quotes.decide")
    lines = list(quote.lines.all()) if can_be_decided else []
    content = quotes.content_with(quote, quote.content, lines, chosen, customer=reach.customer)
    found = refusal.details.get("changes") if refusal else None
    if found is None:
        found = changes.between(quote.earlier, quote.content) if can_be_decided and quote.earlier else []
    return page(
        request,
        "portal/quotes/show.html",
        status=status,
        **documents.shown(QUOTES, request, quote, content),
        refusal=refusal,
        reason=request.POST.get("reason", ""),
        reason_refused=str(refusal.sentence) if refusal and refusal.field == "reason" else "",
        can_be_decided=can_be_decided,
        until=day(reach, quote.expires) if quote.expires and quote.state == "sent" else "",
        optional=_optional(reach, lines, chosen),
        total_with=written(reach, content["total_minor"]),
        decided=_decided(reach, quote),
        changed=in_words(found, quote.currency, reach.organization, reach.language),
        accept_url=reach.url("quote_accept", quote.id),
        decline_url=reach.url("quote_decline", quote.id),
        here=reach.url("quote", quote.id),
        signature=_to_sign(request, refusal) if can_be_decided and signing.is_asked(reach.organization) else None,
        declining=request.GET.get("ask") == "decline" or bool(refusal and refusal.field == "reason"),
    )


def _to_sign(request: PortalRequest, refusal: Refused | None) -> dict[str, Any]:
    """What the fields of the signature show, with what was wrong with it."""
    is_refused = refusal is not None and refusal.field == "signature_name"
    given = _signature(request)
    return {
        "name": given.name,
        "drawn": given.drawn,
        "refused": str(refusal.sentence) if refusal and is_refused else "",
        "longest": signing.LONGEST_NAME,
        "width": signing.WIDTH,
        "height": signing.HEIGHT,
    }


def _decided(reach: PortalReach, quote: Any) -> str:
    """Who decided it, how, and when; empty while nobody did."""
    actor = quotes.decided_by(quote)
    if actor is None:
        return ""
    when = format_day_of(quote.decided_at, reach.language, reach.organization.time_zone, reach.organization.date_format)
    if quote.state == "declined":
        sentence = _("Declined by %(who)s on %(day)s.")
    elif quote.is_signed:
        sentence = _("Accepted and signed by %(who)s on %(day)s.")
    else:
        sentence = _("Accepted by %(who)s on %(day)s.")
    return sentence % {"who": quotes.named(actor), "day": when}


def _optional(reach: PortalReach, lines: list[Any], chosen: set[int]) -> list[dict[str, Any]]:
    """The lines that the customer may switch on."""
    return [
        {
            "position": line.position,
            "name": line.name,
            "amount": written(reach, line.net_minor),
            "is_chosen": line.position in chosen,
        }
        for line in lines
        if line.is_optional
    ]
