"""**Refund** on the office's pages: asked once, said in a sentence, and what the customer then sees."""

import re
from typing import Any

import pytest

from counterfoil.books.ledger import verify
from counterfoil.books.payments import following
from counterfoil.books.payments.gateways import sandbox
from counterfoil.books.payments.models import Return
from counterfoil.outbound.models import Mail
from counterfoil.outbound.worker import run_once
from tests.support.books import invoice, pay
from tests.support.cast import Cast, visitor
from tests.support.till import Till


def url(cast: Cast, payment: Any, rest: str = "refund/") -> str:
    return f"/office/{cast.studio.id}/payments/{payment.id}/{rest}"


def send(cast: Cast, payment: Any, *, client: Any = None, do: str = "confirm", **typed: str) -> Any:
    """Open the form, fill it in and send it."""
    client = client or visitor(cast.olga)
    page = client.get(url(cast, payment))
    key = re.search(r'name="form_key" value="([^"]+)"', page.text)
    form = {"form_key": key.group(1) if key else "", "mode": "cash", "effect": "open_again", "do": do}
    return client.post(url(cast, payment), form | typed)


def test_it_says_what_will_happen_and_then_it_happens(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one).payment
    asked = send(cast, payment, do="look", amount="40", way="gateway")
    assert asked.status_code == 200
    assert "£40.00 goes back to Visa •••• 4242." in asked.text
    assert f"{one.number} is open again: £40.00 more of it is owed." in asked.text
    assert not Return.objects.exists()
    client = visitor(cast.olga)
    done = send(cast, payment, client=client, amount="40", way="gateway")
    assert (done.status_code, done.url) == (303, url(cast, payment, ""))
    text = client.get(done.url).text
    assert "The refund is done." in text
    assert "Refunds and chargebacks" in text
    one.refresh_from_db()
    assert one.balance_minor == 4_000
    assert "Collect it again" in visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/{one.id}/").text


def test_the_customer_reads_of_it_on_the_receipt_and_by_mail(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    send(cast, payment, amount="40", way="gateway")
    text = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/{payment.id}/").text
    assert "Refunded on" in text
    assert "−£40.00" in text
    pdf = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/{payment.id}/pdf/")
    assert pdf.content.startswith(b"%PDF")
    run_once()
    mail = Mail.objects.get(template="refund")
    assert (mail.recipient, "£40.00" in mail.text) == (cast.ana.email, True)


def test_credit_instead_of_money_keeps_the_invoice_paid(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    assert send(cast, payment, amount="25", way="credit", effect="stays_paid").status_code == 303
    one.refresh_from_db()
    payment.refresh_from_db()
    assert (one.balance_minor, payment.balance_minor) == (0, 2_500)
    home = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").text
    assert "£25.00" in home
    assert not verify.differences()


def test_the_same_form_twice_is_one_also_when_nothing_is_left_to_choose(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    client = visitor(cast.olga)
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(url(cast, payment)).text)
    assert key is not None
    form = {"form_key": key.group(1), "amount": "100", "way": "credit", "mode": "cash", "effect": "open_again"}
    for _twice in range(2):
        assert client.post(url(cast, payment), form | {"do": "confirm"}).status_code == 303
    assert Return.objects.count() == 1


def test_from_which_of_several_invoices_is_said_or_left_to_the_latest(cast: Cast) -> None:
    first, second = invoice(cast), invoice(cast, amount="50")
    payment = pay(cast, cast.bakery, 15_000, {first.id: 10_000, second.id: 5_000})
    wrong = send(cast, payment, amount="30", way="other", **{f"share-{first.id}": "20"})
    assert wrong.status_code == 422
    assert "Say how much of it comes from which invoice." in wrong.text
    assert 'value="20"' in wrong.text
    send(cast, payment, amount="30", way="other", **{f"share-{first.id}": "20", f"share-{second.id}": "10"})
    send(cast, payment, amount="45", way="other")
    for one, left in ((first, 2_500), (second, 5_000)):
        one.refresh_from_db()
        assert one.balance_minor == left


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "100.01", "way": "other"}, "more than is left of this payment"),
        ({"amount": "0", "way": "other"}, "more than zero"),
        ({"amount": "-5", "way": "other"}, "below zero"),
        ({"amount": "ten", "way": "other"}, "Enter a number"),
        ({"amount": "5", "way": "gateway"}, "Select a valid choice"),
        ({"amount": "5"}, "required"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(cast: Cast, typed: dict[str, str], words: str) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    answer = send(cast, payment, **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Return.objects.exists()


def test_a_viewer_reads_and_may_not_refund(cast: Cast) -> None:
    payment = pay(cast, cast.bakery, 10_000)
    assert url(cast, payment) not in visitor(cast.vera).get(url(cast, payment, "")).text
    assert visitor(cast.vera).post(url(cast, payment), {}).status_code == 403
    assert visitor(cast.otto).get(url(cast, payment)).status_code == 404


def test_a_chargeback_is_decided_on_its_payment(cast: Cast, till: Till) -> None:
    from counterfoil.books.payments.gateways import accounts

    one = invoice(cast)
    payment = till.pay(one).payment
    till.sandbox.order("dispute", payment_intent=payment.provider_id)
    following.follow(payment, accounts.connect(till.account).fetch(payment.provider_id))
    back = Return.objects.get()
    client = visitor(cast.stig)
    assert "Say what becomes of the invoice." in client.get(f"/office/{cast.studio.id}/payments/").text
    listed = client.get(f"/office/{cast.studio.id}/payments/?kind=decide").text
    assert payment.number in listed
    assert "Is the customer to pay it once more?" in client.get(url(cast, payment, "")).text
    nonsense = client.post(url(cast, payment, f"returns/{back.id}/decision/"), {"effect": "both"}, follow=True)
    assert "Choose what becomes of the invoice." in nonsense.text
    answer = client.post(url(cast, payment, f"returns/{back.id}/decision/"), {"effect": "stays_paid"}, follow=True)
    assert "The customer has it as credit" in answer.text
    one.refresh_from_db()
    assert one.balance_minor == 0
    assert not verify.differences()
    assert "Is the customer to pay it once more?" not in client.get(url(cast, payment, "")).text
    run_once()
    portal = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/{payment.id}/").text
    assert "Taken back by the bank" in portal


@pytest.fixture
def whole_only(till: Till) -> Any:
    """The gateway gives a payment back whole or not at all."""
    till.call("POST", "/v1/account", {"partial_refunds": False})
    sandbox._kept.clear()
    yield
    till.call("POST", "/v1/account", {"partial_refunds": True})
    sandbox._kept.clear()


@pytest.mark.usefixtures("whole_only")
def test_a_gateway_that_gives_back_no_part_is_not_asked_for_one(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    payment = till.pay(one).payment
    client = visitor(cast.olga)
    assert "The gateway gives this payment back whole or not at all." in client.get(url(cast, payment)).text
    for do in ("look", "confirm"):
        refused = send(cast, payment, client=client, do=do, amount="40", way="gateway")
        assert refused.status_code == 422
        assert "Its gateway gives a payment back whole or not at all." in refused.text
    assert not Return.objects.exists()
    assert not till.intent(payment.attempt)["refunds"]
    assert send(cast, payment, amount="40", way="other").status_code == 303
    page = client.get(url(cast, payment)).text
    assert "Some of this payment went back already" in page
    assert "through the gateway" not in page
    assert send(cast, payment, client=client, amount="60", way="gateway").status_code == 422


@pytest.mark.usefixtures("whole_only")
def test_a_gateway_that_gives_back_no_part_gives_back_the_whole(cast: Cast, till: Till) -> None:
    payment = till.pay(invoice(cast)).payment
    assert send(cast, payment, amount="100", way="gateway").status_code == 303
    assert till.intent(payment.attempt)["refunds"][0]["amount"] == 10_000


def test_what_a_bank_took_back_beyond_what_was_left_is_said(cast: Cast, till: Till) -> None:
    from counterfoil.books.payments.gateways import accounts

    one = invoice(cast)
    payment = till.pay(one).payment
    till.sandbox.order("refund", payment_intent=payment.provider_id, amount=6_000)
    till.sandbox.order("dispute", payment_intent=payment.provider_id, amount=10_000)
    following.follow(payment, accounts.connect(till.account).fetch(payment.provider_id))
    shown = visitor(cast.olga).get(url(cast, payment, "")).text
    assert "£60.00 of it went although that much was not left of the payment" in shown
    assert "Chargeback: £40.00 of what it was used for went back without you" in shown


def test_an_invoice_is_collected_again_when_somebody_says_so(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    send(cast, payment, amount="100", way="other")
    one.refresh_from_db()
    assert one.reopened_at
    path = f"/office/{cast.studio.id}/invoices/{one.id}/collecting/"
    assert visitor(cast.vera).post(path, {"revision": one.revision}).status_code == 403
    for _twice in range(2):
        assert visitor(cast.stig).post(path, {"revision": one.revision}).status_code == 303
    one.refresh_from_db()
    assert one.reopened_at is None


def test_the_page_of_a_payment_keeps_to_its_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    for _time in range(5):
        send(cast, payment, amount="10", way="other")
    client = visitor(cast.olga)
    client.get(url(cast, payment, ""))
    with django_assert_max_num_queries(12):
        client.get(url(cast, payment, ""))
