"""The demo's recurring invoices: one that goes on, one that is stopped, one that has ended."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.sales import recurring_invoices
from counterfoil.books.sales.models import Invoice, RecurringInvoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.recurring_invoices import RecurringContent
from counterfoil.foundation.actors import SYSTEM

from .people import BAKERY, MILL, YUNSHAN, Company

if TYPE_CHECKING:
    from .history import Story


def tell(story: "Story") -> None:
    """What is billed again and again, and the mornings on which its invoices were made."""
    vat = story.made.rates["VAT 20%"].id
    care = LineContent(
        "Website care", Decimal(1), Decimal(95), unit="month", description="Updates and small changes", tax_rate_id=vat
    )
    _write(story, BAKERY, 96, [care], name="Website care", sends=True, order_number="HB-care")
    posters = LineContent("Poster", Decimal(2), Decimal(120), description="For the season", tax_rate_id=vat)
    _write(story, MILL, 70, [posters], name="Posters of the season", every=2, unit="week", most=3)
    typesetting = LineContent("Typesetting", Decimal(3), Decimal(495), unit="h")
    _write(story, YUNSHAN, 50, [typesetting], name="月度排版", notes="感谢您的信任。")
    story.at(story.today - timedelta(days=12), lambda: _stop(story))
    for days in range(96, -1, -1):
        story.at(story.today - timedelta(days=days), lambda: _make(story))


def _write(story: "Story", company: Company, days_ago: int, lines: list[LineContent], **more: Any) -> None:
    day = story.today - timedelta(days=days_ago)

    def step() -> None:
        customer = story.people[company.name]
        people = ContactPerson.objects.filter(customer=customer, is_primary=True).values_list("id", flat=True)
        content = RecurringContent(
            dated=day, lines=lines, payment_days=company.days, contact_ids=tuple(people), allows_partial=True, **more
        )
        recurring_invoices.create(customer, content, by=story.made.owner)

    story.at(day, step)


def _make(story: "Story") -> None:
    """What is due in the morning; those that were sent are paid some days later, but for the newest."""
    for profile in recurring_invoices.due():
        while invoice := recurring_invoices.make_next(profile, by=SYSTEM):
            if invoice.state == Invoice.State.ISSUED:
                _pay_later(story, invoice, invoice.dated)


def _pay_later(story: "Story", invoice: Invoice, day: date) -> None:
    if (story.today - day).days > 20:
        story.at(day + timedelta(days=9), lambda: story.pay(invoice))


def _stop(story: "Story") -> None:
    profile = RecurringInvoice.objects.get(customer=story.people[YUNSHAN.name])
    recurring_invoices.stop(profile, by=story.made.owner, revision=profile.revision)
