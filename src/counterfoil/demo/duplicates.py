"""Who was written down twice in the demo: one that was merged meanwhile, and one that waits for somebody to do it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from counterfoil.books.customers import contacts, customers
from counterfoil.books.customers.contacts import ContactContent
from counterfoil.books.customers.customers import CustomerContent
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.merging import foreseeing, merging
from counterfoil.books.sales import invoices
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock

from .people import BAKERY, MILL


def tell(story: Any) -> None:
    """Both had an invoice under the other name; the bakery's second one has Ana too."""
    today = story.today
    mill, bakery = story.people[MILL.name], story.people[BAKERY.name]
    story.at(today - timedelta(days=26), lambda: _write_down(story, "Quayside Mill", mill, "160"))
    story.at(today - timedelta(days=25), lambda: _merge(story, "Quayside Mill", mill))
    story.at(today - timedelta(days=5), lambda: _write_down(story, "Harbour Bakery", bakery, "85"))


def _write_down(story: Any, name: str, other: Customer, amount: str) -> None:
    owner, vat = story.made.owner, story.made.rates["VAT 20%"].id
    content = CustomerContent(display_name=name, currency=other.currency, company_name=other.company_name)
    twin = customers.create(story.made.organization, content, by=owner)
    person = ContactPerson.objects.current().filter(customer=other, is_primary=True).get()
    same = ContactContent(first_name=person.first_name, last_name=person.last_name, email=person.email)
    contacts.add(twin, same, by=owner)
    line = LineContent("Poster, extra prints", Decimal(1), Decimal(amount), tax_rate_id=vat)
    draft = invoices.create(
        twin, InvoiceContent(dated=clock.today("Europe/London"), payment_days=30, lines=[line]), by=owner
    )
    invoices.mark_as_sent(draft, by=owner, revision=draft.revision)


def _merge(story: Any, name: str, into: Customer) -> None:
    gone = Customer.objects.of(story.made.organization).get(display_name=name)
    into = Customer.objects.get(id=into.id)
    merging.merge(gone, into, by=story.made.owner, seen=foreseeing.foresee(gone, into).seen)
