"""A document of a sale on paper. Page and PDF are made from the sheet that is written here, so they can't differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import CreditNote, Invoice, Quote, RetainerInvoice, SalesOrder
from counterfoil.foundation.formats import format_date, format_number
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import Money, format_amount, format_money

from .electronic.enclosing import with_invoice
from .parties import logo_of, party
from .sheet import Columns, Fact, Line, Passage, Sheet, Total, size_for
from .transfers import bank_transfer, online
from .typesetting import render

Snapshot = Mapping[str, Any]
Tone = Literal["good", "bad"]
STAMPS: dict[str, tuple[Any, Tone]] = {
    "paid": (gettext_lazy("Paid"), "good"),
    "void": (gettext_lazy("Void"), "bad"),
    "written_off": (gettext_lazy("Written off"), "bad"),
    "accepted": (gettext_lazy("Accepted"), "good"),
    "invoiced": (gettext_lazy("Accepted"), "good"),
    "declined": (gettext_lazy("Declined"), "bad"),
    "expired": (gettext_lazy("Expired"), "bad"),
    "closed": (pgettext_lazy("of a credit note", "Closed"), "good"),
    "drawn": (gettext_lazy("Drawn"), "good"),
    "partially_drawn": (gettext_lazy("Paid"), "good"),
}


@dataclass(frozen=True)
class Wording:
    """What is said otherwise on each type of document."""

    title: Any
    dated: Any
    to: Any


WORDINGS = {
    "invoice": Wording(gettext_lazy("Invoice"), gettext_lazy("Invoice date"), gettext_lazy("Bill to")),
    "retainer_invoice": Wording(gettext_lazy("Retainer invoice"), gettext_lazy("Date"), gettext_lazy("Bill to")),
    "quote": Wording(gettext_lazy("Quote"), gettext_lazy("Quote date"), gettext_lazy("Prepared for")),
    "credit_note": Wording(gettext_lazy("Credit note"), gettext_lazy("Credit note date"), gettext_lazy("Credited to")),
    "sales_order": Wording(gettext_lazy("Sales order"), gettext_lazy("Order date"), gettext_lazy("Ordered by")),
    "opening": Wording(gettext_lazy("Opening balance"), gettext_lazy("As of"), gettext_lazy("Bill to")),
}


@dataclass(frozen=True)
class Standing:
    """How a document stands now, beside what was written in it. A draft and an old revision owe nothing: None.

    `left_minor` is what is left of what it credits, `held_minor` what is held of what was paid ahead.
    """

    balance_minor: int | None = None
    left_minor: int | None = None
    held_minor: int | None = None
    written_off_minor: int = 0
    stamp: str = ""  # one of STAMPS or nothing


def standing_of(invoice: Invoice, on: date) -> Standing:
    """What its paper says of an invoice on a day in the organization's time zone."""
    if invoice.state == Invoice.State.DRAFT:
        return Standing()
    status = invoice.status(on).value
    stamp = status if status in STAMPS else ""
    return Standing(invoice.balance_minor, written_off_minor=invoice.written_off_minor, stamp=stamp)


def standing_of_quote(quote: Quote, on: date) -> Standing:
    """What its paper says of a quote on a day in the organization's time zone."""
    status = quote.status(on).value
    return Standing(stamp=status if status in STAMPS else "")


def standing_of_credit_note(note: CreditNote, on: date) -> Standing:
    """What its paper says of a credit note."""
    status = note.status(on).value
    left = note.balance_minor if note.state == CreditNote.State.ISSUED else None
    return Standing(left_minor=left, stamp=status if status in STAMPS else "")


def standing_of_retainer(retainer: RetainerInvoice, on: date) -> Standing:
    """What its paper says of a retainer invoice: what is to be paid, or what is held."""
    status = retainer.status(on).value
    stamp = status if status in STAMPS else ""
    if retainer.state != RetainerInvoice.State.ISSUED:
        return Standing(stamp=stamp)
    if retainer.unpaid_minor:
        return Standing(retainer.unpaid_minor, stamp=stamp)
    return Standing(held_minor=retainer.balance_minor, stamp=stamp)


def standing_of_sales_order(order: SalesOrder, _on: date) -> Standing:
    """What its paper says of a sales order."""
    return Standing(stamp="void" if order.state == SalesOrder.State.VOID else "")


def document_sheet(
    snapshot: Snapshot, organization: Organization, language: str, standing: Standing = Standing()
) -> Sheet:
    """What a document's paper says in a language."""
    with speaking(language):
        return _sheet(snapshot, organization, language, standing)


def document_pdf(
    snapshot: Snapshot,
    organization: Organization,
    language: str,
    standing: Standing = Standing(),
    *,
    at: datetime,
    pay_url: str = "",
) -> bytes:
    """The document as PDF, with how to pay while something is owed. Call it outside transactions.

    `pay_url` is where it is paid online, if anywhere.
    """
    sheet = document_sheet(snapshot, organization, language, standing)
    with speaking(language):
        if standing.balance_minor:
            balance = Money(standing.balance_minor, snapshot["currency"])
            transfer = bank_transfer(organization, snapshot["number"] or _("Opening balance"), balance, pay_url=pay_url)
            sheet = replace(sheet, payment=transfer or online(pay_url))
        sheet = replace(sheet, logo=logo_of(organization), page_label=_("Page {n} of {m}"))
    pdf = render(sheet, at=at)
    if standing.stamp == "void":
        return pdf
    title = f"{sheet.title} {sheet.number}"
    return with_invoice(pdf, snapshot, organization, language, title=title, paid_minor=_paid(snapshot, standing))


def _paid(snapshot: Snapshot, standing: Standing) -> int:
    """What was paid, credited or used of it until now."""
    if standing.balance_minor is not None:
        return int(snapshot["total_minor"]) - standing.balance_minor - standing.written_off_minor
    return 0 if standing.left_minor is None else int(snapshot["total_minor"]) - standing.left_minor


def _sheet(snapshot: Snapshot, organization: Organization, language: str, standing: Standing) -> Sheet:
    exempt = snapshot["customer"]["exemption_reason"] if snapshot["customer"]["is_tax_exempt"] else ""
    wording, is_opening = WORDINGS[snapshot["kind"]], snapshot["kind"] == "opening"
    stamp: tuple[Any, Tone] = STAMPS[standing.stamp] if standing.stamp else ("", "good")
    return Sheet(
        language=language,
        kind="sale",
        title=str(wording.title),
        number="" if is_opening else snapshot["number"] or _("Draft"),
        organization=party(snapshot["organization"], language),
        customer=party(snapshot["customer"], language),
        colour=f"#{organization.brand_colour}",
        size=size_for(organization.country),
        status_stamp=str(stamp[0]),
        stamp_tone=stamp[1],
        bill_to=str(wording.to),
        facts=tuple(_facts(snapshot, organization, language)),
        columns=Columns(
            item=_("Item"), quantity=_("Quantity"), rate=_("Rate"), amount=_("Amount"), discount=_("Discount")
        ),
        lines=tuple(
            _line(line, snapshot["currency"], language)
            for line in snapshot["lines"]
            if not (standing.stamp in ("accepted", "invoiced") and _is_left_out(line))
        ),
        totals=tuple(_totals(snapshot, language, standing)),
        notes=Passage(_as_of(snapshot, organization, language) if is_opening else snapshot["notes"])
        if is_opening or snapshot["notes"]
        else None,
        terms=Passage(snapshot["terms"], _("Terms")) if snapshot["terms"] else None,
        footer=_("No tax is charged: %(reason)s") % {"reason": exempt} if exempt else "",
    )


def _as_of(snapshot: Snapshot, organization: Organization, language: str) -> str:
    day = format_date(date.fromisoformat(snapshot["dated"]), language, organization.date_format)
    return _("Opening balance as of %(day)s: what was still to be paid from before.") % {"day": day}


def _facts(snapshot: Snapshot, organization: Organization, language: str) -> Iterator[Fact]:
    def day(written: str) -> str:
        return format_date(date.fromisoformat(written), language, organization.date_format)

    yield Fact(str(WORDINGS[snapshot["kind"]].dated), day(snapshot["dated"]))
    if snapshot["kind"] == "opening":
        return
    if snapshot.get("due_on"):
        yield Fact(_("Due date"), day(snapshot["due_on"]))
    if snapshot.get("expires_on"):
        yield Fact(_("Valid until"), day(snapshot["expires_on"]))
    if snapshot.get("payment_days"):
        yield Fact(_("Terms"), _("Net %(days)d") % {"days": snapshot["payment_days"]})
    if snapshot["order_number"]:
        yield Fact(_("Order number"), snapshot["order_number"])


def _is_left_out(line: Mapping[str, Any]) -> bool:
    """Whether it was offered and not chosen."""
    return bool(line.get("is_optional")) and not line["is_chosen"]


def _line(line: Mapping[str, Any], currency: str, language: str) -> Line:
    discount = ""
    if line["discount_kind"] == "percent":
        discount = f"{format_number(Decimal(line['discount_value']))}%"
    elif line["discount_kind"] == "amount":
        discount = format_amount(Money.of(line["discount_value"], currency), language)
    quantity = format_number(Decimal(line["quantity"]))
    return Line(
        name=line["name"],
        description=line["description"],
        quantity=f"{quantity} {line['unit']}".strip(),
        rate=_rate(line["rate"], currency, language),
        discount=discount,
        note=_("Optional, not in the total") if _is_left_out(line) else "",
        amount=format_amount(Money(line["net_minor"], currency), language),
    )


def _rate(rate: str, currency: str, language: str) -> str:
    """A unit price with the currency's decimals, or more where it has more."""
    exact = Decimal(rate)
    rounded = exact.quantize(Money(1, currency).decimal)
    return format_amount(Money.of(rounded, currency), language) if rounded == exact else format_number(exact)


def _totals(snapshot: Snapshot, language: str, standing: Standing) -> Iterator[Total]:
    currency, balance_minor = snapshot["currency"], standing.balance_minor

    def plain(minor: int) -> str:
        return format_amount(Money(minor, currency), language)

    if snapshot["kind"] != "opening":
        yield Total(_("Subtotal"), plain(snapshot["subtotal_minor"]))
    if snapshot["discount_minor"]:
        yield Total(_discount_label(snapshot), plain(-snapshot["discount_minor"]))
    if snapshot["shipping_minor"]:
        yield Total(_("Shipping"), plain(snapshot["shipping_minor"]))
    for tax in snapshot["taxes"]:
        words = _("%(tax)s included") if snapshot["is_inclusive"] else "%(tax)s"
        yield Total(words % {"tax": _tax_label(tax)}, plain(tax["tax_minor"]))
    if snapshot["adjustment_minor"]:
        yield Total(snapshot["adjustment_label"] or _("Adjustment"), plain(snapshot["adjustment_minor"]))
    total = Money(snapshot["total_minor"], currency)
    is_last = (balance_minor, standing.left_minor, standing.held_minor) == (None, None, None)
    yield Total(_("Total"), format_money(total, language), emphasis=is_last)
    yield from _standing_totals(total, language, standing)


def _standing_totals(total: Money, language: str, standing: Standing) -> Iterator[Total]:
    """What was paid or used of it, and what is due or left."""
    currency, balance_minor = total.currency, standing.balance_minor

    def plain(minor: int) -> str:
        return format_amount(Money(minor, currency), language)

    if balance_minor is not None:
        if paid := total.minor - balance_minor - standing.written_off_minor:
            # What was paid of a void invoice became credit; all of it was taken back.
            yield Total(_("Made void") if standing.stamp == "void" else _("Paid and credited"), plain(-paid))
        if standing.written_off_minor:
            yield Total(_("Written off"), plain(-standing.written_off_minor))
        yield Total(_("Balance due"), format_money(Money(balance_minor, currency), language), emphasis=True)
    if standing.left_minor is not None:
        if used := total.minor - standing.left_minor:
            yield Total(_("Used or refunded"), plain(-used))
        yield Total(_("Left as credit"), format_money(Money(standing.left_minor, currency), language), emphasis=True)
    if standing.held_minor is not None:
        if used := total.minor - standing.held_minor:
            yield Total(_("Used or refunded"), plain(-used))
        yield Total(_("Held as retainer"), format_money(Money(standing.held_minor, currency), language), emphasis=True)


def _discount_label(snapshot: Snapshot) -> str:
    if snapshot["discount_kind"] == "percent":
        return _("Discount %(percent)s%%") % {"percent": format_number(Decimal(snapshot["discount_value"]))}
    return _("Discount")


def _tax_label(tax: Mapping[str, Any]) -> str:
    """The tax's name with its rate, once: a name such as "VAT 20%" already says it."""
    percent = f"{format_number(Decimal(tax['percent']))}%"
    return tax["name"] if percent in tax["name"] else f"{tax['name']} {percent}"
