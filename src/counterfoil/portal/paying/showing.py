"""The payment page as it is shown: the bill, the ways to pay, and what to say before."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.payments import failures
from counterfoil.books.payments.own_credit import Usable
from counterfoil.foundation.money import Money, format_amount, symbol
from counterfoil.foundation.refusal import Refused
from counterfoil.portal.amounts import due, written
from counterfoil.portal.pages import plain_page
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .desk import Desk, Way
from .form import PaymentForm

OWN = {
    "payment": gettext_lazy("Payment, not yet used"),
    "credit_note": gettext_lazy("Credit note"),
    "retainer_invoice": gettext_lazy("Retainer invoice"),
}


def show(
    request: PortalRequest,
    desk: Desk,
    form: PaymentForm,
    invoices: Sequence[Any],
    *,
    earlier: Any = None,
    told: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    reach = request.reach
    if not desk.asked:
        return plain_page(request, "portal/pay/nothing.html", status=status, **_nothing(reach, desk, form))
    if earlier is not None and desk.is_partial and earlier.amount_minor <= desk.payable.minor:
        form.initial["amount"] = Money(earlier.amount_minor, earlier.currency)
    context = _bill(reach, desk) | {
        "form": form,
        "notice": _refusal(told) if told else earlier and _notice(earlier),
        "saved": [_saved(way) for way in desk.ways if way.saved is not None],
        "methods": [_method(reach, way, form.ticked()) for way in desk.ways if way.saved is None],
        "obstacles": [offer.obstacle for offer in desk.offers if offer.obstacle],
        "own": [_own(reach, desk, one) for one in desk.own],
        "used": written(reach, -desk.used.minor) if desk.used else "",
        "is_covered": desk.is_covered,
        "apart": len(desk.payables) > 1 and not desk.offers and reach.gateways.exists(),
        "chosen": form["method"].value(),
        "test_money": any(not way.offer.gateway.is_live for way in desk.ways),
        "words": _words(reach, desk, form),
        "back_url": _back(reach, invoices),
        "back_label": invoices[0].name if len(invoices) == 1 else _("Invoices"),
        "title": invoices[0].name if len(invoices) == 1 else _("%(count)s invoices") % {"count": len(invoices)},
    }
    return _let_in(desk)(plain_page)(request, "portal/pay/show.html", status=status, **context)


def _back(reach: PortalReach, invoices: Sequence[Any]) -> str:
    one = invoices[0]
    return reach.url(one.kind(), one.id) if len(invoices) == 1 else f"{reach.url('invoices')}?status=unpaid"


def _let_in(desk: Desk) -> Any:
    """What this one page's policy allows beyond our own: the gateway's card fields, and its pages to be sent to."""
    origins = sorted({way.offer.card_fields(language="en", accent="").origin for way in desk.ways})
    return csp_update({"frame-src": origins or None, "form-action": [SELF, *origins]})


def _bill(reach: PortalReach, desk: Desk) -> dict[str, Any]:
    """What is paid for."""
    held = sum(share.minor for share in desk.held)
    balance = sum(one.document.to_pay_minor for one in desk.asked)
    return {
        "lines": [
            {
                "id": one.document.id,
                "number": one.document.name,
                "url": reach.url(one.document.kind(), one.document.id),
                "due": due(reach, one.document),
                "balance": written(reach, one.document.to_pay_minor),
                "payable": written(reach, one.minor),
                "whole": not one.document.allows_partial,
            }
            for one in desk.asked
        ],
        "left_out": [
            {"number": invoice.name, "url": reach.url(invoice.kind(), invoice.id), "why": why}
            for invoice, why in desk.left_out
        ],
        "balance": written(reach, balance),
        "payable": written(reach, desk.payable.minor),
        "held": written(reach, -held) if held and balance > desk.payable.minor + desk.used.minor else "",
        "under_way": _under_way(reach, desk),
        "sign": symbol(desk.currency, reach.language),
        "bounds": _bounds(reach, desk),
        "transfer": desk.transfer,
        "contact_email": reach.organization.email,
        "organization": reach.organization,
    }


def _under_way(reach: PortalReach, desk: Desk) -> list[dict[str, str]]:
    """What is being processed of these invoices, by attempt; where it stands, for who may look at that."""
    found = {share.attempt_id: share.attempt for share in desk.held}
    of_these = Counter[int]()
    for share in desk.held:
        of_these[share.attempt_id] += share.minor
    return [
        {"amount": written(reach, of_these[attempt.id]), "url": reach.attempt_url(attempt)}
        for attempt in found.values()
    ]


def _own(reach: PortalReach, desk: Desk, one: Usable) -> dict[str, Any]:
    """Something of theirs that they may use."""
    return {
        "id": one.id,
        "number": one.number,
        "what": OWN[one.kind],
        "left": written(reach, one.minor),
        "is_used": one in desk.chosen,
    }


def _bounds(reach: PortalReach, desk: Desk) -> tuple[str, str] | None:
    """From how much to how much, where part of it may be paid."""
    if not desk.ways or not desk.is_partial:
        return None
    least, most = desk.ways[0].offer.bounds(desk.payable, is_partial=True)
    return written(reach, least.minor), written(reach, most.minor)


def _saved(way: Way) -> dict[str, Any]:
    method = way.saved
    expiry = f"{method.exp_month:02}/{method.exp_year % 100:02}" if method.kind == "card" else ""
    return {"key": way.key, "label": method.label, "expiry": expiry, "kind": method.kind, "holder": method.holder}


def _method(reach: PortalReach, way: Way, ticked: Sequence[str]) -> dict[str, Any]:
    accent = reach.organization.brand_colour
    kind: Any = way.kind
    fields = way.offer.card_fields(language=reach.language, accent=accent, kind=kind)
    return {
        "key": way.key,
        "kind": way.kind,
        "origin": fields.origin,
        "fields_url": fields.url,
        "saves": way.offer.saves and not reach.is_by_link,
        "is_saved": way.key in ticked,
    }


def _words(reach: PortalReach, desk: Desk, form: PaymentForm) -> dict[str, str]:
    """The button's words, and the figure in them that a script keeps up with what is typed."""
    amount = form.initial.get("amount", desk.payable) if not form.is_bound else desk.payable
    return {
        "pay": _("Pay %(amount)s") % {"amount": written(reach, amount.minor)},
        "figure": format_amount(amount, reach.language),
    }


def _notice(earlier: Any) -> dict[str, str]:
    """What the payer reads after an attempt that came to nothing."""
    if earlier.state == "cancelled":
        return {"kind": "info", "sentence": _("The payment was cancelled. You were not charged."), "code": ""}
    return {
        "kind": "wrong",
        "sentence": str(failures.sentence(earlier.failure_reason)),
        "code": failures.code(earlier.failure_reason),
    }


def _refusal(told: Refused) -> dict[str, str]:
    """What the payer reads of a refusal that is no mistake of theirs, with its code."""
    return {"kind": "wrong", "sentence": str(told.sentence), "code": told.code}


def _nothing(reach: PortalReach, desk: Desk, form: PaymentForm) -> dict[str, Any]:
    """Why there is nothing to pay, and where to look instead."""
    invoice, why = desk.left_out[0]
    is_one = len(desk.left_out) == 1
    several = _("None of these invoices can be paid at the moment.")
    return {
        "number": invoice.name if is_one else _("these invoices"),
        "sentence": why if is_one else several,
        "under_way": _under_way(reach, desk),
        "refusals": form.non_field_errors() if form.is_bound else [],
        "back_url": _back(reach, [one for one, _why in desk.left_out]),
        "back_label": invoice.name if is_one else _("Invoices"),
    }
