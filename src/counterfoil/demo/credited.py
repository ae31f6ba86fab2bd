"""The demo's credit notes: one of which all is left, one that was used, one given back, one void, and a draft."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.payments import allocations
from counterfoil.books.sales import conversions, credit_notes, invoices
from counterfoil.books.sales.credit_notes import MODES, CreditNoteContent, RefundWish
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import CreditNote
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.money import Money

from .business import acting
from .people import BAKERY, MILL, YUNSHAN


def tell(story: Any) -> None:
    """What was credited to whom, and what became of it."""
    bakery, mill, yunshan = (story.people[one.name] for one in (BAKERY, MILL, YUNSHAN))
    vat, owner, today = story.made.rates["VAT 20%"].id, story.made.owner, story.today

    def days_ago(count: int, act: Any) -> None:
        day = today - timedelta(days=count)
        story.at(day, lambda: act(day))

    misprint = LineContent("Menu boards, misprinted", Decimal(1), Decimal(45), tax_rate_id=vat)
    days_ago(34, lambda day: _make_void(_sent(bakery, day, misprint, owner), owner))
    days_ago(16, lambda day: _use_some(mill, day, vat, owner))
    days_ago(12, lambda day: _give_back(yunshan, day, owner))
    days_ago(7, lambda day: _sent(bakery, day, misprint, owner))
    days_ago(1, lambda day: credit_notes.create(bakery, _content(day, misprint), by=owner))


def _content(day: date, line: LineContent) -> CreditNoteContent:
    return CreditNoteContent(dated=day, lines=[line])


def _sent(customer: Customer, day: date, line: LineContent, owner: Actor) -> CreditNote:
    draft = credit_notes.create(customer, _content(day, line), by=owner)
    contact = ContactPerson.objects.current().filter(customer=customer).exclude(email="").earliest("id")
    note = credit_notes.send(draft, to=[contact.id], by=owner, revision=draft.revision)
    return credit_notes.view(note, by=acting(contact))


def _make_void(note: CreditNote, owner: Actor) -> None:
    credit_notes.void(note, by=owner, revision=note.revision)


def _use_some(customer: Customer, day: date, vat: int, owner: Actor) -> None:
    """A credit note that was made of an invoice, half of which is used for that invoice."""
    panels = LineContent("Exhibition panel", Decimal(3), Decimal(310), tax_rate_id=vat)
    draft = invoices.create(customer, InvoiceContent(dated=day, payment_days=60, lines=[panels]), by=owner)
    invoice = invoices.mark_as_sent(draft, by=owner, revision=draft.revision)
    made = conversions.invoice_to_credit_note(invoice, by=owner, revision=invoice.revision)
    one_less = LineContent("Exhibition panel, sent back", Decimal(1), Decimal(310), tax_rate_id=vat)
    made = credit_notes.edit(made, _content(day, one_less), by=owner, revision=made.revision)
    note = credit_notes.mark_as_sent(made, by=owner, revision=made.revision)
    invoice.refresh_from_db()
    allocations.apply(invoice, {note.id: note.total_minor // 2}, by=owner, balance_seen=invoice.balance_minor)


def _give_back(customer: Customer, day: date, owner: Actor) -> None:
    note = _sent(customer, day, LineContent("英文版排版，少一章", Decimal(1), Decimal(600)), owner)
    wish = RefundWish(amount=Money(note.balance_minor, note.currency), mode=MODES.BANK_TRANSFER, reference="退款 0412")
    credit_notes.refund(note, wish, by=owner, form_key=f"demo-{note.id}-given-back")
