"""**Pay now**: what is paid for, how much, and the possible ways. What is charged is decided when it is sent."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from counterfoil.books.payments import allocations, attempts, collecting, turned_away
from counterfoil.books.payments.attempts import Method
from counterfoil.design.feeds import is_opened
from counterfoil.design.forms import refuse
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.money import Money, format_amount
from counterfoil.foundation.refusal import Refused
from counterfoil.reach import opening
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from . import desk as desks
from . import showing
from .desk import MOST, TRANSFER, Desk, Way
from .form import ADDRESS, PaymentForm

# Something else happened first: not a mistake in what was typed.
CONFLICTS = (
    "NOT_PAYABLE",
    "PAYMENT_IN_PROGRESS",
    "FORM_USED",
    "GATEWAY_OFF",
    "AMOUNTS_CHANGED",
    "METHOD_GONE",
    "CREDITS_OFF",
)


@needs("invoices.pay", by_link=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: PortalRequest, invoice_id: int) -> HttpResponse:
    """The payment page of one invoice."""
    return _pay(request, [get_object_or_404(request.reach.invoices, id=invoice_id)])


@needs("invoices.pay", by_link=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay_retainer(request: PortalRequest, retainer_invoice_id: int) -> HttpResponse:
    """The payment page of one retainer invoice, which is paid whole and by itself."""
    return _pay(request, [get_object_or_404(request.reach.retainer_invoices, id=retainer_invoice_id)])


@needs("invoices.pay")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay_several(request: PortalRequest) -> HttpResponse:
    """The payment page of the invoices that the address names, or of all that are unpaid; one payment for them."""
    named = request.POST.getlist("invoice") or request.GET.getlist("invoice")
    ids = {number for number in map(whole_number, named[: MOST + 1]) if number is not None}
    found = request.reach.invoices.filter(id__in=ids) if named else request.reach.invoices.unpaid()
    invoices = list(found.order_by("due_on", "dated", "id")[:MOST])
    if named and len(invoices) != len(ids):
        raise Http404
    if not invoices:
        return HttpResponseRedirect(request.reach.url("invoices"))
    return _pay(request, invoices)


def _pay(request: PortalRequest, invoices: Sequence[Any]) -> HttpResponse:
    """Show the page; sending it stores an attempt, collects the money and goes on to what became of it."""
    desk = _read(request, invoices)
    if request.method == "POST":
        return _send(request, desk, invoices)
    if is_opened(request):
        _note_obstacle(request.reach, desk)
    return showing.show(request, desk, _fresh_form(request.reach, desk), invoices, earlier=_earlier(request, invoices))


def _read(request: PortalRequest, invoices: Sequence[Any]) -> Desk:
    """With what the payer ticked of their own credits, which is in the address until the form is sent."""
    return desks.read(request.reach, invoices, use=_ticked(request.POST if request.method == "POST" else request.GET))


def _ticked(sent: QueryDict) -> set[int]:
    return {number for number in map(whole_number, sent.getlist("use")[: MOST + 1]) if number is not None}


def _earlier(request: PortalRequest, invoices: Sequence[Any]) -> Any:
    """The attempt that came to nothing and led back here, if the address names one of these invoices'."""
    asked = whole_number(request.GET.get("attempt", ""))
    if asked is None:
        return None
    ids = [one.id for one in invoices]
    about = Q(shares__invoice__in=ids) | Q(shares__retainer__in=ids)
    return request.reach.attempts.filter(about, state__in=("failed", "cancelled"), id=asked).first()


def _fresh_form(reach: PortalReach, desk: Desk) -> PaymentForm:
    first = desk.ways[0].key if desk.ways else TRANSFER
    known = {} if reach.is_by_link else _payer_known(reach)
    initial = known | {"form_key": _new_key(), "amount": desk.payable, "method": first, "seen": desk.seen}
    initial["profiles"] = desk.profiles
    return PaymentForm(initial=initial, **_asked(reach, desk))


def _payer_known(reach: PortalReach) -> dict[str, Any]:
    """What needn't be typed again, by who signed in; of who came by a link nothing is known."""
    return {
        "name": reach.contact.full_name,
        "street": reach.customer.billing_address.get("street", ""),
        "city": reach.customer.billing_address.get("city", ""),
        "postcode": reach.customer.billing_address.get("postal_code", ""),
        "region": reach.customer.billing_address.get("region", ""),
        "country": reach.customer.billing_address.get("country", ""),
    }


def _asked(reach: PortalReach, desk: Desk) -> dict[str, Any]:
    """Which address fields the gateways of this desk ask for."""
    wanted = {name for offer in desk.offers if offer.obstacle is None for name in offer.gateway.address_fields}
    return {"asked": [name for name in ADDRESS if name in wanted], "language": reach.language}


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _send(request: PortalRequest, desk: Desk, invoices: Sequence[Any]) -> HttpResponse:
    form = PaymentForm(request.POST, **_asked(request.reach, desk))
    amount: Any = form.fields["amount"]
    amount.currency, amount.allow_zero = desk.currency, bool(desk.own)  # their own credits may leave nothing to pay
    if not form.is_valid():
        return _again(request, desk, form, invoices, 422)
    try:
        return _pay_with_own(request, desk, form) if desk.is_covered else _collect(request, desk, form)
    except Refused as refusal:
        return _refused(request, desk, form, invoices, refusal)


def _pay_with_own(request: PortalRequest, desk: Desk, form: PaymentForm) -> HttpResponse:
    """What is theirs already pays all of it, so nothing is charged. Raises Refused."""
    reach, wish = request.reach, desk.wish
    desks.must_be_as_seen(desk, form.cleaned_data["seen"])
    if wish is not None:
        allocations.use_own(wish, customer_id=reach.customer.id, by=reach.actor)
    messages.success(request, _("It is paid with what you had in credit. Nothing was charged."))
    only = desk.documents[0] if len(desk.documents) == 1 else None
    return HttpResponseRedirect(reach.url("invoice", only.id) if only else reach.url("invoices"), status=303)


def _collect(request: PortalRequest, desk: Desk, form: PaymentForm) -> HttpResponse:
    """Begin, collect, and go on. The same form sent again goes to where the first one went. Raises Refused."""
    reach, sent = request.reach, form.cleaned_data
    earlier = reach.attempts.filter(form_key=sent["form_key"]).first()
    if earlier is not None:
        return _go_on(reach, attempts.same_sum(earlier, sent["amount"]))
    way = desk.usable.get(sent["method"])
    if way is None or way.offer.capabilities is None:
        raise _no_way(desk, sent["method"])
    if len(desk.asked) > 1 or _ticked(request.POST) or (desk.own and sent["seen"]):
        desks.must_be_as_seen(desk, sent["seen"])
    attempt = attempts.begin(
        desk.spread(sent["amount"]),
        customer_id=reach.customer.id,
        gateway=way.offer.gateway,
        capabilities=way.offer.capabilities,
        by=reach.actor,
        form_key=sent["form_key"],
        method=_method(way, sent["method_token"], saves=way.key in form.ticked()),
        profiles_seen=form.profiles_seen(),
        own=desk.wish,
    )
    request.under_way_url = reach.url("attempt", attempt.id)
    numbers = ", ".join(one.name for one in desk.documents[:5])
    order = collecting.order_for(
        attempt,
        return_url=settings.PUBLIC_URL + reach.url("attempt_return", attempt.id),
        language=reach.language,
        description=f"{numbers}, {reach.organization.name}",
        payer=form.payer() if way.saved is None else None,
    )
    return _go_on(reach, collecting.collect(attempt, order))


def _method(way: Way, token: str, *, saves: bool) -> Method:
    return Method(saved=way.saved) if way.saved is not None else Method(token=token, kind=way.kind, saves=saves)


def _go_on(reach: PortalReach, attempt: Any) -> HttpResponse:
    """To the gateway where the payer must do something there, else to the page that knows how the attempt stands."""
    waits = attempt.state == "action" and attempt.next_url
    return HttpResponseRedirect(attempt.next_url if waits else reach.url("attempt", attempt.id), status=303)


def _no_way(desk: Desk, method: str) -> Refused:
    if not desk.payable:
        return Refused("NOT_PAYABLE", _("Nothing more was charged."))
    if method == TRANSFER:
        sentence = _("A bank transfer is made at your bank, with the details below. Nothing was charged.")
        return Refused("NOT_ONLINE", sentence)
    if method.startswith(desks.SAVED):
        return Refused("METHOD_GONE", _("This saved way of paying can't be used now. Choose another."))
    obstacles = [offer.obstacle for offer in desk.offers if offer.obstacle]
    return obstacles[0] if obstacles else Refused("GATEWAY_OFF", _("Choose another way to pay. Nothing was charged."))


def _refused(
    request: PortalRequest, desk: Desk, form: PaymentForm, invoices: Sequence[Any], refusal: Refused
) -> HttpResponse:
    """Say why, with the figures as they are now. What the office can mend, it finds among the failed payments."""
    _note(request, desk, form.cleaned_data, refusal)
    if refusal.code == "CP1003":
        return _access_ended(request)
    if refusal.code == "NO_LINK":
        where = request.reach.organization, request.reach.portal_name
        return opening.opens_nothing(request, *where, status=403, was_paying=True)
    ids = [one.id for one in invoices]
    rows = (request.reach.invoices, request.reach.retainer_invoices)
    there = [one for found in rows for one in found.filter(id__in=ids)]
    if not there:  # the customer was merged into another one a moment ago: the same page leads there
        return HttpResponseRedirect(request.get_full_path(), status=308)
    now = _read(request, there)
    if refusal.code == "CP1004":
        return _again(request, now, form, invoices, 409, told=refusal)
    refuse(form, refusal)
    return _again(request, now, form, invoices, 409 if refusal.code in CONFLICTS else 422)


def _note(request: PortalRequest, desk: Desk, sent: dict[str, Any], refusal: Refused) -> None:
    """Tell the office, unless it is only a part that is too small to be paid: that is the payer's own choice."""
    if refusal.code == "CP4001" and sent["amount"] < desk.payable:
        return
    turned_away.note(
        refusal.code,
        {one.document.id: one.minor for one in desk.payables},
        customer_id=request.reach.customer.id,
        by=request.reach.actor,
        form_key=sent["form_key"],
        gateway_id=whole_number(sent["method"].removeprefix(desks.CARD).removeprefix(desks.BANK)),
    )


def _note_obstacle(reach: PortalReach, desk: Desk) -> None:
    """Who came to pay and found no way may never send a form: tell the office, once a day for each first invoice."""
    if desk.ways or not desk.payable:
        return
    for offer in desk.offers:
        if offer.obstacle is not None:
            turned_away.note(
                offer.obstacle.code,
                {one.document.id: one.minor for one in desk.payables},
                customer_id=reach.customer.id,
                by=reach.actor,
                form_key=f"{offer.obstacle.code}-{desk.documents[0].id}-{reach.today.isoformat()}",
                gateway_id=offer.gateway.id,
            )


def _access_ended(request: PortalRequest) -> HttpResponse:
    reach = request.reach
    context = {
        "organization_name": reach.organization.name,
        "brand_colour": reach.organization.brand_colour,
        "contact_email": reach.organization.email,
        "sign_out_url": f"/portal/{reach.portal_name}/account/logout/",
        "code": "CP1003",
    }
    return render(request, "portal/access_ended.html", context, status=403)


def _again(
    request: PortalRequest,
    desk: Desk,
    form: PaymentForm,
    invoices: Sequence[Any],
    status: int,
    *,
    told: Refused | None = None,
) -> HttpResponse:
    """The page once more, with what was typed, a key of its own and no token, which was good for one try."""
    sent: Any = form.data
    typed = sent.copy()
    for name, value in _anew(desk).items():
        typed[name] = value
    if not desk.is_partial or "AMOUNTS_CHANGED" in _codes(form):
        typed["amount"] = format_amount(Money(desk.payable.minor, desk.currency), request.reach.language)
    form.data = typed
    return showing.show(request, desk, form, invoices, told=told, status=status)


def _anew(desk: Desk) -> dict[str, str]:
    """What a page carries of the moment that it is shown."""
    return {"form_key": _new_key(), "method_token": "", "seen": desk.seen, "profiles": desk.profiles}


def _codes(form: PaymentForm) -> set[str]:
    return {error.code or "" for errors in form.errors.as_data().values() for error in errors}
