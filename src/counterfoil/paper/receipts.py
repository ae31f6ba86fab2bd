"""A receipt on paper: who paid how much and when, what it was used for, what is left as credit."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.utils.translation import gettext as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.models import Allocation
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.models import PAYABLE, Payable, Payment, Return
from counterfoil.books.payments.unused_credit import Credit
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.books.sales.snapshots import customer_party, organization_party
from counterfoil.foundation.formats import format_date
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import Money, format_money

from .parties import logo_of, party
from .sheet import Fact, Paid, Receipt, Sheet, Total, size_for
from .typesetting import render

Uses = Sequence[tuple[Payable, int]]


def uses_of(credit: Credit) -> list[tuple[Any, int]]:
    """The documents that a credit pays at present, with minor units of each, the oldest first.

    A payment pays invoices and retainer invoices; everything else is used for invoices.
    """
    rows = Allocation.objects.filter(source_kind=credit.ledger_kind(), source_id=credit.id)
    found: list[Any] = []
    for model in PAYABLE if isinstance(credit, Payment) else (Invoice,):
        of_kind = rows.filter(target_kind=model.ledger_kind())
        by_target = of_kind.filter(target_id=OuterRef("id")).order_by().values("target_id")
        sums = Subquery(by_target.annotate(sum=Sum("minor")).values("sum"))
        documents: Any = model._default_manager.filter(id__in=of_kind.values("target_id")).annotate(used_minor=sums)
        found += documents.filter(used_minor__gt=0)
    return [(one, one.used_minor) for one in sorted(found, key=lambda one: (one.dated, one.id))]


def receipt_sheet(payment: Payment, uses: Uses, customer: Customer, organization: Organization, language: str) -> Sheet:
    """What a receipt says in a language. The page shows the logo by its address; only the PDF carries it."""
    with speaking(language):
        return _sheet(payment, uses, customer, organization, language)


def receipt_pdf(
    payment: Payment, uses: Uses, customer: Customer, organization: Organization, language: str, *, at: datetime
) -> bytes:
    """The receipt as PDF. Call it outside transactions."""
    sheet = receipt_sheet(payment, uses, customer, organization, language)
    return render(replace(sheet, logo=logo_of(organization)), at=at)


def _sheet(payment: Payment, uses: Uses, customer: Customer, organization: Organization, language: str) -> Sheet:
    def written(minor: int) -> str:
        return format_money(Money(minor, payment.currency), language)

    paid_on = format_date(payment.paid_on, language, organization.date_format)
    left = payment.balance_minor
    return Sheet(
        language=language,
        kind="receipt",
        title=_("Receipt"),
        number=payment.number,
        organization=party(organization_party(organization), language),
        customer=party(customer_party(customer), language),
        colour=f"#{organization.brand_colour}",
        size=size_for(organization.country),
        page_label=_("Page {n} of {m}"),
        facts=tuple(_facts(payment, organization)),
        receipt=Receipt(
            paid_on=_("Paid on %(day)s") % {"day": paid_on},
            amount=written(payment.amount_minor),
            paid=tuple(Paid(one.name, written(minor), _how_far(one, written)) for one, minor in uses),
            returned=tuple(_returned(payment, organization, language)),
            left_as_credit=Total(_("Left as credit"), written(left)) if left else None,
        ),
    )


def _facts(payment: Payment, organization: Organization) -> list[Fact]:
    facts = [
        Fact(_("Method"), payment.method_label or str(payment.get_mode_display())),
        Fact(_("Reference"), payment.reference),
        Fact(_("Paid to"), organization.name),
    ]
    return [fact for fact in facts if fact.value]


def _returned(payment: Payment, organization: Organization, language: str) -> Iterator[Paid]:
    """What went back of it, oldest first. What came to nothing is not told."""
    for back in sorted(payment.returns.all(), key=lambda one: one.id):
        if back.state in Return.UNDONE:
            continue
        words = {"day": format_date(back.returned_on, language, organization.date_format)}
        amount = format_money(Money(-back.amount_minor, back.currency), language)
        if back.kind == Return.Kind.CHARGEBACK:
            yield Paid(_("Taken back by the bank on %(day)s") % words, amount)
        elif back.way == Return.Way.CREDIT:
            credited = format_money(Money(back.amount_minor, back.currency), language)
            yield Paid(_("Turned into credit on %(day)s") % words, credited)
        else:
            detail = _("On its way") if back.state in Return.UNKNOWN else _where(back, payment)
            yield Paid(_("Refunded on %(day)s") % words, amount, detail)


def _where(back: Return, payment: Payment) -> str:
    """Where a refund went."""
    if back.way == Return.Way.GATEWAY:
        return payment.method_label or str(payment.get_mode_display())
    told = str(back.get_mode_display())
    return f"{told}, {back.reference}" if back.reference else told


def _how_far(document: Payable, written: Callable[[int], str]) -> str:
    if isinstance(document, RetainerInvoice):
        return _("Paid ahead, for later invoices")
    if document.balance_minor == 0:
        return _("Paid in full")
    return _("%(amount)s still to pay") % {"amount": written(document.balance_minor)}
