"""What the office is told about a payment that failed: what went wrong, what to do about it, and where that is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.books.payments import failures
from counterfoil.reach.office import OfficeReach

Address = Callable[[OfficeReach, Any], str]


@dataclass(frozen=True)
class Remedy:
    """`place` leads to where it is done, for whoever has the capability."""

    cause: Promise
    advice: Promise
    label: Promise
    place: Address
    capability: str


@dataclass(frozen=True)
class Advice:
    """A remedy for one reader: without an address where they may not do it themselves."""

    code: str
    cause: str
    advice: str
    label: str
    url: str


def _settings(route: str) -> Address:
    return lambda reach, _attempt: reach.url(route)


def _verification(reach: OfficeReach, attempt: Any) -> str:
    return reach.url("settings_verification", attempt.gateway_id)


def _customer(reach: OfficeReach, attempt: Any) -> str:
    return reach.url("customer", attempt.customer_id)


def _invoice(reach: OfficeReach, attempt: Any) -> str:
    """The one invoice that it was for; several are changed one by one."""
    shares = list(attempt.shares.all())
    if len(shares) != 1:
        return reach.url("invoices")
    return reach.url(shares[0].document.kind(), shares[0].document_id)


def _came_from_schedule(attempt: Any) -> bool:
    documents = [share.document for share in attempt.shares.all()]
    return any(getattr(one, "came_from_kind", "") == "recurring_invoice" for one in documents)


OPEN_GATEWAYS = _("Open the payment gateways")

REMEDIES: dict[str, Remedy] = {
    "CP1003": Remedy(
        _("The portal user belongs to a contact person who was deleted or has no access any more."),
        _("Check that the contact person still exists. Invite another one if somebody is to pay."),
        _("Open the customer"),
        _customer,
        "customers.read",
    ),
    "CP1004": Remedy(
        _("The invoice came from a recurring invoice that was deleted while the customer had the payment page open."),
        _(
            "Check that the recurring invoice still exists, and write it anew if it should. "
            "The invoice stands, and can be paid from a page that is opened now."
        ),
        _("Open the recurring invoices"),
        _settings("recurring_invoices"),
        "recurring_invoices.read",
    ),
    "CP2001": Remedy(
        _("You charge tax, and none of your tax rates is the default."),
        _("Create a default rate, or make one of yours the default."),
        _("Open the tax rates"),
        _settings("settings_taxes"),
        "settings.edit",
    ),
    "CP3001": Remedy(
        _("Reference transactions are not enabled in the merchant account, so a saved method can't be charged."),
        _("Enable them in your account at the gateway."),
        OPEN_GATEWAYS,
        _settings("settings_gateways"),
        "settings.edit",
    ),
    "CP3002": Remedy(
        _("The gateway's credentials are wrong or were changed."),
        _("Enter them again."),
        OPEN_GATEWAYS,
        _settings("settings_gateways"),
        "settings.edit",
    ),
    "CP3003": Remedy(
        _("The gateway's fraud filter declined it."),
        _("Check the transaction at the gateway. Adjust the filters there if it was genuine."),
        OPEN_GATEWAYS,
        _settings("settings_gateways"),
        "settings.edit",
    ),
    "CP3004": Remedy(
        _("The gateway could not verify the payer's address."),
        _("Switch the address fields on under Card verification, so that they are asked for and sent."),
        _("Open Card verification"),
        _verification,
        "settings.edit",
    ),
    "CP3005": Remedy(
        _("The same card and amount came twice within minutes, so the gateway took it for a mistake."),
        _("Ask the customer to wait some minutes and try again."),
        _("Open the customer"),
        _customer,
        "customers.read",
    ),
    "CP4001": Remedy(
        _("The amount is below the gateway's minimum, as it can be after a discount or credits."),
        _("Raise the amount above the minimum, or record a payment made otherwise."),
        _("Open the invoice"),
        _invoice,
        "invoices.read",
    ),
    "CP4002": Remedy(
        _("The gateway does not support recurring payments, so it can't save a card or an account."),
        _("Configure a gateway that does."),
        OPEN_GATEWAYS,
        _settings("settings_gateways"),
        "settings.edit",
    ),
    "CP4003": Remedy(
        _("The gateway does not support the currency."),
        _("Configure a gateway that does."),
        OPEN_GATEWAYS,
        _settings("settings_gateways"),
        "settings.edit",
    ),
}


# The other half of CP1004.
MERGED = Remedy(
    _("The customer was merged into another one while they had the payment page open."),
    _("Check that the duplicate was the right one to merge. The invoice can be paid from a page that is opened now."),
    _("Open the customer"),
    _customer,
    "customers.read",
)


def advice(reach: OfficeReach, attempt: Any) -> Advice:
    """What this reader is told about a failed attempt."""
    code = failures.code(attempt.failure_reason)
    remedy = REMEDIES.get(code)
    if code == "CP1004" and not _came_from_schedule(attempt):
        remedy = MERGED
    if remedy is None:
        cause = str(_("The customer read: “%(sentence)s”") % {"sentence": failures.sentence(attempt.failure_reason)})
        return Advice("", cause, str(_("There is nothing for you to mend here.")), "", "")
    url = remedy.place(reach, attempt) if reach.may(remedy.capability) else ""
    told = remedy.advice if url else _("Ask an owner to do this: %(advice)s") % {"advice": remedy.advice}
    return Advice(code, str(remedy.cause), str(told), str(remedy.label), url)
