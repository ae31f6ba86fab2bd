"""The business that `bench` builds: its books agree, it has the shape that is promised, and its pages show it."""

from typing import Any

import pytest
from django.test import Client

from counterfoil.bench import building, names, patterns
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger.bulk import Postings
from counterfoil.books.ledger.ledger import Unbalanced
from counterfoil.books.ledger.models import Leg
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations.models import NumberSeries, Organization, StaffMember
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import Invoice, InvoiceLine, InvoiceRevision
from counterfoil.books.sales.snapshots import snapshot
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event, Unspread
from tests.support.cast import visitor
from tests.support.copies import copied

COUNT = 260


def test_the_largest_business_has_names_enough() -> None:
    given = names.names(building.MOST_CUSTOMERS)
    assert len(set(given)) == len(given) == building.MOST_CUSTOMERS


@pytest.fixture
def built(transactional_db: None) -> Organization:
    def build() -> None:
        building.build(COUNT, sandbox_url="", public_url="http://localhost:8000", say=lambda _: None)

    copied("bench", build)
    return Organization.objects.get()


def test_its_books_agree_and_it_is_what_was_asked_for(built: Organization) -> None:
    assert not differences()
    assert Invoice.objects.count() == COUNT
    big = ContactPerson.objects.get(email=names.CONTACT).customer
    assert Invoice.objects.filter(customer=big).count() == (COUNT - sum(patterns.KINDS.values())) // 10
    assert Customer.objects.filter(display_name=names.CHINESE).exists()
    today = clock.today(built.time_zone)
    assert {invoice.status(today) for invoice in Invoice.objects.all()} >= {"paid", "overdue", "draft"}
    assert Invoice.objects.partially_paid().filter(customer=big).count() == 1
    assert not Unspread.objects.exists()  # nobody is told of what never was


def test_a_copy_is_a_whole_invoice_of_its_own(built: Organization) -> None:
    copies = Invoice.objects.exclude(customer__display_name="Sample Signs Ltd").filter(state="issued", balance_minor=0)
    for invoice in copies:
        kept = InvoiceRevision.objects.get(document=invoice)
        assert kept.content == snapshot(invoice)
        assert InvoiceLine.objects.filter(document=invoice).exists()
        events = Event.objects.filter(subject_id=invoice.id).order_by("id")
        assert {event.customer_id for event in events} == {invoice.customer_id}
        assert [event.name for event in events][:2] == ["invoice.created", "invoice.issued"]
        assert events[1].data["number"] == invoice.number
        assert invoice.viewed_by_id is None or invoice.viewed_by.customer_id == invoice.customer_id
        payment = Payment.objects.get(reference=invoice.number)
        told = Event.objects.get(subject_id=payment.id)
        assert told.data["invoices"].keys() == {str(invoice.id)}
        assert (payment.customer_id, told.customer_id) == (invoice.customer_id, invoice.customer_id)
        assert payment.paid_on <= clock.today(built.time_zone)


def test_the_next_numbers_follow(built: Organization) -> None:
    for kind, model in (("invoice", Invoice.objects.exclude(number="")), ("payment", Payment.objects.all())):
        series = NumberSeries.objects.get(kind=kind)
        assert (series.given, series.next_number - 1) == (model.count(), model.count())


def test_its_pages_show_it(built: Organization) -> None:
    contact = ContactPerson.objects.get(email=names.CONTACT)
    portal = f"/portal/{names.PORTAL}/{contact.customer_id}/"
    invoice = Invoice.objects.filter(customer=contact.customer).exclude(number="").earliest("id")
    ana, olga = visitor(contact), visitor(StaffMember.objects.get())
    for page in ("", "invoices/", f"invoices/{invoice.id}/", f"invoices/{invoice.id}/pdf/", "payments/"):
        _shows(ana, portal + page)
    assert invoice.number in _shows(ana, f"{portal}invoices/?q={invoice.number}").decode()
    office = f"/office/{built.id}/"
    for page in ("", "invoices/", f"customers/{contact.customer_id}/", "customers/", "payments/"):
        _shows(olga, office + page)


def _shows(browser: Client, address: str) -> bytes:
    answer: Any = browser.get(address)
    assert answer.status_code == 200, address
    return bytes(answer.content)


def test_a_history_that_does_not_sum_to_zero_is_refused(built: Organization) -> None:
    from django.db import transaction

    from counterfoil.foundation.copying import columns

    leg = Leg.objects.filter(account="receivable").earliest("id")
    newcomer = Customer.objects.create(
        organization=built, display_name="New", name_key="new", currency="GBP", made_at=clock.now()
    )
    row = [newcomer.id if name == "customer_id" else getattr(leg, name) for name in columns(Leg)]
    before = Leg.objects.count()
    history = Postings(built.id, {newcomer.id: "GBP"})
    with pytest.raises(Unbalanced, match="outside a transaction"):
        history.post([], [row], [])
    with pytest.raises(Unbalanced, match="sums to"), transaction.atomic():
        history.post([], [row], [])
    assert Leg.objects.count() == before
