"""Who of the demo's customers was reminded lately: by itself each morning, once by hand; and where that is stopped."""

from datetime import timedelta
from typing import TYPE_CHECKING

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.payments import reminders
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.actors import SYSTEM

from .people import BAKERY, OTHERS

if TYPE_CHECKING:
    from .history import Story

LATELY = 8  # days


def tell(story: "Story") -> None:
    """The mornings of the last days, and what the office did on some of them."""
    for days in range(LATELY, -1, -1):
        story.at(story.today - timedelta(days=days), _in_the_morning)
    story.at(story.today - timedelta(days=3), lambda: _by_hand(story))
    story.at(story.today - timedelta(days=2), lambda: _stop(story))


def _in_the_morning() -> None:
    for step in reminders.due():
        reminders.remind(step, by=SYSTEM)


def _by_hand(story: "Story") -> None:
    """Who pays is asked once more for what is overdue longest."""
    bakery = story.people[BAKERY.name]
    invoice = Invoice.objects.get(customer=bakery, order_number="HB-2260")
    sam = ContactPerson.objects.get(customer=bakery, email="sam@harbour.test")
    reminders.send(invoice, to=[sam.id], by=story.made.owner, revision=invoice.revision)


def _stop(story: "Story") -> None:
    """Somebody promised to pay next week."""
    others = [story.people[company.name] for company in OTHERS]
    late = Invoice.objects.filter(customer__in=others).overdue(story.today - timedelta(days=2))
    invoice = late.order_by("due_on", "id").first()
    if invoice is not None:
        reminders.stop(invoice, by=story.made.owner, revision=invoice.revision)
