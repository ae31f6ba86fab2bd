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
from counterfoil.books.sales.models import Invoice
from counterfoil.demo import business
from counterfoil.foundation import clock
from tests.support.cast import visitor
from tests.support.sandbox import Sandbox


@pytest.fixture
def made(transactional_db: None, gateway_process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Organization]:
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, sandbox_url=gateway_process.url))
    gateway_process.order("settings", webhooks="off")
    business.make()
    yield Organization.objects.get()
    gateway_process.order("reset")


def test_everything_that_an_invoice_and_a_payment_can_be_is_there(made: Organization) -> None:
    today = clock.today(made.time_zone)
    statuses = {invoice.status(today) for invoice in Invoice.objects.all()}
    assert statuses == set(Invoice.Status)
    assert {attempt.state for attempt in PaymentAttempt.objects.all()} == {"paid", "failed", "processing"}
    assert {back.way for back in Return.objects.all()} == {"gateway", "credit"}
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
    assert len(set(Invoice.objects.values_list("currency", flat=True))) >= 5
    assert not differences()

    business.make()
    assert Organization.objects.count() == 1


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
