"""Importing quotes and invoices: one row a line, with what the document says as a whole repeated or left empty."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import external_ids, organizations
from counterfoil.books.sales import bulk, pricing, writing
from counterfoil.books.sales.bulk import PastInvoice, PastQuote
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice, Quote
from counterfoil.books.sales.pricing import LineContent, Priced
from counterfoil.books.sales.quotes import QuoteContent, QuoteLineContent
from counterfoil.foundation import languages
from counterfoil.foundation.money import LARGEST, Money, MoneyError, exponent, format_money
from counterfoil.foundation.refusal import Refused

from .customers import Known, known, no_such_customer
from .plans import SOURCE, Plan, Setting
from .records import Problems, Record
from .taxes import Taxes

AT_ONCE = 500
INVOICE_STATES = {"draft": "draft", "void": "void", "voided": "void"} | dict.fromkeys(
    ("sent", "viewed", "open", "unpaid", "overdue", "partiallypaid", "partially paid", "paid", "closed", "approved"),
    "issued",
)
QUOTE_STATES = {"draft": "draft", "accepted": "accepted", "declined": "declined", "rejected": "declined"} | {
    **dict.fromkeys(("sent", "viewed", "open", "expired", "approved"), "sent"),
    **dict.fromkeys(("invoiced", "partially invoiced", "partiallyinvoiced"), "invoiced"),
}


@dataclass(frozen=True)
class Here:
    """What is known of a document that is here already."""

    id: int
    customer_id: int
    number: str
    dated: date
    total_minor: int
    state: str


class Documents:
    """Plans the import of a file of documents of one type."""

    model: type[Any]
    line: type[LineContent]
    states: Mapping[str, str]

    def __init__(self, setting: Setting, plan: Plan, rows: Sequence[Customer]) -> None:
        self.setting, self.plan, self.problems = setting, plan, plan.problems
        self.customers: Known = known(setting, rows)
        self.taxes = Taxes(setting.organization)
        self.today = organizations.today(setting.organization.id)
        self.ids = external_ids.known(setting.organization.id, SOURCE, self.model.kind())
        self.past: list[Any] = []
        self.keys: list[tuple[str, int | None]] = []  # id elsewhere of each of `past`, and what is owed as it says
        self.linked: list[tuple[str, int]] = []
        self.numbers: dict[str, int] = {}

    def add(self, records: Iterable[Record]) -> None:
        groups = list(grouped(records, self.problems))
        self.here = self._here(groups)
        for group in groups:
            try:
                self._add(group[0], group)
            except Refused as refusal:
                self.problems.refuse(group[0].line, refusal)
        self.plan.new += len(self.past)
        self.plan.steps.append(self._write)

    def _here(self, groups: Sequence[Sequence[Record]]) -> dict[int | str, Here]:
        """Those that are here, by our id and by number."""
        ids = [self.ids[group[0].text("id")] for group in groups if group[0].text("id") in self.ids]
        numbers = [group[0].text("number") for group in groups]
        found: dict[int | str, Here] = {}
        columns = ("id", "customer_id", "number", "dated", "total_minor", "state")
        of = self.model.objects.filter(organization=self.setting.organization)
        for name, wanted in (("id__in", ids), ("number__in", numbers)):
            for start in range(0, len(wanted), AT_ONCE):
                for row in of.filter(**{name: wanted[start : start + AT_ONCE]}).values_list(*columns):
                    one = Here(*row)
                    found[one.id] = one
                    found[one.number or one.id] = one
        return found

    def _add(self, first: Record, group: list[Record]) -> None:
        number, external = first.text("number"), first.text("id") or f"number {first.text('number')}"
        must_come_once(first, self.numbers)
        customer = customer_of(first, self.customers)
        state = self._state(first)
        here = self.here.get(self.ids.get(external, 0)) or self.here.get(number)
        content = self._content(first, [self._line(record, customer) for record in group], customer)
        content, priced = self._priced(first, content, customer)
        if here is None:
            self._must_be_open(content, state)
            self.keys.append((external, self._add_new(first, customer, state, content, priced)))
            return
        self._compare(first, here, customer, state, priced)
        if external not in self.ids:
            self.linked.append((external, here.id))
            self.plan.linked += 1
        self.plan.same += 1

    def _compare(self, first: Record, here: Here, customer: Customer, state: str, priced: Priced) -> None:
        """Refuse what is here with other money; what else differs stays as it is here."""
        if here.state == "draft" and state != "draft":
            sentence = _("%(number)s is a draft here, and was sent there since. Delete the draft, or issue it here.")
            raise Refused("DRAFT_HERE", sentence % {"number": first.text("number")}, field="status")
        was = (here.customer_id, here.dated, here.total_minor)
        if here.state != "draft" and was != (customer.id, first.day("dated"), priced.total_minor):
            sentence = _("%(number)s is here already with another customer, day or amount, and is left as it is.")
            raise Refused("OTHERWISE_HERE", sentence % {"number": first.text("number")}, field="number")

    def _state(self, first: Record) -> str:
        written = first.text("status").casefold()
        state = self.states.get(written)
        if state is None:
            sentence = _("“%(status)s” is no status that can be imported.") % {"status": first.text("status")[:40]}
            raise Refused("STATUS", sentence, field="status")
        return state

    def _must_be_open(self, content: Any, state: str) -> None:
        raise NotImplementedError

    def _content(self, first: Record, lines: list[Any], customer: Customer) -> Any:
        raise NotImplementedError

    def _add_new(self, first: Record, customer: Customer, state: str, content: Any, priced: Priced) -> int | None:
        """Plan to write it; returns what is still owed of it as its file says, in minor units."""
        raise NotImplementedError

    def _write(self) -> None:
        raise NotImplementedError

    def _line(self, record: Record, customer: Customer) -> LineContent:
        description = record.text("description")
        name = record.text("name") or description.partition("\n")[0][:200]
        rate = record.number("rate")
        if not name or rate is None:
            raise Refused("LINE", _("A line needs an item or a description, and a rate."), field="name")
        must_be_in(record, "rate", customer.currency)
        quantity = record.number("quantity")
        kind, value = "", Decimal(0)
        if record.text("discount_type").casefold() != "entity_level":
            kind, value = _discount(record, "discount_percent", "discount_amount")
        return self.line(
            name,
            Decimal(1) if quantity is None else quantity,
            rate,
            description="" if description == name else description,
            unit=record.text("unit"),
            discount_kind=kind,
            discount_value=value,
            tax_rate_id=self.taxes.named(record),
        )

    def _shared(self, first: Record, customer: Customer) -> dict[str, Any]:
        """What the document says as a whole."""
        kind, value = "", Decimal(0)
        if first.text("discount_type").casefold() != "item_level":
            kind, value = _discount(first, "whole_percent", "whole_amount")
        adjustment = (minor(first, "adjustment", customer) or 0) + (minor(first, "round_off", customer) or 0)
        shipping = minor(first, "shipping", customer) or 0
        return {
            "dated": first.day("dated"),
            "order_number": first.text("order_number"),
            "notes": first.text("notes"),
            "terms": first.text("terms"),
            "is_inclusive": bool(first.values.get("is_inclusive")),
            "discount_kind": kind,
            "discount_value": value,
            "shipping_minor": shipping,
            "shipping_tax_rate_id": self.taxes.named(first, name="shipping_tax_name", percent="shipping_tax_percent")
            if shipping
            else None,
            "adjustment_minor": adjustment,
            "adjustment_label": first.text("adjustment_label") or (_("Rounding") if adjustment else ""),
        }

    def _priced(self, first: Record, content: Any, customer: Customer) -> tuple[Any, Priced]:
        """What it comes to, which must be what its file says. Where taxes were rounded otherwise there, by at most a
        minor unit a line, the difference is an adjustment of its own name."""
        if len(content.lines) > writing.MOST_LINES:
            raise Refused("TOO_MANY_LINES", _("A document can have at most 300 lines."))
        if not content.dated:
            raise Refused("DATE", _("Write a date."), field="dated")
        priced = pricing.price_with(content, self.taxes.all, customer.currency)
        total = minor(first, "total", customer)
        if total is None or total < 0:
            raise Refused("TOTAL", _("Write a total of zero or more."), field="total")
        off = total - priced.total_minor
        if abs(off) > len(content.lines):
            sentence = _("Its lines come to %(ours)s, and its file says %(theirs)s.")
            said = {"ours": written(priced.total_minor, customer), "theirs": written(total, customer)}
            raise Refused("TOTAL_DIFFERS", sentence % said, field="total")
        if off:
            label = content.adjustment_label or _("Rounding")
            adjusted = content.adjustment_minor + off
            content = replace(content, adjustment_minor=adjusted, adjustment_label=label if adjusted else "")
            priced = replace(priced, total_minor=total)
        return content, priced


class Invoices(Documents):
    model, line, states = Invoice, LineContent, INVOICE_STATES

    def _here(self, groups: Sequence[Sequence[Record]]) -> dict[int | str, Here]:
        """And the quotes that they were made of, by number: import quotes first, and they are linked both ways."""
        numbers = sorted({group[0].text("quote_number") for group in groups} - {""})
        quotes = Quote.objects.filter(organization=self.setting.organization)
        self.quotes: dict[tuple[str, int], int] = {}
        for start in range(0, len(numbers), AT_ONCE):
            for one in quotes.filter(number__in=numbers[start : start + AT_ONCE]).only("number", "customer_id"):
                self.quotes[one.number, one.customer_id] = one.id
        return super()._here(groups)

    def _content(self, first: Record, lines: list[Any], customer: Customer) -> InvoiceContent:
        shared, due_on = self._shared(first, customer), first.day("due_on")
        if due_on and shared["dated"] and due_on < shared["dated"]:
            raise Refused("DUE_BEFORE_DATE", _("The due date is before the invoice date."), field="due_on")
        days = None if due_on else customer.payment_days
        return InvoiceContent(lines=lines, due_on=due_on, payment_days=days, allows_partial=True, **shared)

    def _must_be_open(self, content: InvoiceContent, state: str) -> None:
        until = self.setting.organization.locked_until
        if until and state == "issued" and content.dated <= until:
            raise Refused("LOCKED", _("The books are locked on its day."), field="dated")

    def _stated(self, first: Record, state: str, priced: Priced, customer: Customer) -> int | None:
        balance = minor(first, "balance", customer)
        if balance is None or state != "issued":
            return None
        if not 0 <= balance <= priced.total_minor:
            raise Refused("BALANCE", _("Its balance is not between zero and its total."), field="balance")
        return balance

    def _add_new(
        self, first: Record, customer: Customer, state: str, content: InvoiceContent, priced: Priced
    ) -> int | None:
        stated = self._stated(first, state, priced, customer)
        number = "" if state == "draft" else first.text("number")
        is_held = stated is not None and stated < priced.total_minor
        content, quote = replace(content, due_on=content.due), (first.text("quote_number"), customer.id)
        past = PastInvoice(customer=customer, priced=priced, state=state, number=number, content=content)
        self.past.append(replace(past, is_held=is_held, quote_id=self.quotes.get(quote)))
        return stated

    def _write(self) -> None:
        organization = self.setting.organization
        made = bulk.bring_invoices(organization, self.past, by=self.setting.actor)
        ids = [(external, one.id) for one, (external, _stated) in zip(made, self.keys, strict=True)]
        stated = {one.id: left for one, (_id, left) in zip(made, self.keys, strict=True) if left is not None}
        external_ids.keep(organization.id, SOURCE, "invoice", [*self.linked, *ids], stated)


class Quotes(Documents):
    model, line, states = Quote, QuoteLineContent, QUOTE_STATES

    def _content(self, first: Record, lines: list[Any], customer: Customer) -> QuoteContent:
        shared, expires_on = self._shared(first, customer), first.day("expires_on")
        if expires_on and shared["dated"] and expires_on < shared["dated"]:
            raise Refused("EXPIRES_BEFORE_DATE", _("It would expire before its date."), field="expires_on")
        if first.text("status").casefold() == "expired" and (not expires_on or expires_on >= self.today):
            expires_on = min(shared["dated"] or self.today, self.today - timedelta(days=1))
        return QuoteContent(lines=lines, expires_on=expires_on, **shared)

    def _must_be_open(self, content: QuoteContent, state: str) -> None:
        """Nothing of a quote is in the books."""

    def _add_new(self, first: Record, customer: Customer, state: str, content: QuoteContent, priced: Priced) -> None:
        number = "" if state == "draft" else first.text("number")
        self.past.append(PastQuote(customer=customer, priced=priced, state=state, number=number, content=content))

    def _write(self) -> None:
        organization = self.setting.organization
        made = bulk.bring_quotes(organization, self.past, by=self.setting.actor)
        ids = [(external, one.id) for one, (external, _stated) in zip(made, self.keys, strict=True)]
        external_ids.keep(organization.id, SOURCE, "quote", [*self.linked, *ids])


def plan_invoices(setting: Setting, plan: Plan, records: Iterable[Record], rows: Sequence[Customer]) -> None:
    found = Invoices(setting, plan, rows)
    found.add(records)
    if held := sum(one.is_held for one in found.past):
        sentence = _(
            "%(count)d of these invoices were paid in part or in full. Import their payments next: until then nobody "
            "is reminded of them, and they can't be paid online."
        )
        plan.notes.append(sentence % {"count": held})


def plan_quotes(setting: Setting, plan: Plan, records: Iterable[Record], rows: Sequence[Customer]) -> None:
    Quotes(setting, plan, rows).add(records)


def grouped(records: Iterable[Record], problems: Problems) -> Iterator[list[Record]]:
    """The rows of each document. One that names no document continues the one above it."""
    groups: dict[str, list[Record]] = {}
    by_number: dict[str, str] = {}
    last = ""
    for record in records:
        number = record.text("number")
        key = record.text("id") or by_number.get(number, f"number {number}" if number else last)
        if not key:
            problems.add(record.line, _("This line has no number."), at="number")
            continue
        if number:
            by_number.setdefault(number, key)
        last = key
        groups.setdefault(key, []).append(record)
    for group in groups.values():
        if any(record.line in problems.lines for record in group):
            continue
        if not group[0].text("number"):
            problems.add(group[0].line, _("This line has no number."), at="number")
        elif _repeats(group, problems):
            yield group


def _repeats(group: Sequence[Record], problems: Problems) -> bool:
    """Whether what a document says as a whole is the same in each of its rows, or empty."""
    first = group[0]
    for record in group[1:]:
        for name in ("number", "dated", "paid_on", "customer", "customer_id", "currency", "total", "amount", "balance"):
            if record.values.get(name) not in (None, first.values.get(name)):
                sentence = _("This differs from line %(line)d, which is of the same document.")
                problems.add(record.line, sentence % {"line": first.line}, at=name)
                return False
    return True


def must_come_once(record: Record, numbers: dict[str, int]) -> None:
    """Refuse (NUMBER_TWICE) what has the number of another line; `numbers` are those so far, each with its line."""
    number = record.text("number")
    if number in numbers:
        sentence = _("Line %(line)d has another document of this number.") % {"line": numbers[number]}
        raise Refused("NUMBER_TWICE", sentence, field="number")
    numbers[number] = record.line


def customer_of(record: Record, customers: Known) -> Customer:
    """Whose it is. Raises Refused: NO_CUSTOMER, CURRENCY."""
    customer = customers.of(record, name="customer", external="customer_id")
    if customer is None:
        raise Refused("NO_CUSTOMER", no_such_customer(record), field="customer")
    _must_pay_in(record, customer)
    return customer


def _must_pay_in(record: Record, customer: Customer) -> None:
    """Refuse (CURRENCY) what is in another currency than the customer's."""
    code = record.text("currency").upper()
    if code not in ("", customer.currency):
        sentence = _("This is in %(code)s, and %(customer)s pays in %(currency)s.")
        said = {"code": code, "customer": customer.display_name, "currency": customer.currency}
        raise Refused("CURRENCY", sentence % said, field="currency")


def must_be_in(record: Record, name: str, currency: str) -> None:
    if record.code(name) not in ("", currency):
        sentence = _("This is in %(code)s, and not in %(currency)s.")
        raise Refused("CURRENCY", sentence % {"code": record.code(name), "currency": currency}, field=name)


def minor(record: Record, name: str, customer: Customer) -> int | None:
    """An amount in minor units of the customer's currency.

    Raises Refused: CURRENCY, AMOUNT_TOO_LARGE, TOO_MANY_DECIMALS.
    """
    value = record.number(name)
    if value is None:
        return None
    must_be_in(record, name, customer.currency)
    if abs(value).scaleb(exponent(customer.currency)) > LARGEST:
        raise Refused("AMOUNT_TOO_LARGE", _("This amount is too large. Enter a smaller one."), field=name)
    try:
        return Money.of(value, customer.currency).minor
    except MoneyError as error:
        raise Refused("TOO_MANY_DECIMALS", _("Use no more decimals than the currency has."), field=name) from error


def written(minor_units: int, customer: Customer) -> str:
    return format_money(Money(minor_units, customer.currency), languages.current())


def _discount(record: Record, percent: str, amount: str) -> tuple[str, Decimal]:
    """As it is kept: the percentage if there is one, else the amount, else none."""
    for name, kind in ((percent, "percent"), (amount, "amount")):
        if value := record.number(name):
            return kind, value
    return "", Decimal(0)
