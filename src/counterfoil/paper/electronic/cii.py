"""The invoice as XML: UN/CEFACT Cross Industry Invoice, in the order and with the names that EN 16931 gives its parts.

BT-1 and the like are the standard's numbers of business terms.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _
from stdnum import bic

from counterfoil.books.organizations import ibans
from counterfoil.books.organizations.models import Organization
from counterfoil.books.organizations.tax_numbers import VAT, tax_number
from counterfoil.foundation.money import Money

from .sums import EXEMPT, Category, Extra, LineSum, Sums, TaxSum, sums_of
from .units import code_of

PROFILE = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"
TRANSFER, SEPA_TRANSFER = "30", "58"
NAMELESS = "-"
_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
# What an XML document can't hold, and line breaks other than its own.
_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESS = (  # in the order of the schema
    ("PostcodeCode", "postal_code"),
    ("LineOne", "street"),
    ("LineTwo", "street2"),
    ("CityName", "city"),
    ("CountryID", "country"),
    ("CountrySubDivisionName", "region"),
)
_REASONS = {"discount": "95", "shipping": "FC"}  # UNTDID 5189 and 7161

Snapshot = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Now:
    """What a document says of the day on which it is printed: how much of it was paid, and what it is about."""

    paid_minor: int = 0
    refers_to: str = ""  # the number of the invoice that is credited


def xml_of(snapshot: Snapshot, organization: Organization, now: Now = Now()) -> bytes:
    """The document as XML, with its words in the present language. The organization says where to pay."""
    for prefix, name in _SPACES.items():
        ET.register_namespace(prefix, name)
    return _Writer(snapshot, organization, now).document()


class _Writer:
    """One document while it is written."""

    def __init__(self, snapshot: Snapshot, organization: Organization, now: Now) -> None:
        self.snapshot, self.organization, self.now = snapshot, organization, now
        self.sums: Sums = sums_of(snapshot)
        self.is_credit = snapshot["kind"] == "credit_note"

    def document(self) -> bytes:
        root = ET.Element(_name("rsm:CrossIndustryInvoice"))
        _put(root, "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", PROFILE)
        self._head(_put(root, "rsm:ExchangedDocument"))
        trade = _put(root, "rsm:SupplyChainTradeTransaction")
        for place, (line, amounts) in enumerate(zip(self.snapshot["lines"], self.sums.lines, strict=True), start=1):
            self._line(_put(trade, "ram:IncludedSupplyChainTradeLineItem"), place, line, amounts)
        self._parties(_put(trade, "ram:ApplicableHeaderTradeAgreement"))
        self._delivery(_put(trade, "ram:ApplicableHeaderTradeDelivery"))
        self._settlement(_put(trade, "ram:ApplicableHeaderTradeSettlement"))
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8")

    def _head(self, head: ET.Element) -> None:
        _put(head, "ram:ID", self.snapshot["number"])  # BT-1
        _put(head, "ram:TypeCode", CREDIT_NOTE if self.is_credit else INVOICE)  # BT-3
        _day(head, "ram:IssueDateTime", self.snapshot["dated"])  # BT-2
        for text in (self.snapshot["notes"], self.snapshot["terms"]):
            _put_if(head, "ram:IncludedNote/ram:Content", text)  # BT-22

    def _line(self, item: ET.Element, place: int, line: Mapping[str, Any], amounts: LineSum) -> None:
        _put(item, "ram:AssociatedDocumentLineDocument/ram:LineID", str(place))  # BT-126
        product = _put(item, "ram:SpecifiedTradeProduct")
        _put(product, "ram:Name", _text(line["name"]) or NAMELESS)  # BT-153
        _put_if(product, "ram:Description", line["description"])  # BT-154
        price = f"{amounts.price.normalize():f}"
        _put(item, "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount", price)  # BT-146
        quantity = _put(item, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", line["quantity"])  # BT-129
        quantity.set("unitCode", code_of(line["unit"]))  # BT-130
        settlement = _put(item, "ram:SpecifiedLineTradeSettlement")
        _tax(_put(settlement, "ram:ApplicableTradeTax"), amounts.category)  # BT-151, BT-152
        if amounts.discount_minor:
            self._allowance(settlement, amounts.discount_minor, is_charge=False, code="95", reason=_("Discount"))
        total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
        _put(settlement, total, self._amount(amounts.net_minor))  # BT-131

    def _parties(self, agreement: ET.Element) -> None:
        seller, buyer = self.snapshot["organization"], self.snapshot["customer"]
        self._party(_put(agreement, "ram:SellerTradeParty"), seller, is_seller=True)
        self._party(_put(agreement, "ram:BuyerTradeParty"), buyer, is_seller=False)
        _put_if(agreement, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", self.snapshot["order_number"])

    def _party(self, party: ET.Element, side: Mapping[str, Any], *, is_seller: bool) -> None:
        _put(party, "ram:Name", _text(side["name"]) or NAMELESS)  # BT-27, BT-44
        if is_seller and (side["phone"] or side["email"]):
            contact = _put(party, "ram:DefinedTradeContact")
            _put(contact, "ram:PersonName", _text(side["name"]) or NAMELESS)
            _put_if(contact, "ram:TelephoneUniversalCommunication/ram:CompleteNumber", side["phone"])
            _put_if(contact, "ram:EmailURIUniversalCommunication/ram:URIID", side["email"])
        _address(party, side["address"])
        if is_seller and side["email"]:
            _put(party, "ram:URIUniversalCommunication/ram:URIID", side["email"]).set("schemeID", "EM")  # BT-34
        number = tax_number(side["tax_id"])
        if number and (is_seller or number[1] == VAT):
            _put(party, "ram:SpecifiedTaxRegistration/ram:ID", number[0]).set("schemeID", number[1])  # BT-31, 32, 48

    def _delivery(self, delivery: ET.Element) -> None:
        """BG-13: to where the customer has things sent. Nothing is known of the day."""
        buyer = self.snapshot["customer"]
        to = _put(delivery, "ram:ShipToTradeParty")
        _put(to, "ram:Name", _text(buyer["name"]) or NAMELESS)
        sent_to = buyer.get("shipping_address") or {}
        _address(to, sent_to if sent_to.get("country") else buyer["address"])

    def _settlement(self, settlement: ET.Element) -> None:
        _put(settlement, "ram:PaymentReference", self.snapshot["number"])  # BT-83
        _put(settlement, "ram:InvoiceCurrencyCode", self.snapshot["currency"])  # BT-5
        if self.organization.bank_account and not self.is_credit:
            self._bank(_put(settlement, "ram:SpecifiedTradeSettlementPaymentMeans"))
        for tax in self.sums.taxes:
            self._tax_sum(_put(settlement, "ram:ApplicableTradeTax"), tax)
        for one in self.sums.extras:
            self._extra(settlement, one)
        terms = _put(settlement, "ram:SpecifiedTradePaymentTerms")
        if self.is_credit:
            _put(terms, "ram:Description", _("Credited to your account"))  # BT-20
        else:
            _day(terms, "ram:DueDateDateTime", self.snapshot["due_on"])  # BT-9
        self._totals(_put(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"))
        if self.now.refers_to:
            _put(settlement, "ram:InvoiceReferencedDocument/ram:IssuerAssignedID", self.now.refers_to)  # BT-25

    def _bank(self, means: ET.Element) -> None:
        """BG-16 and BG-17: the account for transfers."""
        iban = ibans.whole(self.organization.bank_account)
        is_sepa = iban is not None and self.snapshot["currency"] == "EUR"
        _put(means, "ram:TypeCode", SEPA_TRANSFER if is_sepa else TRANSFER)
        account = _put(means, "ram:PayeePartyCreditorFinancialAccount")
        if iban:
            _put(account, "ram:IBANID", iban)
        _put(account, "ram:AccountName", self.organization.bank_holder or self.organization.name)
        if not iban:
            _put(account, "ram:ProprietaryID", self.organization.bank_account)
        code = bic.compact(self.organization.bank_code)
        if bic.is_valid(code):
            _put(means, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", code)

    def _tax_sum(self, part: ET.Element, tax: TaxSum) -> None:
        _put(part, "ram:CalculatedAmount", self._amount(tax.tax_minor))  # BT-117
        _put(part, "ram:TypeCode", "VAT")
        if tax.category.code == EXEMPT:
            _put(part, "ram:ExemptionReason", self._why_exempt())  # BT-120
        _put(part, "ram:BasisAmount", self._amount(tax.base_minor))  # BT-116
        _put(part, "ram:CategoryCode", tax.category.code)  # BT-118
        _put(part, "ram:RateApplicablePercent", f"{tax.category.percent:f}")  # BT-119

    def _why_exempt(self) -> str:
        customer = self.snapshot["customer"]
        reason = _text(customer["exemption_reason"]) if customer["is_tax_exempt"] else ""
        return reason or _("No tax is charged on this")

    def _extra(self, settlement: ET.Element, one: Extra) -> None:
        reasons = {
            "discount": _("Discount"),
            "shipping": _("Shipping"),
            "adjustment": _text(self.snapshot["adjustment_label"]) or _("Adjustment"),
        }
        code = _REASONS.get(one.what, "")
        part = self._allowance(settlement, one.minor, is_charge=one.is_charge, code=code, reason=reasons[one.what])
        _tax(_put(part, "ram:CategoryTradeTax"), one.category)

    def _allowance(self, parent: ET.Element, minor: int, *, is_charge: bool, code: str, reason: str) -> ET.Element:
        part = _put(parent, "ram:SpecifiedTradeAllowanceCharge")
        _put(part, "ram:ChargeIndicator/udt:Indicator", "true" if is_charge else "false")
        _put(part, "ram:ActualAmount", self._amount(minor))
        if code:
            _put(part, "ram:ReasonCode", code)
        _put(part, "ram:Reason", reason)
        return part

    def _totals(self, totals: ET.Element) -> None:
        sums, currency = self.sums, self.snapshot["currency"]
        _put(totals, "ram:LineTotalAmount", self._amount(sums.lines_minor))  # BT-106
        _put(totals, "ram:ChargeTotalAmount", self._amount(sums.charges_minor))  # BT-108
        _put(totals, "ram:AllowanceTotalAmount", self._amount(sums.allowances_minor))  # BT-107
        _put(totals, "ram:TaxBasisTotalAmount", self._amount(sums.base_minor))  # BT-109
        _put(totals, "ram:TaxTotalAmount", self._amount(sums.tax_minor)).set("currencyID", currency)  # BT-110
        _put(totals, "ram:GrandTotalAmount", self._amount(sums.total_minor))  # BT-112
        _put(totals, "ram:TotalPrepaidAmount", self._amount(self.now.paid_minor))  # BT-113
        _put(totals, "ram:DuePayableAmount", self._amount(sums.total_minor - self.now.paid_minor))  # BT-115

    def _amount(self, minor: int) -> str:
        return f"{Money(minor, self.snapshot['currency']).decimal:f}"


def _tax(part: ET.Element, category: Category) -> None:
    _put(part, "ram:TypeCode", "VAT")
    _put(part, "ram:CategoryCode", category.code)
    _put(part, "ram:RateApplicablePercent", f"{category.percent:f}")


def _address(party: ET.Element, address: Mapping[str, Any]) -> None:
    """As far as it is known. The standard needs no more than the country."""
    written = _put(party, "ram:PostalTradeAddress")
    for name, key in _ADDRESS:
        _put_if(written, f"ram:{name}", address.get(key) or "")


def _day(parent: ET.Element, path: str, iso: str) -> None:
    _put(parent, f"{path}/udt:DateTimeString", iso.replace("-", "")).set("format", "102")


def _put(parent: ET.Element, path: str, text: str = "") -> ET.Element:
    """A new element below others of the path, which are new too. Returns the last."""
    for step in path.split("/"):
        parent = ET.SubElement(parent, _name(step))
    if text:
        parent.text = _text(text)
    return parent


def _put_if(parent: ET.Element, path: str, text: str) -> None:
    """The same where there is something to say: the rules want no empty part."""
    if _text(text):
        _put(parent, path, text)


def _text(written: str) -> str:
    """As XML can hold it."""
    return _UNPRINTABLE.sub("", written.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _name(short: str) -> str:
    prefix, _colon, name = short.partition(":")
    return f"{{{_SPACES[prefix]}}}{name}"
