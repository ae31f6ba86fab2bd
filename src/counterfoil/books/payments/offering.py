"""Which gateways can take a sum now. Speaks to the gateways, so never inside a transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from .gateways import accounts
from .gateways.interface import Capabilities, CardFields, GatewayRefused, OutcomeUnknown
from .models import GatewayAccount, Payable


@dataclass(frozen=True)
class Offer:
    """A way to pay. With an obstacle it can't be used at the moment, for the reason that the obstacle says."""

    gateway: GatewayAccount
    capabilities: Capabilities | None = None
    obstacle: Refused | None = None

    def card_fields(self, *, language: str, accent: str, kind: Literal["card", "bank"] = "card") -> CardFields:
        """Where the gateway's own fields for a card or bank account are."""
        return accounts.connect(self.gateway).card_fields(language=language, accent=accent, kind=kind)

    def takes_banks(self, customer: Customer) -> bool:
        """Whether this customer may pay from a bank account here."""
        can = self.capabilities
        return bool(can and customer.may_pay_by_bank and customer.currency in can.bank_currencies)

    @property
    def saves(self) -> bool:
        """Whether it keeps a method for later payments."""
        return bool(self.capabilities and self.capabilities.recurring and self.capabilities.saves_methods)

    def bounds(self, payable: Money, *, is_partial: bool) -> tuple[Money, Money]:
        """The least and the most that can be paid of what is payable."""
        limits = self.capabilities or Capabilities(frozenset(), frozenset())
        most = min(payable.minor, limits.most.get(payable.currency, payable.minor))
        least = limits.least.get(payable.currency, 1) if is_partial else most
        return Money(min(least, most), payable.currency), Money(most, payable.currency)


def is_paid_online(document: Payable) -> bool:
    """Whether a gateway is switched on that may be used on a document. Speaks to none of them."""
    enabled = GatewayAccount.objects.filter(organization_id=document.organization_id, is_enabled=True)
    return (enabled if document.gateway_ids is None else enabled.filter(id__in=document.gateway_ids)).exists()


def offers(gateways: Iterable[GatewayAccount], documents: Sequence[Payable], payable: Money) -> list[Offer]:
    """The gateways that may be used on every one of the documents, each with what it can do or why it can't now."""
    return [_offer(gateway, payable) for gateway in gateways if all(may_be_used(gateway, one) for one in documents)]


def may_be_used(gateway: GatewayAccount, document: Payable) -> bool:
    """Whether the business lets a document be paid with it."""
    return document.gateway_ids is None or gateway.id in document.gateway_ids


def _offer(gateway: GatewayAccount, payable: Money) -> Offer:
    try:
        capabilities = accounts.connect(gateway).capabilities()
    except (OutcomeUnknown, GatewayRefused):
        return Offer(gateway, obstacle=Refused("GATEWAY_SILENT", _("Paying by card can't be reached at the moment.")))
    if payable.currency not in capabilities.currencies:
        obstacle = Refused("CP4003", _("Paying by card isn't possible in this currency."))
    elif payable.minor < capabilities.least.get(payable.currency, 1):
        obstacle = Refused("CP4001", _("This amount is too small to be paid by card."))
    else:
        return Offer(gateway, capabilities)
    return Offer(gateway, capabilities, obstacle)
