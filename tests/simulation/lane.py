"""Does what a history says at the real servers: one customer after the other, at a gateway and an office of its own."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import requests

from tests.support import cast
from tests.support.person import Person
from tests.support.races import at_once
from tests.support.sandbox import Sandbox

from .model import Expected
from .operations import (
    AFTER,
    AFTER_BREAK,
    CARDS,
    DOUBLED,
    LOST,
    ONCE_MORE,
    REORDERED,
    TWICE,
    Operation,
)
from .things import PERCENTS
from .working import Working

FOR_EVER = 1_000_000  # seconds
LONG_AGO = timedelta(minutes=45)
TOKEN = "SimulationSimulationSimulation12"  # against forms from elsewhere; as a browser keeps it from its last visit
BUSY = 503  # what a server says that could not have the customer's row in time: try again


class Lane:
    """An organization with a gateway of its own, so that what goes wrong there goes wrong for this lane alone."""

    def __init__(self, number: int, site: Any, folder: Path, working: Working) -> None:
        from counterfoil.books.organizations import taxes
        from counterfoil.books.organizations.taxes import Component
        from tests.support.till import connect

        self.number, self.site, self.working = number, site, working
        self.sandbox = Sandbox(
            folder, options=("--hold-seconds", "0.05", "--processing-seconds", str(FOR_EVER), "--bank-seconds", "9")
        )
        self.sandbox.start()
        self.sandbox.order("settings", webhooks="off")
        made = cast.organization(f"Lane {number}", portal_name=f"lane-{number}", owner=("Olga", f"olga{number}@x.test"))
        self.organization, self.by = made.organization, cast.actor(made.owner)
        parts = [
            taxes.add_rate(self.organization, name=f"{percent}%", percent=Decimal(percent), by=self.by)
            for percent in PERCENTS
        ]
        self.rates = [part.id for part in parts]
        components = [Component(rate_id) for rate_id in self.rates]
        self.tax = taxes.add_group(self.organization, name="Both", components=components, by=self.by).id
        account = connect(
            SimpleNamespace(studio=self.organization, by_olga=self.by), self.sandbox.url, public_url=site.url
        )
        self.gateway_id, self.store = account.id, folder / "sandbox.sqlite3"
        self.office = Person.signed_in(site, made.owner)
        self.office_token = self.office.token(f"/office/{self.organization.id}/")

    def customer(self, name: str) -> "Acting":
        """A new customer, for one history."""
        return Acting(self, name)


class Acting:
    """The people around one customer: does one operation after the other and knows what became of which name."""

    def __init__(self, lane: Lane, name: str) -> None:
        self.lane, self.gateway_ids = lane, dict[str, str]()
        self.customer = cast.customer(lane.organization, name, "GBP", by=lane.by)
        ana = cast.person(self.customer, "Ana", name, f"ana-{name}@{lane.number}.test", by=lane.by)
        self.portal, self.home = Person.signed_in(lane.site, ana), f"/portal/lane-{lane.number}/{self.customer.id}/"
        self.portal.session.cookies.set("csrftoken", TOKEN)
        self.keys: dict[str, str] = {}

    def do(self, operation: Operation, before: Expected) -> None:
        """Raises AssertionError when it isn't answered as it should be."""
        getattr(self, f"_{operation.what}")(operation, before)
        self._keep_quiet()

    # Rows by the names that the history gives them.

    def document(self, name: str) -> Any:
        """An invoice, a retainer invoice or a credit note."""
        from counterfoil.books.sales.models import CreditNote, Invoice, RetainerInvoice

        model = {"R": RetainerInvoice, "n": CreditNote}.get(name[0], Invoice)
        return model._default_manager.get(customer=self.customer, order_number=name)

    def attempt(self, name: str) -> Any:
        from counterfoil.books.payments.models import PaymentAttempt

        return PaymentAttempt.objects.get(customer=self.customer, form_key=self._key(name))

    def payment(self, name: str) -> Any:
        from counterfoil.books.payments.models import Payment

        found = Payment.objects.filter(customer=self.customer, reference=name).first()
        return found or self.attempt(name).payment

    def source(self, name: str) -> Any:
        """What is used for an invoice."""
        return self.document(name) if name[0] in "Rn" else self.payment(name)

    def back(self, name: str) -> Any:
        from counterfoil.books.payments.models import Return

        here = Return.objects.filter(customer=self.customer)
        return here.filter(form_key=self._key(name)).first() or here.get(provider_id=self.gateway_ids[name])

    def name_of(self, key: str) -> str:
        """The history's name for a form's key or for the gateway's id."""
        names = {key: name for name, key in (self.keys | self.gateway_ids).items()}
        return names.get(key, key)

    def _key(self, name: str) -> str:
        return self.keys.setdefault(name, f"{name}-{secrets.token_urlsafe(24)}")

    # The office.

    def _issue(self, op: Operation, _before: Expected) -> None:
        self._office(f"invoices/new/?customer={self.customer.id}", self._content(op.of, op.minor), 303)
        self._button(op.of, "issue", 1)

    def _edit(self, op: Operation, before: Expected) -> None:
        revision = before.bills[op.of].revision
        self._office(
            f"invoices/{self.document(op.of).id}/edit/", self._content(op.of, op.minor, revision=revision), 303
        )

    def _credit(self, op: Operation, _before: Expected) -> None:
        self._office(f"credit-notes/new/?customer={self.customer.id}", self._content(op.of, op.minor), 303)
        self._button(op.of, "issue", 1)

    def _ask_ahead(self, op: Operation, _before: Expected) -> None:
        self._office(f"retainer-invoices/new/?customer={self.customer.id}", self._content(op.of, op.minor), 303)
        self._button(op.of, "issue", 1)

    def _void_ahead(self, op: Operation, _before: Expected) -> None:
        self._button(op.of, "void", 1)

    def _void(self, op: Operation, before: Expected) -> None:
        self._button(op.of, "void", before.bills[op.of].revision)

    def _reinstate(self, op: Operation, before: Expected) -> None:
        self._button(op.of, "reinstatement", before.bills[op.of].revision)

    def _record(self, op: Operation, _before: Expected) -> None:
        form = {
            "recording_key": self._key(op.of),
            "amount": pounds(op.minor),
            "paid_on": str(self._today()),
            "mode": "bank_transfer",
            "reference": op.of,
        }
        form |= {f"share-{self.document(name).id}": pounds(minor) for name, minor in op.shares}
        self._office(f"payments/new/?customer={self.customer.id}", form, 303)

    def _apply(self, op: Operation, before: Expected) -> None:
        form = {"balance_seen": before.bills[op.on].balance, f"share-{self.source(op.of).id}": pounds(op.minor)}
        self._office(f"invoices/{self.document(op.on).id}/credits/", form, 303)

    def _draw(self, op: Operation, before: Expected, status: int = 303) -> None:
        form = {"held_seen": before.aheads[op.of].unused, f"share-{self.document(op.on).id}": pounds(op.minor)}
        self._office(f"{self._page(op.of)}invoices/", form, status)

    def _take_off(self, op: Operation, _before: Expected) -> None:
        self._office(f"{self._page(op.of)}invoices/{self.document(op.on).id}/taking-off/", {}, 303)

    def _refund(self, op: Operation, before: Expected) -> None:
        form = self._refund_form(op.of, op.minor, op.how, op.effect)
        if len(before.uses(op.on)) > 1:
            form |= {f"share-{self.document(name).id}": pounds(minor) for name, minor in op.shares}
        with self._fault(op.trouble, "/v1/refunds"):
            self._office(f"payments/{self.payment(op.on).id}/refund/", form, 303, twice=op.trouble == TWICE)

    def _refund_form(self, name: str, minor: int, way: str, effect: str) -> dict[str, Any]:
        form = {"form_key": self._key(name), "amount": pounds(minor), "way": way, "mode": "cash", "do": "confirm"}
        return form | {"effect": effect}

    def _decide(self, op: Operation, _before: Expected) -> None:
        back = self.back(op.of)
        where = f"payments/{back.payment_id}/returns/{back.id}/decision/"
        self._office(where, {"effect": op.effect}, 303)

    # The portal.

    def _pay(self, op: Operation, _before: Expected) -> None:
        where, _colon, fault = op.trouble.rpartition(": ")
        path = "/v1/payment_intents" if where == "opening" else "/v1/payment_intents/*/confirm"
        with self._fault(fault, path):
            answers = self._send_payment(op, times=2 if op.trouble == TWICE else 1)
        assert {answer.status_code for answer in answers} == {303}, answers[0].text
        if op.how != LOST and not op.trouble:
            there = answers[0].headers["Location"]
            assert there.startswith(("/portal/", self.lane.sandbox.url)), there

    def _send_payment(self, op: Operation, *, times: int) -> list[requests.Response]:
        """One invoice is paid on its own page, several on theirs."""
        ids = [self.document(name).id for name, _minor in op.shares]
        several = f"{self.home}pay/?" + "&".join(f"invoice={one}" for one in ids)
        path = self._payment_page(op.shares[0][0]) if len(ids) == 1 else several
        # Only who pays several is held to what the page showed.
        form = self.portal.form(path, path.partition("?")[0]) if len(ids) > 1 else {"csrfmiddlewaretoken": TOKEN}
        form |= {"form_key": self._key(op.of), "amount": pounds(sum(minor for _name, minor in op.shares))}
        form |= {"invoice": ids}
        form |= {"method": f"card-{self.lane.gateway_id}", "method_token": f"pm_card_{CARDS[op.how]}"}
        return together(times, lambda: self.portal.send(path, form))

    def _refused(self, op: Operation, before: Expected) -> None:
        """What must be refused is answered with a reason, on a page or on the way back to one."""
        what, _colon, way = op.how.partition(": ")
        name, minor = f"no{len(self.keys)}", op.minor
        if what == "edit of an old revision":
            old = self._content(op.on, minor, revision=before.bills[op.on].revision - 1)
            self._office(f"invoices/{self.document(op.on).id}/edit/", old, 409)
        elif what in ("void twice", "void what is paid"):
            self._button(op.on, "void", before.bills[op.on].revision if op.on in before.bills else 1)
        elif what == "draw too much":
            self._draw(op, before, 422)
        elif what == "credit twice":
            form = self._refund_form(name, minor, "credit", "stays_paid")
            form |= {f"share-{self.document(op.of).id}": pounds(minor)} if len(before.uses(op.on)) > 1 else {}
            self._office(f"payments/{self.payment(op.on).id}/refund/", form, 422)
        elif what == "refund too much":
            form = self._refund_form(name, minor, way, "open_again")
            self._office(f"payments/{self.payment(op.on).id}/refund/", form, 422)
        else:
            expected = 409 if what == "pay again meanwhile" else 422
            path = self._payment_page(op.on)
            form = {"csrfmiddlewaretoken": TOKEN, "form_key": self._key(name)}
            form |= {"method": f"card-{self.lane.gateway_id}", "method_token": "pm_card_4242424242424242"}
            (answer,) = together(1, lambda: self.portal.send(path, form | {"amount": pounds(minor)}))
            assert answer.status_code == expected, answer.text

    # The gateway.

    def _end(self, op: Operation, _before: Expected) -> None:
        outcome = "succeeded" if op.how == "paid" else "failed"
        self._order("settle", payment_intent=self.attempt(op.of).provider_id, outcome=outcome)

    def _give_back(self, op: Operation, _before: Expected) -> None:
        told = self._order("refund", payment_intent=self.attempt(op.on).provider_id, amount=op.minor)
        self.gateway_ids[op.of] = told["id"]

    def _dispute(self, op: Operation, _before: Expected) -> None:
        told = self._order("dispute", payment_intent=self.attempt(op.on).provider_id, amount=op.minor)
        self.gateway_ids[op.of] = told["id"]

    def _close(self, op: Operation, _before: Expected) -> None:
        self._order("close_dispute", dispute=self.gateway_ids[op.of], outcome=op.how)

    def _end_refund(self, op: Operation, _before: Expected) -> None:
        outcome = "succeeded" if op.how == "paid" else "failed"
        self._order("settle_refund", refund=self._gateways_name(op), outcome=outcome)

    def _gateways_name(self, op: Operation) -> str:
        """Of a refund: what it was called when it was made there, or, of one of ours, what it says of itself."""
        if op.of in self.gateway_ids:
            return self.gateway_ids[op.of]
        intent = self.attempt(op.on).provider_id
        from counterfoil.books.payments.models import GatewayAccount

        secret = GatewayAccount.objects.get(id=self.lane.gateway_id).secret_key
        answer = requests.get(
            f"{self.lane.sandbox.url}/v1/payment_intents/{intent}",
            headers={"Authorization": f"Bearer {secret}"},
            timeout=20,
        )
        ours = str(self.back(op.of).id)
        return next(one["id"] for one in answer.json()["refunds"] if one["metadata"].get("refund") == ours)

    def _hear(self, op: Operation, _before: Expected) -> None:
        more: dict[str, Any] = {"again": True} if op.how == ONCE_MORE else {}
        more |= {"order": "newest"} if op.how == REORDERED else {}
        more |= {"times": 2} if op.how == DOUBLED else {}
        for _try in range(20):
            sent = self._order("deliver", attempt=str(self.attempt(op.of).id), **more)["data"]
            if all(one["status"] == "200" for one in sent):
                return
            assert {one["status"] for one in sent} <= {"200", "503", "ReadTimeout"}, sent
        raise AssertionError(f"webhooks were never taken: {sent}")

    def _ask(self, op: Operation, before: Expected) -> None:
        one = self.back(op.of) if op.of in before.backs else self.attempt(op.of)
        self.lane.working.ask(one, death=op.trouble, long_ago=LONG_AGO)

    # How it is done.

    def _order(self, call: str, **body: Any) -> dict[str, Any]:
        return self.lane.sandbox.order(call, **body)

    @contextmanager
    def _fault(self, trouble: str, path: str) -> Iterator[None]:
        if trouble in ("", TWICE):
            yield
            return
        when = "after_effect" if trouble in (AFTER, AFTER_BREAK) else "before"
        how = "drop" if "break" in trouble else "status"
        self._order("fail_next", path=path, method="POST", when=when, how=how)
        yield

    def _office(self, path: str, form: dict[str, Any], status: int, *, twice: bool = False) -> None:
        office, whole = self.lane.office, {"csrfmiddlewaretoken": self.lane.office_token} | form
        where = f"/office/{self.lane.organization.id}/{path}"
        for answer in together(2 if twice else 1, lambda: office.send(where, whole)):
            assert answer.status_code == status, f"{path} was answered with {answer.status_code}:\n{answer.text}"

    def _button(self, name: str, button: str, revision: int) -> None:
        self._office(f"{self._page(name)}{button}/", {"revision": revision}, 303)

    def _page(self, name: str) -> str:
        """Of a document or a payment, in the office."""
        kind = {"R": "retainer-invoices", "n": "credit-notes", "p": "payments"}.get(name[0], "invoices")
        return f"{kind}/{(self.payment(name) if kind == 'payments' else self.document(name)).id}/"

    def _payment_page(self, name: str) -> str:
        return f"{self.home}invoices/{'retainers/' if name[0] == 'R' else ''}{self.document(name).id}/pay/"

    def _content(self, name: str, net: int, *, revision: int | None = None) -> dict[str, Any]:
        return {
            "making_key": f"{self.customer.id}-{name}",
            "revision": "" if revision is None else revision,
            "dated": str(self._today()),
            "payment_days": "30",
            "order_number": name,
            "allows_partial": "on",
            "gateways": str(self.lane.gateway_id),
            "line-0-name": "Menu boards",
            "line-0-quantity": "1",
            "line-0-rate": pounds(net),
            "line-0-tax_rate": str(self.lane.tax),
            "do": "save",
        }

    def _today(self) -> Any:
        from counterfoil.books.organizations import organizations

        return organizations.today(self.lane.organization.id)

    def _keep_quiet(self) -> None:
        """The worker asks when the history says so, however slow the machine is."""
        from counterfoil.books.payments.models import PaymentAttempt, Return
        from counterfoil.foundation import clock

        later = clock.now() + timedelta(days=1)
        for model in (PaymentAttempt, Return):
            model.objects.filter(customer=self.customer).exclude(ask_at=None).update(ask_at=later)


def pounds(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def together(times: int, send: Callable[[], requests.Response]) -> list[requests.Response]:
    """The answers to something that is sent once, or twice at the same moment; a busy server is asked again."""

    def patiently(_place: int) -> requests.Response:
        for _try in range(20):
            answer = send()
            if answer.status_code != BUSY:
                break
        return answer

    if times == 1:
        return [patiently(0)]
    outcomes = at_once(times, patiently)
    for outcome in outcomes:
        if outcome.error:
            raise outcome.error
    return [outcome.result for outcome in outcomes]
