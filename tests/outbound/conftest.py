"""What the tests of mail and bell share."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.cast import Cast, actor, cast
from tests.support.telling import spread

__all__ = ["cast"]


@pytest.fixture
def quiet_cast(cast: Cast) -> Cast:
    """Everybody, with nothing left to tell of how they came to be."""
    from counterfoil.foundation.events import Unspread

    Unspread.objects.all().delete()
    return cast


@pytest.fixture
def mail_server(smtp_sink: Any, settings: Any) -> Any:
    """The installation's mail server is the sink."""
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT,
        mail_host=smtp_sink.host,
        mail_port=smtp_sink.port,
        mail_security="none",
        mail_sender="portal@counterfoil.test",
    )
    return smtp_sink


@pytest.fixture
def send_invoice() -> Callable[..., Any]:
    """`send_invoice(customer, by=actor, to=[contact])` writes an invoice over 100.00 and mails it."""
    from counterfoil.books.sales import invoices
    from counterfoil.books.sales.pricing import LineContent
    from counterfoil.foundation import clock

    def send(customer: Any, *, by: Any, to: Any, name: str = "Shop front") -> Any:
        today = clock.today("Europe/London")
        content = invoices.InvoiceContent(
            dated=today,
            due_on=today + timedelta(days=14),
            lines=[LineContent(name=name, quantity=Decimal(1), rate=Decimal(100))],
        )
        invoice = invoices.create(customer, content, by=by)
        return invoices.send(invoice, to=[one.id for one in to], by=by, revision=invoice.revision)

    return send


@pytest.fixture
def pay() -> Callable[..., Any]:
    """`pay(invoice, by=contact)` is a card payment of all of it that has come through."""
    from counterfoil.books.payments import payments
    from counterfoil.books.payments.models import GatewayAccount, Payment
    from counterfoil.foundation import clock
    from counterfoil.foundation.money import Money

    def pay(invoice: Any, *, by: Any) -> Any:
        gateway, _made = GatewayAccount.objects.get_or_create(
            organization_id=invoice.organization_id, kind="sandbox", defaults={"made_at": clock.now()}
        )
        return payments.receive(
            customer_id=invoice.customer_id,
            amount=Money(invoice.balance_minor, invoice.currency),
            shares={invoice.id: invoice.balance_minor},
            paid_on=clock.today("Europe/London"),
            mode=Payment.Mode.CARD,
            method_label="Visa •••• 4242",
            gateway=gateway,
            provider_id=f"pi_{invoice.id}",
            by=actor(by),
        )

    return pay


@pytest.fixture
def fail_to_pay() -> Callable[..., Any]:
    """`fail_to_pay(invoice, by=contact, reason="expired_card")` is a card payment that the bank refused."""
    from counterfoil.books.payments import attempts
    from counterfoil.books.payments.gateways.interface import Capabilities, Failure
    from counterfoil.books.payments.models import GatewayAccount
    from counterfoil.foundation import clock

    def fail(invoice: Any, *, by: Any, reason: str = "expired_card") -> Any:
        gateway, _made = GatewayAccount.objects.get_or_create(
            organization_id=invoice.organization_id, kind="sandbox", defaults={"made_at": clock.now()}
        )
        attempt = attempts.begin(
            {invoice.id: invoice.balance_minor},
            customer_id=invoice.customer_id,
            gateway=gateway,
            capabilities=Capabilities(currencies=frozenset({"GBP", "CNY"}), methods=frozenset({"card"})),
            by=actor(by),
            form_key=f"form-{invoice.id}",
            method=attempts.Method(token="pm_1"),
        )
        return attempts.fail(attempt, Failure(reason))

    return fail


@pytest.fixture
def sent(quiet_cast: Cast, send_invoice: Any) -> Any:
    """An invoice that Ana was mailed, with nothing left to tell of it."""
    from counterfoil.outbound.models import Mail

    one = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    spread()
    Mail.objects.all().delete()
    return one
