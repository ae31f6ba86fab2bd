"""A statement on paper: what an account opened with, what happened, and what it closed with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import kinds
from counterfoil.books.ledger.kinds import Column
from counterfoil.books.ledger.statements import Statement, Transaction, names_of
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import OPENING_BALANCE, CreditNote, Invoice, RetainerInvoice
from counterfoil.books.sales.snapshots import customer_party, organization_party
from counterfoil.foundation.formats import format_date, format_period
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import Money, format_money

from .parties import logo_of, party
from .sheet import Account, Entry, Sheet, Total, size_for
from .typesetting import render

# What each kind of transaction is called.
WORDS = {
    "invoice.issued": gettext_lazy("Invoice"),
    "invoice.voided": gettext_lazy("Made void"),
    "invoice.reinstated": gettext_lazy("Valid again"),
    "invoice.written_off": gettext_lazy("Written off"),
    "invoice.write_off_undone": gettext_lazy("Write-off undone"),
    "payment.received": gettext_lazy("Payment"),
    "payment.refunded": gettext_lazy("Refund"),
    "payment.return_undone": gettext_lazy("Refund failed"),
    "payment.charged_back": gettext_lazy("Chargeback"),
    "payment.return_covered": gettext_lazy("Rest of a chargeback"),
    "payment.chargeback_won": gettext_lazy("Chargeback won"),
    "credit_note.issued": gettext_lazy("Credit note"),
    "credit_note.voided": gettext_lazy("Credit note made void"),
    "credit_note.refunded": gettext_lazy("Credit note refunded"),
    "credit.granted": pgettext_lazy("in a statement", "Credit"),
    "credit.taken_back": gettext_lazy("Credit taken back"),
    kinds.HELD_PAID: gettext_lazy("Retainer paid"),
    kinds.HELD_TAKEN_OFF: gettext_lazy("Retainer taken back by the bank"),
    kinds.HELD_GIVEN_BACK: gettext_lazy("Retainer refunded"),
    kinds.HELD_KEPT: gettext_lazy("Refund of a retainer failed"),
    kinds.HELD_APPLIED: gettext_lazy("Retainer used"),
    kinds.HELD_UNAPPLIED: gettext_lazy("Retainer taken off again"),
}
COLUMNS = {
    Column.INVOICED: gettext_lazy("Invoiced"),
    Column.PAID: gettext_lazy("Paid"),
    Column.CREDITED: gettext_lazy("Credited"),
    Column.REFUNDED: gettext_lazy("Refunded"),
    Column.ADJUSTED: gettext_lazy("Adjusted"),
    Column.PAID_IN: gettext_lazy("Paid ahead"),
    Column.USED: gettext_lazy("Used for invoices"),
    Column.GIVEN_BACK: gettext_lazy("Given back"),
}


def statement_sheet(
    statement: Statement,
    names: Mapping[int, str],
    customer: Customer,
    organization: Organization,
    language: str,
    *,
    part: slice = slice(None),
) -> Sheet:
    """What a statement says in a language; `names` are the numbers of its documents, by id.

    A page may show a part of the transactions. The sums are those of all.
    """
    period = statement.period
    with speaking(language):
        return Sheet(
            language=language,
            kind="statement",
            title=_("Statement of account"),
            number=format_period(period.first, period.last, language, organization.date_format),
            organization=party(organization_party(organization), language),
            customer=party(customer_party(customer), language),
            colour=f"#{organization.brand_colour}",
            size=size_for(organization.country),
            page_label=_("Page {n} of {m}"),
            bill_to=_("Account of"),
            accounts=tuple(_accounts(statement, names, organization, language, part)),
        )


def documents_of(customer: Customer) -> dict[str, QuerySet[Any]]:
    """What a statement names, by the ledger's word for it: the customer's documents that have a page of their own."""
    return {
        "invoice": Invoice.objects.of(customer).visible_to_customer(),
        "payment": Payment.objects.filter(customer=customer),
        "credit_note": CreditNote.objects.of(customer).visible_to_customer(),
        RetainerInvoice.kind(): RetainerInvoice.objects.of(customer).visible_to_customer(),
    }


def names_in(transactions: Iterable[Transaction], customer: Customer) -> dict[int, str]:
    """The numbers of the documents that transactions of a customer are about, by id."""
    return names_of(transactions, documents_of(customer))


def statement_pdf(
    statement: Statement,
    customer: Customer,
    organization: Organization,
    language: str,
    *,
    at: datetime,
) -> bytes:
    """The statement as PDF, with every transaction. Call it outside transactions."""
    names = names_in(everything(statement), customer)
    sheet = statement_sheet(statement, names, customer, organization, language)
    return render(replace(sheet, logo=logo_of(organization)), at=at)


def everything(statement: Statement) -> list[Transaction]:
    """The transactions of every section."""
    return [*statement.transactions, *(statement.held.transactions if statement.held else ())]


def what_and_number(one: Transaction, names: Mapping[int, str]) -> tuple[str, str]:
    """What happened, and to which document, in the language of now. Empty is what has nothing to say."""
    number = names.get(one.document_id)
    if number == "" and one.told == "invoice.issued":
        return str(OPENING_BALANCE), ""
    return str(WORDS[one.told]), str(OPENING_BALANCE) if number == "" else number or ""


def sums_of(statement: Statement) -> list[tuple[str, int]]:
    """Each label with what it adds, from the opening to the closing balance, in the language of now."""
    columns = [(str(COLUMNS[column]), column.sign * minor) for column, minor in statement.sums.items()]
    opening, closing = (_("Opening balance"), statement.opening_minor), (_("Closing balance"), statement.closing_minor)
    return [opening, *columns, closing]


def _accounts(
    statement: Statement, names: Mapping[int, str], organization: Organization, language: str, part: slice
) -> Iterator[Account]:
    """What is owed, and below it what is held as retainers, if anything ever was."""
    yield _account(statement, names, organization, language, part)
    held = statement.held
    if held is not None and not held.is_empty and not part.start:
        # However long the other is, this one is whole, below its first page.
        yield replace(_account(held, names, organization, language, slice(None)), title=_("Retainers"))


def _account(
    statement: Statement, names: Mapping[int, str], organization: Organization, language: str, part: slice
) -> Account:
    def written(minor: int) -> str:
        return format_money(Money(minor, statement.currency), language)

    day = partial(format_date, language=language, style=organization.date_format)
    shown = statement.transactions[part]
    before = shown[0].balance_minor - shown[0].minor if shown else statement.opening_minor
    if part.start:
        carried = Entry(day(shown[0].day), _("Balance brought forward"), balance=written(before))
    else:
        carried = Entry(day(statement.period.first), _("Opening balance"), balance=written(before))
    *sums, closing = sums_of(statement)
    return Account(
        sums=(
            *(Total(label, written(minor)) for label, minor in sums),
            Total(closing[0], written(closing[1]), emphasis=True),
        ),
        heads=(_("Date"), _("Transaction"), _("Amount"), _("Balance")),
        carried=carried,
        entries=tuple(
            Entry(day(one.day), *what_and_number(one, names), written(one.minor), written(one.balance_minor))
            for one in shown
        ),
    )
