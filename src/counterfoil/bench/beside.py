"""What stands beside the invoices of the large customer: quotes, sales orders and credit notes, made by the verbs."""

from decimal import Decimal
from typing import Any

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import staff
from counterfoil.books.organizations.models import StaffMember
from counterfoil.books.sales import credit_notes, quotes, sales_orders
from counterfoil.books.sales.models import CreditNote, Quote, SalesOrder
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.events import Unspread

from .names import CONTACT

MOST = 120  # of each: more than two pages of a list


def add(invoices: int) -> None:
    """As many of each as are missing beside so many invoices."""
    customer = ContactPerson.objects.get(email=CONTACT).customer
    owner = staff.actor(StaffMember.objects.get(organization=customer.organization))
    today = clock.today(customer.organization.time_zone)
    wares = (("Shopfront sign", 1, "900"), ("Menu boards", 4, "180"), ("Window lettering", 2, "320"))
    quote_lines = [quotes.QuoteLineContent(name, Decimal(many), Decimal(rate)) for name, many, rate in wares]
    order_lines = [OrderLineContent(name, Decimal(many), Decimal(rate)) for name, many, rate in wares]
    back = [LineContent("Menu boards sent back", Decimal(1), Decimal(12))]
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
    ]
    for model, create, issue, content in kinds:
        for _missing in range(min(MOST, invoices // 10) - model.objects.filter(customer=customer).count()):
            draft = create(customer, content, by=owner)
            issue(draft, by=owner, revision=draft.revision)
    Unspread.objects.all().delete()  # nobody is told of it by bell or mail
