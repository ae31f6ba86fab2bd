"""How to pay by bank transfer, with a code that a phone reads: the transfer itself, or where else it can be paid."""

from django.utils.translation import gettext as _
from stdnum import bic

from counterfoil.books.organizations import ibans
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.money import Money

from .sheet import Code, Fact, Payment

# The countries whose accounts a SEPA credit transfer reaches (EPC409-09).
SEPA = (
    *("AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR"),
    *("HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO"),
    *("RS", "SE", "SI", "SK", "SM", "VA"),
)
LONGEST_NAME, LONGEST_REMITTANCE = 70, 140  # characters
LARGEST = 331  # bytes of a code that any phone reads: what the EPC sets for transfers


def bank_transfer(organization: Organization, reference: str, amount: Money, *, pay_url: str = "") -> Payment | None:
    """Where to transfer a sum, in the present language; None where the organization gave no account.

    `reference` says what is paid, such as the numbers of the invoices, with a comma between them. `pay_url` is where it
    is paid online, if anywhere: what the code says where no bank would read a transfer from it.
    """
    if not organization.bank_account:
        return None
    reference = _cut(reference, LONGEST_REMITTANCE)
    facts = [
        Fact(_("Account holder"), organization.bank_holder or organization.name),
        Fact(_("Bank"), organization.bank_name),
        Fact(_("Account number"), organization.bank_account),
        Fact(_("Bank code"), organization.bank_code),
        Fact(_("Reference"), reference),
    ]
    payload = sepa_transfer(organization, reference, amount)
    code = _transfer(payload) if payload else _page(pay_url)
    return Payment(_("Bank transfer"), tuple(fact for fact in facts if fact.value), code)


def online(pay_url: str) -> Payment | None:
    """Where a sum is paid online, in the present language; None where it isn't."""
    code = _page(pay_url)
    return Payment(_("Pay online"), code=code) if code else None


def sepa_transfer(organization: Organization, reference: str, amount: Money) -> str | None:
    """A SEPA credit transfer as banking apps read it from a QR code (EPC069-12, version 002), in UTF-8.

    None where there is no such transfer: in another currency, to an account that it doesn't reach, or of a sum that
    its form has no place for.
    """
    iban = ibans.whole(organization.bank_account)
    if iban is None or iban[:2] not in SEPA or amount.currency != "EUR" or not 1 <= amount.minor <= 999_999_999_99:
        return None
    code = bic.compact(organization.bank_code)
    lines = [
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        code if bic.is_valid(code) else "",
        " ".join((organization.bank_holder or organization.name).split())[:LONGEST_NAME].strip(),
        iban,
        f"EUR{amount.decimal}",
        "",  # the purpose, as a code
        "",  # the remittance as a structured reference, which an invoice's number is not
        _cut(reference, LONGEST_REMITTANCE),
    ]
    text = "\n".join(lines)
    return text if len(text.encode()) <= LARGEST else None


def _cut(reference: str, most: int) -> str:
    """As many of the numbers as there is room for."""
    whole = " ".join(reference.split())
    return whole if len(whole) <= most else whole[: most + 2].rpartition(", ")[0] or whole[:most]


def _transfer(payload: str) -> Code:
    return Code(
        payload,
        _("Scan the code in your banking app: account, amount and reference are then filled in for you."),
        _("QR code of this transfer"),
    )


def _page(pay_url: str) -> Code | None:
    if not 0 < len(pay_url) <= LARGEST:
        return None
    caption = _("Scan the code with your phone to pay online there.")
    return Code(pay_url, caption, _("QR code of the page where this is paid"), is_address=True)
