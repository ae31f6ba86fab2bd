"""What a payer reads when a payment did not go through: whether money moved, and what to do next."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "insufficient_funds": _(
        "There was not enough money on this card. You were not charged. Use another card, or try again later."
    ),
    "expired_card": _("This card has expired. You were not charged. Use another card."),
    "do_not_honor": _(
        "Your bank did not allow this payment and did not say why. You were not charged. "
        "Ask your bank, or use another card."
    ),
    "incorrect_cvc": _("The security code does not match. You were not charged. Check it and try again."),
    "card_number": _("The card number is not right. You were not charged. Check it and try again."),
    "authentication_failed": _(
        "Your bank wanted you to confirm this payment, and that did not happen. You were not charged. Try again."
    ),
    "not_supported": _("This card or account can't be used for this payment. You were not charged. Choose another."),
    "currency": _("This way of paying doesn't take this currency. You were not charged. Choose another."),
    "above_limit": _("This amount is too large for this way of paying. You were not charged. Pay in parts."),
    "below_minimum": _("This amount is too small for this way of paying. You were not charged."),
    "gateway_settings": _(
        "Paying online doesn't work at the moment. You were not charged. We have been told; please try again later."
    ),
    "security_check": _(
        "A security check of the payment provider declined this payment. You were not charged. "
        "Use another card, or pay by bank transfer."
    ),
    "contact_gone": _("Your access to this portal has ended. Nothing was charged."),
    "profile_gone": _(
        "Something that this payment belonged to was deleted after you opened the page. You were not charged. "
        "Please look at it again, and pay once more if it is right."
    ),
    "no_default_tax": _(
        "Paying online doesn't work here at the moment, because something in the tax settings of the business is "
        "missing. You were not charged. Please try again later, or pay by bank transfer."
    ),
    "recurring": _("A payment method can't be saved here. You were not charged. Pay without saving it."),
    "reference_transactions": _(
        "This saved way of paying can't be used at the moment. You were not charged. "
        "Pay with a card that you type in, or by bank transfer."
    ),
    "address": _(
        "The bank could not verify your address. You were not charged. Check the billing address, or use another card."
    ),
    "duplicate": _(
        "The same amount was paid with this card a moment ago. You were not charged again. "
        "Check your payments. If this is another one, wait some minutes and try again."
    ),
    "account_poor": _(
        "There was not enough money in this bank account, so the payment came back. No money was taken. "
        "Try again later, or pay by card."
    ),
    "account_closed": _("This bank account is closed. No money was taken. Use another account, or pay by card."),
    "processing_error": _("The payment system had a fault. You were not charged. Try again in a few minutes."),
}


def sentence(reason: str) -> Promise:
    """The sentence for a reason; an unknown reason gets the general one."""
    return SENTENCES.get(reason, SENTENCES["do_not_honor"])


CODES = {
    "contact_gone": "CP1003",
    "profile_gone": "CP1004",
    "no_default_tax": "CP2001",
    "recurring": "CP4002",
    "gateway_settings": "CP3002",
    "reference_transactions": "CP3001",
    "security_check": "CP3003",
    "address": "CP3004",
    "duplicate": "CP3005",
    "below_minimum": "CP4001",
    "currency": "CP4003",
}


def code(reason: str) -> str:
    """The code that the payer can mention and the office finds the remedy under; empty where there is none."""
    return CODES.get(reason, "")


def reason_of(code: str) -> str:
    """The reason behind a code; empty for a code that isn't one of these."""
    return next((reason for reason, known in CODES.items() if known == code), "")
