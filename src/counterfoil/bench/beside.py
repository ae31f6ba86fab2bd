"""What stands beside the invoices of the large customer: documents of every other type, made by the verbs."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import StaffMember
from counterfoil.books.sales import credit_notes, invoices, quotes, recurring_invoices, retainer_invoices, sales_orders
from counterfoil.books.sales.models import CreditNote, Invoice, Quote, RecurringInvoice, RetainerInvoice, SalesOrder
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Unspread

from .names import CONTACT

MOST = 120  # of each: more than two pages of a list
UNPAID = 20
MADE = 12  # invoices of the newest recurring invoice
LATER = timedelta(days=360)  # when the schedules begin: nothing is made by itself while pages are measured


def add(count: int) -> None:
    """As many of each as are missing beside a `count` of invoices."""
    customer = ContactPerson.objects.get(email=CONTACT).customer
    owner = staff.actor(StaffMember.objects.get(organization=customer.organization))
    today = clock.today(customer.organization.time_zone)
    wares = (("Shopfront sign", 1, "900"), ("Menu boards", 4, "180"), ("Window lettering", 2, "320"))
    quote_lines = [quotes.QuoteLineContent(name, Decimal(many), Decimal(rate)) for name, many, rate in wares]
    order_lines = [OrderLineContent(name, Decimal(many), Decimal(rate)) for name, many, rate in wares]
    back = [LineContent("Menu boards sent back", Decimal(1), Decimal(12))]
    ahead = [LineContent("Shopfront sign, half of it ahead", Decimal(1), Decimal(450))]
    upkeep = [LineContent("Cleaning of the signs", Decimal(1), Decimal(40))]
    kinds: list[tuple[Any, Any, Any, Any]] = [
        (Quote, quotes.create, quotes.mark_as_sent, quotes.QuoteContent(dated=today, lines=quote_lines)),
        (
            SalesOrder,
            sales_orders.create,
            sales_orders.mark_as_open,
            sales_orders.SalesOrderContent(dated=today, lines=order_lines),
        ),
        (
            CreditNote,
            credit_notes.create,
            credit_notes.mark_as_sent,
            credit_notes.CreditNoteContent(dated=today, lines=back),
        ),
        (
            RetainerInvoice,
            retainer_invoices.create,
            retainer_invoices.mark_as_sent,
            retainer_invoices.RetainerContent(dated=today, lines=ahead),
        ),
        (
            RecurringInvoice,
            recurring_invoices.create,
            None,
            recurring_invoices.RecurringContent(name="Upkeep of the signs", dated=today + LATER, lines=upkeep),
        ),
    ]
    for model, create, issue, content in kinds:
        for _missing in range(min(MOST, count // 10) - model.objects.filter(customer=customer).count()):
            draft = create(customer, content, by=owner)
            if issue:
                issue(draft, by=owner, revision=draft.revision)
    _owe_some(customer, owner, wares)
    _make_some(RecurringInvoice.objects.filter(customer=customer).latest("id"), owner)
    Unspread.objects.all().delete()  # nobody is told of it by bell or mail


def _owe_some(customer: Any, owner: Actor, wares: Sequence[tuple[str, int, str]]) -> None:
    """Unpaid invoices, as many as are missing: each run pays a few."""
    lines = [LineContent(name, Decimal(many), Decimal(rate)) for name, many, rate in wares]
    content = invoices.InvoiceContent(dated=clock.today(customer.organization.time_zone), lines=lines)
    for _missing in range(UNPAID - Invoice.objects.filter(customer=customer).unpaid().count()):
        draft = invoices.create(customer, content, by=owner)
        invoices.mark_as_sent(draft, by=owner, revision=draft.revision)


def _make_some(profile: RecurringInvoice, owner: Actor) -> None:
    """Drafts of one, as many as are missing."""
    made = Invoice.objects.filter(came_from_kind=profile.kind(), came_from_id=profile.id).count()
    for number in range(made, MADE):
        recurring_invoices.make_now(profile, by=owner, revision=profile.revision, making_key=f"{profile.id}-{number}")
