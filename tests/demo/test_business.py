"""The demo's business: what whoever tries Counterfoil must find in it, and that its books agree."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.db.models import F

from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.models import Payment, PaymentAttempt, Return, SavedMethod
from counterfoil.books.projects.models import Approval, Project, TimeEntry, Timer
from counterfoil.books.sales import document_links
from counterfoil.books.sales.models import DocumentLink, Invoice, RetainerInvoice, SalesOrder
from counterfoil.demo import business
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from counterfoil.outbound import spreading
from counterfoil.paper.transfers import sepa_transfer
from tests.support.cast import visitor
from tests.support.copies import copied
from tests.support.sandbox import Sandbox


@pytest.fixture
def made(transactional_db: None, gateway_process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Organization]:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, sandbox_url=gateway_process.url))
    gateway_process.order("settings", webhooks="off")
    copied("demo", business.make)
    yield Organization.objects.get()
    gateway_process.order("reset")


def test_everything_that_an_invoice_and_a_payment_can_be_is_there(made: Organization) -> None:
    today = clock.today(made.time_zone)
    statuses = {invoice.status(today) for invoice in Invoice.objects.all()}
    assert statuses == set(Invoice.Status)
    assert {retainer.status(today) for retainer in RetainerInvoice.objects.all()} == set(RetainerInvoice.Status)
    assert {attempt.state for attempt in PaymentAttempt.objects.all()} == {"paid", "failed", "processing"}
    assert {back.way for back in Return.objects.all()} == {"gateway", "credit", "other"}
    assert SavedMethod.objects.current().exists()
    cards = Payment.objects.filter(mode="card").select_related("customer")
    assert Counter(payment.customer.display_name for payment in cards).keys() >= {
        "Harbour Bakery Ltd",
        "Quayside Mill Ltd",
        "云杉设计有限公司",
    }
    assert Payment.objects.exclude(mode="card").count() > 100
    for what in (
        {"discount_minor__gt": 0},
        {"shipping_minor__gt": 0},
        {"is_inclusive": True},
        {"adjustment_minor__lt": 0},
        {"is_opening": True, "balance_minor__gt": 0, "balance_minor__lt": F("total_minor")},
    ):
        assert Invoice.objects.filter(**what).exclude(state="draft").exists(), what
    assert Invoice.objects.filter(revisions__revision=2).exists()
    assert set(SalesOrder.objects.values_list("standing", flat=True)) == set(SalesOrder.Status)
    assert len(set(Invoice.objects.values_list("currency", flat=True))) >= 5
    assert set(Project.objects.values_list("billing", flat=True)) == set(Project.Billing)
    assert set(Approval.objects.values_list("state", flat=True)) == set(Approval.State)
    assert TimeEntry.objects.billed().exists()
    assert TimeEntry.objects.unbilled().exists()
    assert Timer.objects.exists()
    assert not differences()

    business.make()
    assert Organization.objects.count() == 1


def test_an_invoice_in_euro_was_mailed_with_a_link_and_can_be_paid_by_its_code(made: Organization) -> None:
    (one,) = Invoice.objects.filter(currency="EUR", state="issued", order_number="GM-14")
    assert sepa_transfer(made, one.number, Money(one.balance_minor, "EUR"))
    while spreading.spread_due():
        pass
    link = DocumentLink.objects.get(document_id=one.id)
    assert link.contact.access == "disabled"
    browser, address = visitor(), f"/portal/lindqvist-zhou/link/{document_links.token_of(link)}/"
    assert browser.post(address, {"open": "yes"}, follow=True).status_code == 200
    paying = browser.get(f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/pay/")
    assert "<svg" in paying.text
    assert "GB60 AVON 6016 1331 9268 19" in paying.text


def test_each_of_its_people_comes_in_and_sees_something(made: Organization) -> None:
    from counterfoil.books.customers.models import ContactPerson
    from counterfoil.books.organizations.models import StaffMember

    for email in ("owner@demo.test", "staff@demo.test", "viewer@demo.test"):
        member = StaffMember.objects.get(email=email)
        assert visitor(member).get(f"/office/{made.id}/invoices/").status_code == 200
    for email in ("ana@harbour.test", "sam@harbour.test", "wei@yunshan.test"):
        contact = ContactPerson.objects.filter(email=email).first()
        page = visitor(contact).get(f"/portal/lindqvist-zhou/{contact.customer_id}/invoices/")
        assert page.status_code == 200
        assert "INV-000" in page.content.decode()
