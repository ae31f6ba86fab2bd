"""**Pay now**: what the page offers, what it refuses, and where it leads."""

import re
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.test import Client

from counterfoil.books.customers import portal_access
from counterfoil.books.ledger import verify
from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments import gateway_accounts
from counterfoil.books.payments.gateways import sandbox as adapter
from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from tests.support.books import invoice, many_invoices, pay, staff_of
from tests.support.cast import Cast, customer, person, visitor
from tests.support.till import ANSWER_LOST, BLOCKED, CARD, CHALLENGED, DECLINED, POOR, SLOW, Till


def address(one: Any, rest: str = "pay/") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/invoices/{one.id}/{rest}"


def attempt_address(attempt: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{attempt.customer_id}/payments/attempts/{attempt.id}/{rest}"


def form_on(answer: Any) -> dict[str, str]:
    """What the page's form would send as it stands."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', answer.text))
    typed = re.search(r'<input[^>]*name="amount"[^>]*>', answer.text)
    if typed and (value := re.search(r'value="([^"]*)"', typed.group(0))):
        fields["amount"] = value.group(1)
    chosen = re.search(r'name="method" value="([^"]*)" checked', answer.text)
    return fields | {"method": chosen.group(1) if chosen else ""}


def send(client: Client, one: Any, *, card: str | None = CARD, **changed: str) -> Any:
    """Open the page, choose a card, and send the form."""
    form = form_on(client.get(address(one))) | {"method_token": f"pm_card_{card}" if card else ""} | changed
    return client.post(address(one), form)


def with_bank(cast: Cast) -> None:
    Organization.objects.filter(id=cast.studio.id).update(
        bank_holder="Lindqvist & Zhou Studio", bank_account="GB29 NWBK 6016 1331 9268 19"
    )


def assert_nothing_moved(one: Any) -> None:
    one.refresh_from_db()
    assert one.balance_minor == one.total_minor
    assert not PaymentAttempt.objects.exists()
    assert not Payment.objects.exists()
    assert not verify.differences()


def test_the_page_says_what_is_paid_for_and_the_button_how_much(cast: Cast, till: Till) -> None:
    with_bank(cast)
    one = invoice(cast, amount="1380")
    text = visitor(cast.ana).get(address(one)).text
    for words in (one.number, "Pay £1,380.00", "From £0.30 to £1,380.00.", "Card", "Bank transfer", "GB29 NWBK"):
        assert words in text
    assert "Sandbox: no real money" in text


def test_an_invoice_that_is_paid_whole_has_no_amount_to_type(cast: Cast, till: Till) -> None:
    answer = visitor(cast.ana).get(address(invoice(cast, allows_partial=False)))
    assert "id_amount" not in answer.text
    assert form_on(answer)["amount"] == "100.00"


def test_only_this_page_lets_the_gateway_in(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    policy = client.get(address(one)).headers["Content-Security-Policy"]
    assert f"frame-src {till.sandbox.url}" in policy
    assert f"form-action 'self' {till.sandbox.url}" in policy
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy
    assert till.sandbox.url not in client.get(address(one, "")).headers["Content-Security-Policy"]


def test_the_page_is_never_kept(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    first, second = client.get(address(one)), client.get(address(one))
    assert "no-store" in first.headers["Cache-Control"]
    assert form_on(first)["form_key"] != form_on(second)["form_key"]


def test_paying_leads_to_the_receipt(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana, csrf=False)
    answer = send(client, one)
    attempt = PaymentAttempt.objects.get()
    assert (answer.status_code, answer.url) == (303, attempt_address(attempt))
    answer = client.get(answer.url, follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"/payments/{attempt.payment_id}/")
    for words in ("Thank you, Ana", "£100.00", one.number, "Paid in full", "Visa •••• 4242", "ana@harbour.test"):
        assert words in answer.text
    one.refresh_from_db()
    assert one.balance_minor == 0
    assert not verify.differences()


def test_part_of_it_can_be_paid(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    assert send(client, one, amount="25.50").status_code == 303
    one.refresh_from_db()
    assert one.balance_minor == 7_450


def test_a_form_without_its_token_of_the_session_is_refused(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    assert send(visitor(cast.ana, csrf=True), one, csrfmiddlewaretoken="").status_code == 403
    assert_nothing_moved(one)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.01", "smallest amount"),
        ("0", "Enter more than zero"),
        ("-5", "below zero"),
        ("NaN", "Enter a number"),
        ("Infinity", "Enter a number"),
        ("1e2", "Enter a number"),
        ("", "required"),
        ("100.01", "more than is left"),
        ("99999999999999999999", "too large"),
        ("50.005", "decimals"),
        ("€50", "this amount is in GBP"),
    ],
)
def test_an_amount_that_was_tampered_with_is_refused(cast: Cast, till: Till, amount: str, words: str) -> None:
    one = invoice(cast)
    answer = send(visitor(cast.ana), one, amount=amount)
    assert answer.status_code == 422
    assert words in answer.text
    assert form_on(answer).get("amount", "") == amount
    assert_nothing_moved(one)


@pytest.mark.parametrize("amount", ["0.01", "99.99", "100.01"])
def test_an_invoice_that_is_paid_whole_takes_no_other_amount(cast: Cast, till: Till, amount: str) -> None:
    one = invoice(cast, allows_partial=False)
    answer = send(visitor(cast.ana), one, amount=amount)
    assert answer.status_code == 422
    assert form_on(answer)["amount"] == "100.00"
    assert_nothing_moved(one)


def test_the_amount_is_that_of_the_moment_of_paying(cast: Cast, till: Till) -> None:
    one, client = invoice(cast, allows_partial=False), visitor(cast.ana)
    form = form_on(client.get(address(one))) | {"method_token": f"pm_card_{CARD}"}
    pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    answer = client.post(address(one), form)
    assert answer.status_code == 422
    assert "Pay £60.00" in answer.text
    assert not PaymentAttempt.objects.exists()
    assert client.post(address(one), form_on(answer) | {"method_token": f"pm_card_{CARD}"}).status_code == 303
    assert PaymentAttempt.objects.get().amount_minor == 6_000


def test_other_currencies_and_other_invoices_in_the_form_mean_nothing(cast: Cast, till: Till) -> None:
    one, other = invoice(cast), invoice(cast, cast.tidewater)
    extra = {"currency": "JPY", "invoice": str(other.id), "customer_id": str(cast.tidewater.id), "state": "paid"}
    assert send(visitor(cast.ana), one, **extra).status_code == 303
    attempt = PaymentAttempt.objects.get()
    assert (attempt.currency, attempt.shares.get().invoice_id, attempt.customer_id) == ("GBP", one.id, cast.bakery.id)


@pytest.mark.parametrize("key", ["", "short", "k" * 65])
def test_a_form_without_a_key_is_refused(cast: Cast, till: Till, key: str) -> None:
    one = invoice(cast)
    assert send(visitor(cast.ana), one, form_key=key).status_code == 422
    assert_nothing_moved(one)


@pytest.mark.parametrize("method", ["", "cash", "card-1", "transfer"])
def test_what_is_no_gateway_of_this_invoice_takes_nothing(cast: Cast, till: Till, method: str) -> None:
    with_bank(cast)
    one = invoice(cast)
    answer = send(visitor(cast.ana), one, method=method)
    assert answer.status_code in (409, 422)
    assert_nothing_moved(one)


def test_a_decline_is_read_on_the_payment_page(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    answer = client.get(send(client, one, card=POOR, amount="40.00").url, follow=True)
    assert answer.redirect_chain[-1][0].startswith(address(one))
    assert re.search(r'role="alert"[^>]*data-focus', answer.text)
    assert "There was not enough money on this card. You were not charged." in answer.text
    assert form_on(answer)["amount"] == "40.00"
    assert "Pay £40.00" in answer.text
    again = client.post(address(one), form_on(answer) | {"method_token": f"pm_card_{CARD}"})
    assert client.get(again.url, follow=True).status_code == 200
    one.refresh_from_db()
    assert one.balance_minor == 6_000


def test_a_decline_by_a_security_check_has_a_code(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    answer = client.get(send(client, one, card=BLOCKED).url, follow=True)
    assert "<code>CP3003</code>" in answer.text
    assert cast.studio.email in answer.text


def test_a_failure_is_told_only_where_it_belongs(cast: Cast, till: Till) -> None:
    one, two, client = invoice(cast), invoice(cast), visitor(cast.ana)
    send(client, one, card=DECLINED)
    attempt = PaymentAttempt.objects.get()
    assert client.get(address(two) + f"?attempt={attempt.id}").context["notice"] is None
    for odd in ("x", "-1", "9" * 30, "¹"):
        assert client.get(address(one), {"attempt": odd}).context["notice"] is None


def test_without_a_token_the_payer_goes_on_at_the_gateway(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    answer = send(client, one, card=None)
    assert answer.status_code == 303
    assert answer.url.startswith(f"{till.sandbox.url}/pay/")
    card = {"number": CARD, "exp": "12/40", "cvc": "123"}
    back = requests.post(answer.url, data=card, timeout=20, allow_redirects=False).headers["Location"]
    attempt = PaymentAttempt.objects.get()
    assert back.startswith(f"http://localhost:8000{attempt_address(attempt, 'return/')}?")
    answer = client.get(back.removeprefix("http://localhost:8000"), follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"/payments/{PaymentAttempt.objects.get().payment_id}/")
    one.refresh_from_db()
    assert one.balance_minor == 0


def test_what_the_address_says_on_the_way_back_is_no_more_than_a_hint(cast: Cast, till: Till) -> None:
    dear, cheap, client = invoice(cast, amount="900"), invoice(cast), visitor(cast.ana)
    send(client, cheap)
    paid = PaymentAttempt.objects.get()
    send(client, dear, card=None)
    waiting = PaymentAttempt.objects.get(state="action")
    hints = {"payment_intent": paid.provider_id, "redirect_status": "succeeded"}
    answer = client.get(attempt_address(waiting, "return/"), hints, follow=True)
    assert "Finish your payment" in answer.text
    waiting.refresh_from_db()
    dear.refresh_from_db()
    assert (waiting.state, dear.balance_minor, Payment.objects.count()) == ("action", 90_000, 1)


def test_a_confirmation_at_the_bank_is_waited_for(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    answer = send(client, one, card=CHALLENGED)
    assert answer.url.startswith(till.sandbox.url)
    attempt = PaymentAttempt.objects.get()
    text = client.get(attempt_address(attempt)).text
    assert "Go on with the payment" in text
    assert "http-equiv" not in text
    requests.post(answer.url, data={"decision": "confirm"}, timeout=20, allow_redirects=False)
    answer = client.get(attempt_address(attempt, "return/"), follow=True)
    assert "Thank you, Ana" in answer.text


def test_a_payment_that_waits_for_the_payer_can_be_given_up(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    send(client, one, card=CHALLENGED)
    attempt = PaymentAttempt.objects.get()
    assert client.get(attempt_address(attempt, "cancel/")).status_code == 405
    answer = client.post(attempt_address(attempt, "cancel/"))
    assert answer.status_code == 303
    answer = client.get(answer.url, follow=True)
    assert "The payment was cancelled. You were not charged." in answer.text
    assert send(client, one).status_code == 303


def test_while_the_gateway_is_silent_giving_up_says_so(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    send(client, one, card=CHALLENGED)
    attempt = PaymentAttempt.objects.get()
    till.sandbox.order("fail_next", path="/v1/payment_intents*", when="before", how="drop", times=3)
    answer = client.post(attempt_address(attempt, "cancel/"))
    assert answer.status_code == 409
    assert "We are checking with your bank. Please wait a moment." in answer.text


@pytest.mark.parametrize("card", [SLOW, ANSWER_LOST])
def test_what_is_not_known_yet_is_never_called_failed(cast: Cast, till: Till, card: str) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    answer = client.get(send(client, one, card=card).url)
    attempt = PaymentAttempt.objects.get()
    assert "We are checking with your bank" in answer.text
    assert f'content="4; url={attempt_address(attempt)}"' in answer.text
    assert "failed" not in answer.text.lower()
    assert "Cancel the payment" not in answer.text
    shown = client.get(address(one, "")).text
    assert "A payment of £100.00 is being processed." in shown
    text = client.get(address(one)).text
    assert "already being processed" in text
    assert "<form" not in text.split("<main")[1]
    assert "A payment of £100.00 is being processed." in client.get(payments_address(one)).text


def payments_address(one: Any) -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/payments/"


def test_an_open_page_learns_the_outcome_by_itself(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    send(client, one, card=SLOW)
    attempt = PaymentAttempt.objects.get()
    asked = {"HX-Request": "true"}
    assert client.get(attempt_address(attempt), headers=asked).status_code == 204
    till.settle(attempt, "succeeded")
    till.hook(attempt.provider_id)
    attempt.refresh_from_db()
    answer = client.get(attempt_address(attempt), headers=asked)
    assert answer.headers["HX-Redirect"].endswith(f"/payments/{attempt.payment_id}/")


def test_the_same_form_sent_twice_is_one_payment(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    form = form_on(client.get(address(one))) | {"method_token": f"pm_card_{CARD}"}
    first, second = client.post(address(one), form), client.post(address(one), form)
    assert (first.status_code, second.status_code, first.url) == (303, 303, second.url)
    attempt = PaymentAttempt.objects.get()
    assert (till.charges(attempt), Payment.objects.count()) == (1, 1)


def test_the_same_form_after_a_change_of_mind_charges_nothing_more(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    form = form_on(client.get(address(one))) | {"method_token": f"pm_card_{CARD}", "amount": "10.00"}
    client.post(address(one), form)
    answer = client.post(address(one), form | {"amount": "20.00"})
    assert answer.status_code == 409
    assert "already used to pay another amount" in answer.text
    assert form_on(answer)["form_key"] != form["form_key"]
    assert Payment.objects.count() == 1


def test_a_second_tab_reads_that_it_is_paid(cast: Cast, till: Till) -> None:
    one, ana, sam = invoice(cast), visitor(cast.ana), visitor(cast.sam)
    form = form_on(sam.get(address(one))) | {"method_token": f"pm_card_{CARD}"}
    send(ana, one)
    answer = sam.post(address(one), form)
    assert answer.status_code == 409
    assert "This invoice is paid. Thank you." in answer.text
    assert Payment.objects.count() == 1
    assert "This invoice is paid. Thank you." in ana.get(address(one)).text


def test_a_second_tab_while_the_first_is_processed_reads_that(cast: Cast, till: Till) -> None:
    one, ana, sam = invoice(cast), visitor(cast.ana), visitor(cast.sam)
    form = form_on(sam.get(address(one))) | {"method_token": f"pm_card_{CARD}"}
    send(ana, one, card=SLOW)
    answer = sam.post(address(one), form)
    assert answer.status_code == 409
    assert "already being processed" in answer.text
    assert PaymentAttempt.objects.count() == 1


def test_what_a_part_holds_can_not_be_paid_again(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    send(client, one, card=SLOW, amount="70.00")
    answer = client.get(address(one))
    assert "Pay £30.00" in answer.text
    assert "−£70.00" in answer.text
    assert send(client, one, amount="30.01").status_code == 422


def test_an_invoice_that_was_voided_meanwhile_is_not_paid(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    form = form_on(client.get(address(one))) | {"method_token": f"pm_card_{CARD}"}
    one.refresh_from_db()
    invoices.void(one, by=staff_of(cast, cast.bakery), revision=one.revision)
    answer = client.post(address(one), form)
    assert answer.status_code == 409
    assert "This invoice is void" in answer.text
    assert not PaymentAttempt.objects.exists()


def test_who_lost_access_on_an_open_page_is_refused_with_the_code(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    form = form_on(client.get(address(one))) | {"method_token": f"pm_card_{CARD}"}
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga)
    for _twice in range(2):
        answer = client.post(address(one), form)
        assert answer.status_code == 403
        assert "CP1003" in answer.text
        assert one.number not in answer.text
    failed = PaymentAttempt.objects.get()
    assert (failed.state, failed.failure_reason, failed.amount_minor) == ("failed", "contact_gone", 10_000)
    assert (failed.contact_id, failed.provider_id) == (cast.ana.id, "")
    PaymentAttempt.objects.all().delete()
    assert_nothing_moved(one)


@pytest.mark.parametrize("person", ["bruno", "fia", "olga", "otto"])
def test_strangers_find_no_such_page(cast: Cast, till: Till, person: str) -> None:
    one, stranger = invoice(cast), visitor(getattr(cast, person))
    attempt = till.pay(invoice(cast), card=SLOW)
    for path in (address(one), attempt_address(attempt), attempt_address(attempt, "return/")):
        assert stranger.get(path).status_code == 404
    assert stranger.post(address(one), {}).status_code == 404
    assert stranger.post(attempt_address(attempt, "cancel/")).status_code == 404


def test_another_customers_invoice_and_attempt_are_not_found_at_ones_own_address(cast: Cast, till: Till) -> None:
    one = invoice(cast, cast.tidewater)
    attempt = till.pay(one, by=cast.bruno, card=SLOW)
    ana, own = visitor(cast.ana), f"/portal/lindqvist-zhou/{cast.bakery.id}"
    for path in (
        f"invoices/{one.id}/pay/",
        f"payments/attempts/{attempt.id}/",
        f"payments/attempts/{attempt.id}/return/",
    ):
        assert ana.get(f"{own}/{path}").status_code == 404
    assert ana.post(f"{own}/invoices/{one.id}/pay/", {}).status_code == 404
    assert ana.post(f"{own}/payments/attempts/{attempt.id}/cancel/").status_code == 404


def test_signed_out_one_is_asked_to_sign_in(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    for answer in (visitor().get(address(one)), visitor().post(address(one), {})):
        assert answer.status_code == 302
        assert "/account/login/" in answer.url
    assert_nothing_moved(one)


def test_while_the_gateway_can_not_be_reached_a_transfer_remains(cast: Cast, till: Till) -> None:
    with_bank(cast)
    one, client = invoice(cast), visitor(cast.ana)
    till.sandbox.order("fail_next", path="/v1/account", when="before", how="drop")
    answer = client.get(address(one))
    assert answer.status_code == 200
    assert "Paying by card can&#x27;t be reached at the moment." in answer.text
    assert "GB29 NWBK" in answer.text
    assert '<button class="button primary' not in answer.text
    adapter._kept.clear()
    assert "Pay £100.00" in client.get(address(one)).text


def test_a_currency_that_the_gateway_does_not_take_says_so(cast: Cast, till: Till) -> None:
    with_bank(cast)
    far = customer(cast.studio, "Douala Prints", "XAF", by=cast.by_olga)
    payer = person(far, "Paul", "Biya", "paul@douala.test", by=cast.by_olga)
    text = visitor(payer).get(address(invoice(cast, far))).text
    assert "<code>CP4003</code>" in text
    assert "Bank transfer" in text


def test_too_little_for_a_card_says_so(cast: Cast, till: Till) -> None:
    one = invoice(cast, amount="0.20")
    assert "<code>CP4001</code>" in visitor(cast.ana).get(address(one)).text


def test_who_finds_no_way_to_pay_is_among_the_failed_payments_once(cast: Cast, till: Till) -> None:
    one, client = invoice(cast, amount="0.20"), visitor(cast.ana)
    client.head(address(one))
    client.get(address(one), headers={"Sec-Purpose": "prefetch"})
    assert not PaymentAttempt.objects.exists()
    client.get(address(one))
    client.get(address(one))
    failed = PaymentAttempt.objects.get()
    assert (failed.state, failed.failure_reason, failed.amount_minor) == ("failed", "below_minimum", 20)
    assert "CP4001" in visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/{one.id}/").text


def test_without_any_way_to_pay_the_page_says_whom_to_write_to(cast: Cast, till: Till) -> None:
    gateway_accounts.disable(till.account, by=cast.by_olga)
    one = invoice(cast)
    text = visitor(cast.ana).get(address(one)).text
    assert f"There is no way to pay online yet. Write to {cast.studio.email}." in text
    assert "Sandbox" not in text


def test_the_page_speaks_the_payers_language(cast: Cast, till: Till) -> None:
    one = invoice(cast, cast.yunshan)
    client = visitor(cast.wei)
    answer = client.get(address(one))
    assert 'lang="zh-Hans"' in answer.text
    assert "lang=zh-Hans" in answer.text
    assert client.post(address(one), form_on(answer)).url.startswith(till.sandbox.url)
    assert "Content-Language" in answer.headers


@pytest.mark.parametrize("count", [10, 1_000])
def test_the_pages_stay_within_their_queries(
    cast: Cast, till: Till, count: int, django_assert_max_num_queries: Any
) -> None:
    many_invoices(cast, cast.bakery, count)
    one, client = Invoice.objects.filter(customer=cast.bakery).order_by("-id")[0], visitor(cast.ana)
    till.capabilities()
    failed = till.pay(invoice(cast), card=DECLINED)
    slow = till.pay(invoice(cast), card=SLOW)
    first = invoice(cast)
    paid = till.pay(first)
    pages = [
        address(one),
        address(failed.shares.get().invoice) + f"?attempt={failed.id}",
        attempt_address(slow),
        attempt_address(paid),
        payments_address(one),
        f"{payments_address(one)}{paid.payment_id}/",
    ]
    for path in pages:
        with django_assert_max_num_queries(8):
            assert client.get(path).status_code in (200, 302)


def test_an_attempt_from_long_ago_still_leads_to_its_receipt(cast: Cast, till: Till) -> None:
    client = visitor(cast.ana)
    attempt = till.pay(invoice(cast))
    with clock.travel(by=timedelta(days=3)):
        answer = client.get(attempt_address(attempt), follow=True)
    assert "Thank you, Ana" in answer.text
    assert "on its way" not in answer.text
