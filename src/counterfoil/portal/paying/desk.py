"""What lies on the desk when somebody pays: the documents, what can be paid of each now, and the possible ways."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from counterfoil.books.payments import allocating, attempts, offering, own_credit, profiles
from counterfoil.books.payments.allocating import Payable
from counterfoil.books.payments.own_credit import Usable, Wish
from counterfoil.foundation.money import Money
from counterfoil.paper.transfers import bank_transfer
from counterfoil.reach.portal import PortalReach

MOST = 100  # invoices in one payment, those that are due the longest
TRANSFER = "transfer"
CARD, BANK, SAVED = "card-", "bank-", "saved-"  # each with an id: the gateway's, or the saved method's


@dataclass(frozen=True)
class Way:
    """One way to pay: what the form calls it, at which gateway, with what kind of method or which saved one."""

    key: str
    offer: offering.Offer
    kind: str = "card"
    saved: Any = None


@dataclass(frozen=True)
class Desk:
    """Invoices, or one retainer invoice, with everything that decides how they can be paid now.

    `left_out` can't be, for the reason given. `asked` is what can be paid; `payables` is what of it is left beside
    what is used of the customer's own credits: those that are `chosen`.
    """

    asked: Sequence[Payable]
    payables: Sequence[Payable]
    left_out: Sequence[tuple[Any, str]]
    held: Sequence[Any]
    own: Sequence[Usable]
    chosen: Sequence[Usable]
    offers: Sequence[offering.Offer]
    ways: Sequence[Way]
    transfer: Any
    currency: str

    @property
    def documents(self) -> list[Any]:
        return [one.document for one in self.asked]

    @property
    def is_covered(self) -> bool:
        """Whether their own credits pay all of it."""
        return bool(self.asked) and not self.payables

    @cached_property
    def payable(self) -> Money:
        return Money(sum(one.minor for one in self.payables), self.currency)

    @property
    def is_partial(self) -> bool:
        """Whether less than all of it may be paid."""
        return any(one.document.allows_partial for one in self.payables)

    @property
    def usable(self) -> dict[str, Way]:
        return {way.key: way for way in self.ways}

    @property
    def seen(self) -> str:
        """The figures of this moment, as they travel with the form."""
        figures = [(one.document.id, one.minor) for one in self.asked] + [(one.id, one.minor) for one in self.chosen]
        return ",".join(f"{id}:{minor}" for id, minor in figures)

    @property
    def used(self) -> Money:
        """What is paid with their own credits."""
        return Money(sum(one.minor for one in self.asked), self.currency) - self.payable

    @property
    def wish(self) -> Wish | None:
        """What is used of them, as the verbs take it."""
        if not self.chosen:
            return None
        invoices = {one.document.id: one.minor for one in self.asked}
        return Wish(invoices, {one.id: one.minor for one in self.chosen})

    @cached_property
    def profiles(self) -> str:
        """The recurring invoices that they come from at this moment, as they travel with the form."""
        return ",".join(f"{one}:{profile}" for one, profile in profiles.of(self.documents).items())

    def spread(self, amount: Money) -> dict[int, int]:
        """How much of an amount pays which invoice. Raises Refused."""
        return allocating.spread(self.payables, amount.minor)


def read(reach: PortalReach, documents: Sequence[Any], *, use: Collection[int] = ()) -> Desk:
    """Ask what is held and what the gateways can do. Not inside a transaction.

    `use` names what is used of the customer's own credits and retainers.
    """
    held = attempts.holds(*[one for one in documents if one.to_pay_minor])
    payables = [Payable(one, attempts.payable_minor(one, held)) for one in documents]
    open_ones = allocating.oldest_first(one for one in payables if one.minor)
    left_out = [(one.document, _why_not(one.document)) for one in payables if not one.minor]
    own = reach.own_credits() if all(one.kind() == "invoice" for one in documents) else []
    chosen = [one for one in own if one.id in use]
    rest = _rest(open_ones, chosen)
    total = Money(sum(one.minor for one in rest), reach.customer.currency)
    bills = [one.document for one in rest]
    offers = offering.offers(reach.gateways, bills, total) if total else []
    reference = ", ".join(one.name for one in bills)
    transfer = bank_transfer(reach.organization, reference, total, pay_url=_url(reach, bills) if offers else "")
    return Desk(
        asked=open_ones,
        payables=rest,
        left_out=left_out,
        held=held,
        offers=offers,
        ways=_ways(reach, offers),
        own=own,
        chosen=chosen,
        transfer=None if chosen else transfer,  # it comes days later, and would not use what is chosen now
        currency=reach.customer.currency,
    )


def _rest(payables: Sequence[Payable], chosen: Sequence[Usable]) -> list[Payable]:
    """What is left to pay of each beside what is used of their own, without what that pays whole."""
    parts = own_credit.plan([(one.document.id, one.minor) for one in payables], [(one.id, one.minor) for one in chosen])
    paid = Counter[int]()
    for part in parts:
        paid[part.invoice_id] += part.minor
    left = [Payable(one.document, one.minor - paid[one.document.id]) for one in payables]
    return [one for one in left if one.minor]


def _url(reach: PortalReach, bills: Sequence[Any]) -> str:
    """Where these documents are paid, from another device; nowhere for who has only a link, which isn't drawn."""
    if reach.is_by_link:
        return ""
    if len(bills) == 1:
        return settings.PUBLIC_URL + url_of(reach, bills[0])
    return f"{settings.PUBLIC_URL}{reach.url('pay_several')}?{urlencode([('invoice', one.id) for one in bills])}"


def url_of(reach: PortalReach, document: Any) -> str:
    """Where one document is paid."""
    return reach.url("pay" if document.kind() == "invoice" else "pay_retainer", document.id)


def _ways(reach: PortalReach, offers: Sequence[offering.Offer]) -> list[Way]:
    """Saved methods first, then what is typed anew."""
    open_offers = {offer.gateway.id: offer for offer in offers if offer.obstacle is None}
    ways = [
        Way(f"{SAVED}{one.id}", open_offers[one.gateway_id], one.kind, one)
        for one in (reach.saved() if open_offers else ())
        if one.gateway_id in open_offers
        and not one.is_expired(reach.today)
        and (one.kind == "card" or open_offers[one.gateway_id].takes_banks(reach.customer))
    ]
    for gateway_id, offer in open_offers.items():
        ways.append(Way(f"{CARD}{gateway_id}", offer))
        if offer.takes_banks(reach.customer):
            ways.append(Way(f"{BANK}{gateway_id}", offer, "bank"))
    return ways


def _why_not(invoice: Any) -> str:
    """Why nothing of a document can be paid now."""
    if invoice.kind() == "retainer_invoice":
        return _why_not_ahead(invoice)
    if invoice.state == "void":
        return _("This invoice is void. You don't owe it.")
    if invoice.state == "written_off":
        return _("This invoice is written off. There is nothing to pay.")
    if invoice.balance_minor:
        return _("A payment for this invoice is already being processed. You don't need to pay again.")
    return _("This invoice is paid. Thank you.")


def _why_not_ahead(retainer: Any) -> str:
    """The same of a retainer invoice."""
    if retainer.state == "void":
        return _("This retainer invoice is void. You don't have to pay it.")
    if retainer.unpaid_minor:
        return _("A payment for this retainer invoice is already being processed. You don't need to pay again.")
    return _("This retainer invoice is paid. Thank you.")


def must_be_as_seen(desk: Desk, seen: str) -> None:
    """Refuse when the figures of several invoices changed since the page was read: the sum would be another one."""
    if seen != desk.seen:
        raise allocating.amounts_changed()
