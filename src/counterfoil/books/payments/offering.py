"""Which gateways can take a sum now. Speaks to the gateways, so never inside a transaction."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from .gateways import accounts
from .gateways.interface import Capabilities, CardFields, GatewayRefused, OutcomeUnknown
from .models import GatewayAccount


@dataclass(frozen=True)
class Offer:
    """A way to pay. With an obstacle it can't be used at the moment, for the reason that the obstacle says."""

    gateway: GatewayAccount
    capabilities: Capabilities | None = None
    obstacle: Refused | None = None

    def card_fields(self, *, language: str, accent: str) -> CardFields:
        """Where the gateway's own card fields are."""
        return accounts.connect(self.gateway).card_fields(language=language, accent=accent)

    def bounds(self, payable: Money, *, is_partial: bool) -> tuple[Money, Money]:
        """The least and the most that can be paid of what is payable."""
        limits = self.capabilities or Capabilities(frozenset(), frozenset())
        most = min(payable.minor, limits.most.get(payable.currency, payable.minor))
        least = limits.least.get(payable.currency, 1) if is_partial else most
        return Money(min(least, most), payable.currency), Money(most, payable.currency)


def is_paid_online(invoice: Invoice) -> bool:
    """Whether a gateway is switched on that may be used on an invoice. Speaks to none of them."""
    enabled = GatewayAccount.objects.filter(organization_id=invoice.organization_id, is_enabled=True)
    return (enabled if invoice.gateway_ids is None else enabled.filter(id__in=invoice.gateway_ids)).exists()


def offers(gateways: Iterable[GatewayAccount], invoice: Invoice, payable_minor: int) -> list[Offer]:
    """The gateways that may be used on an invoice, each with what it can do or why it can't now."""
    allowed = [one for one in gateways if invoice.gateway_ids is None or one.id in invoice.gateway_ids]
    return [_offer(gateway, Money(payable_minor, invoice.currency)) for gateway in allowed]


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
