"""Ana pays an invoice at real servers at which something goes wrong, and what must then be true."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import requests
from django.db import connection

from .books import invoice
from .cast import Cast
from .person import Person
from .till import CARD, connect

WAITING = "We are checking with your bank"


def interruptible_site(make: Callable[..., Any], cast: Cast) -> Any:
    """Web server and gateway; its webhooks are lost, so that nobody but we finds out what happened.

    Nor does the nightly comparison, which a worker without a past would begin with.
    """
    from counterfoil.foundation import clock
    from counterfoil.outbound.models import ScheduledJob

    ScheduledJob.objects.create(name="gateways.reconcile", due_at=clock.now() + timedelta(days=1))
    # What is lost here is never what Python compiles, which every process of the tests reads.
    site = make(interruptible=("web", "worker"), extra_environment={"PYTHONDONTWRITEBYTECODE": "1"})
    site.start("sandbox", "web")
    settings = {"webhooks": "off", "hold_seconds": 0.3}
    requests.post(f"{site.sandbox_url}/_test/settings", json=settings, timeout=20).raise_for_status()
    connect(cast, site.sandbox_url, public_url=site.url)
    return site


class Paying:
    """Ana at the payment page of an invoice, with the form that she has open."""

    def __init__(self, site: Any, cast: Cast) -> None:
        self.site, self.invoice = site, invoice(cast)
        self.ana = Person.signed_in(site, cast.ana)
        self.address = f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{self.invoice.id}/pay/"
        self.form = self.ana.form(self.address)

    def send(self, card: str = CARD) -> requests.Response:
        return self.ana.send(self.address, self.form | {"method_token": f"pm_card_{card}"})

    def again(self) -> requests.Response:
        """What a browser does that got no answer: it sends the same form again. Where that leads."""
        answer = self.send()
        assert answer.status_code == 303, answer.text
        return self.ana.get(answer.headers["Location"])

    def pay_anew(self) -> requests.Response:
        """Come back to the page and pay, as if nothing had been."""
        self.form = self.ana.form(self.address)
        return self.again()

    def charges(self) -> int:
        """How often money moved for the invoice, in whatever attempt."""
        from counterfoil.books.payments.models import PaymentAttempt

        attempts = PaymentAttempt.objects.filter(shares__invoice=self.invoice).values_list("id", flat=True)
        told = requests.get(f"{self.site.sandbox_url}/_test/charges", timeout=20).json()["data"]
        return sum(charge["attempt"] in map(str, attempts) for charge in told)

    def state(self) -> str:
        """Of the latest attempt."""
        from counterfoil.books.payments.models import PaymentAttempt

        return str(PaymentAttempt.objects.filter(shares__invoice=self.invoice).latest("id").state)

    def was_paid_once(self) -> None:
        from counterfoil.books.ledger import verify
        from counterfoil.books.payments.models import Payment

        connection.close()
        self.invoice.refresh_from_db()
        assert (self.charges(), Payment.objects.count(), self.invoice.balance_minor) == (1, 1, 0)
        assert not verify.differences()
        page = self.ana.get(self.address)
        assert "This invoice is paid. Thank you." in page.text

    def is_being_asked_about(self) -> None:
        """What is said while nobody knows, and that nothing more can be paid meanwhile."""
        page = self.again()
        assert WAITING in page.text
        assert "failed" not in page.text.lower()
        assert "declined" not in page.text.lower()
        assert "already being processed" in self.ana.get(self.address).text


class Refunding:
    """Olga gives 40.00 of a paid 100.00 back through the gateway, with the form that she has open."""

    def __init__(self, site: Any, cast: Cast) -> None:
        from counterfoil.books.payments.models import GatewayAccount, Payment

        self.account = GatewayAccount.objects.get()
        self.site, paying = site, Paying(site, cast)
        assert paying.again().status_code == 200
        self.invoice, self.payment = paying.invoice, Payment.objects.get()
        self.olga = Person.signed_in(site, cast.olga)
        self.page = f"/office/{cast.studio.id}/payments/{self.payment.id}/"
        form = self.olga.form(f"{self.page}refund/")
        chosen = {"amount": "40", "way": "gateway", "effect": "open_again", "mode": "cash", "do": "confirm"}
        self.form = form | chosen

    def send(self) -> requests.Response:
        return self.olga.send(f"{self.page}refund/", self.form)

    def at_the_gateway(self) -> list[int]:
        """The amounts that it has given back."""
        address = f"{self.site.sandbox_url}/v1/payment_intents/{self.payment.provider_id}"
        headers = {"Authorization": f"Bearer {self.account.secret_key}"}
        return [refund["amount"] for refund in requests.get(address, headers=headers, timeout=20).json()["refunds"]]

    def state(self) -> str:
        from counterfoil.books.payments.models import Return

        return str(Return.objects.get(payment=self.payment).state)

    def was_given_back_once(self) -> None:
        from counterfoil.books.ledger import verify
        from counterfoil.books.payments.models import Payment, Return

        connection.close()
        self.invoice.refresh_from_db()
        assert self.at_the_gateway() == [4_000]
        assert (Return.objects.count(), Payment.objects.count(), self.invoice.balance_minor) == (1, 1, 4_000)
        assert not verify.differences()


def let_time_pass() -> None:
    """As if minutes had passed since it happened."""
    from counterfoil.books.payments.models import PaymentAttempt, Return
    from counterfoil.foundation import clock

    earlier = clock.now() - timedelta(minutes=5)
    PaymentAttempt.objects.update(ask_at=earlier)
    Return.objects.exclude(ask_at=None).update(ask_at=earlier)
    PaymentAttempt.objects.exclude(confirm_started_at=None).update(confirm_started_at=earlier)
