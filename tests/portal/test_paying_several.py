"""Paying several invoices at once, with what is saved, and from a bank account."""

import re
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.test import Client

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import verify
from counterfoil.books.payments import allocations, asking, collecting, gateway_accounts
from counterfoil.books.payments.models import Payment, PaymentAttempt, SavedMethod
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.outbound.models import Mail
from counterfoil.outbound.worker import run_once
from tests.support.books import invoice, pay, staff_of
from tests.support.cast import Cast, visitor
from tests.support.till import CARD, DECLINED, SLOW, Till

POOR_BANK, GOOD_BANK = "pm_bank_000222222227", "pm_bank_000123456789"


def address(cast: Cast, *bills: Any) -> str:
    query = "&".join(f"invoice={one.id}" for one in bills)
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/pay/" + (f"?{query}" if query else "")


def form_on(answer: Any) -> dict[str, Any]:
    """What the page's form would send as it stands."""
    fields: dict[str, Any] = dict(re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', answer.text))
    fields["invoice"] = re.findall(r'name="invoice" value="(\d+)"', answer.text)
    typed = re.search(r'<input[^>]*name="amount"[^>]*value="([^"]*)"', answer.text)
    chosen = re.search(r'name="method" value="([^"]*)" checked', answer.text)
    return fields | {"method": chosen.group(1) if chosen else ""} | ({"amount": typed.group(1)} if typed else {})


def send(client: Client, path: str, *, token: str = f"pm_card_{CARD}", **changed: Any) -> Any:
    form = form_on(client.get(path))
    token = "" if form["method"].startswith("saved-") and "method" not in changed else token
    return client.post(path, form | {"method_token": token} | changed)


def bills(cast: Cast, **content: Any) -> list[Any]:
    """Three, the last written due first."""
    today = clock.today("Europe/London")
    return [
        invoice(cast, amount=amount, dated=today - timedelta(days=days), **content)
        for amount, days in (("100", 10), ("50", 20), ("30", 40))
    ]


def balances(*found: Any) -> list[int]:
    assert not verify.differences()
    return [Invoice.objects.get(id=one.id).balance_minor for one in found]


def saved_card(cast: Cast, till: Till) -> SavedMethod:
    """A card that ana saved while paying."""
    client, one = visitor(cast.ana), invoice(cast, amount="10")
    way = f"card-{till.account.id}"
    assert send(client, address(cast, one), save=way).status_code == 303
    return SavedMethod.objects.latest("id")


def test_one_payment_pays_all_that_is_ticked(cast: Cast, till: Till) -> None:
    found, client = bills(cast), visitor(cast.ana)
    page = client.get(address(cast, *found[:2]))
    assert "£150.00" in page.text
    assert page.text.index(found[1].number) < page.text.index(found[0].number)  # the longest due first
    assert found[2].number not in page.text
    assert send(client, address(cast, *found[:2])).status_code == 303
    payment = Payment.objects.get()
    assert (payment.amount_minor, till.charges(payment.attempt)) == (15_000, 1)
    assert balances(*found) == [0, 0, 3_000]


def test_pay_now_at_home_pays_all_that_can_be_paid(cast: Cast, till: Till) -> None:
    found, client = bills(cast), visitor(cast.ana)
    till.pay(found[0], card=SLOW)
    home = client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").text
    assert "£180.00" in home
    assert "£100.00 is being processed." in home
    assert address(cast) in home
    page = client.get(address(cast)).text
    assert "£80.00" in page
    assert "already being processed" in page
    assert send(client, address(cast)).status_code == 303
    assert balances(*found) == [10_000, 0, 0]


def test_less_than_all_pays_the_longest_due_first(cast: Cast, till: Till) -> None:
    found, client = bills(cast), visitor(cast.ana)
    send(client, address(cast, *found), amount="60.00")
    assert balances(*found) == [10_000, 2_000, 0]


def test_what_is_paid_in_one_sum_is_never_paid_in_part(cast: Cast, till: Till) -> None:
    found, client = bills(cast, allows_partial=False), visitor(cast.ana)
    assert 'name="amount" value="180.00"' in client.get(address(cast, *found)).text
    answer = send(client, address(cast, *found), amount="60.00")
    assert answer.status_code == 422
    assert f"{found[1].number} is paid in one sum" in answer.text
    assert not PaymentAttempt.objects.exists()
    assert send(client, address(cast, *found), amount="80.00").status_code == 303
    assert balances(*found) == [10_000, 0, 0]


def test_figures_that_changed_meanwhile_charge_nothing(cast: Cast, till: Till) -> None:
    found, client = bills(cast), visitor(cast.ana)
    form = form_on(client.get(address(cast, *found))) | {"method_token": f"pm_card_{CARD}"}
    found[2].refresh_from_db()
    invoices.void(found[2], by=staff_of(cast, cast.bakery), revision=found[2].revision)
    answer = client.post(address(cast, *found), form)
    assert answer.status_code in (409, 422)
    assert not PaymentAttempt.objects.exists()
    assert "£150.00" in answer.text
    again = client.post(address(cast, *found), form_on(answer) | {"method_token": f"pm_card_{CARD}"})
    assert again.status_code == 303
    assert balances(*found[:2]) == [0, 0]


def test_figures_that_grew_meanwhile_charge_nothing(cast: Cast, till: Till) -> None:
    """What is owed is more by now, and the sum that was read would still be allowed: it is not what was agreed to."""
    found, client = bills(cast), visitor(cast.ana)
    payment = pay(cast, cast.bakery, 2_000, {found[0].id: 2_000})
    form = form_on(client.get(address(cast, *found))) | {"method_token": f"pm_card_{CARD}"}
    allocations.take_off(payment, found[0], by=cast.by_olga)
    answer = client.post(address(cast, *found), form)
    assert answer.status_code == 409
    assert "Nothing was charged." in answer.text
    assert not PaymentAttempt.objects.exists()
    assert form_on(answer)["amount"] == "180.00"


def test_the_same_form_twice_pays_once(cast: Cast, till: Till) -> None:
    found, client = bills(cast), visitor(cast.ana)
    form = form_on(client.get(address(cast, *found))) | {"method_token": f"pm_card_{CARD}"}
    first, second = client.post(address(cast, *found), form), client.post(address(cast, *found), form)
    assert first.url == second.url
    assert Payment.objects.count() == 1


def test_a_decline_leads_back_to_the_same_invoices(cast: Cast, till: Till) -> None:
    found, client = bills(cast), visitor(cast.ana)
    answer = send(client, address(cast, *found), token=f"pm_card_{DECLINED}")
    back = client.get(answer.url)
    assert back.status_code == 302
    page = client.get(back.url)
    assert "Your bank did not allow this payment" in page.text
    assert all(one.number in page.text for one in found)


def test_another_customers_invoice_is_not_there(cast: Cast, till: Till) -> None:
    one, theirs = invoice(cast), invoice(cast, cast.bruno.customer)
    client = visitor(cast.ana)
    assert client.get(address(cast, one, theirs)).status_code == 404
    form = form_on(client.get(address(cast, one))) | {"method_token": f"pm_card_{CARD}"}
    assert client.post(address(cast), form | {"invoice": [one.id, theirs.id]}).status_code == 404
    assert not PaymentAttempt.objects.exists()


def test_the_list_offers_to_tick_what_can_be_paid(cast: Cast, till: Till) -> None:
    found = bills(cast)
    till.pay(found[0], card=SLOW)
    till.pay(found[1])
    text = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/").text
    ticks = dict(re.findall(r'name="document" value="(\d+)" data-minor="(\d+)"', text))
    assert ticks == {str(found[0].id): "0", str(found[1].id): "0", str(found[2].id): "3000"}
    assert "Processing" in text


def test_a_card_is_saved_when_asked_and_pays_the_next_time(cast: Cast, till: Till) -> None:
    method = saved_card(cast, till)
    assert (method.label, method.kind, method.customer_id) == ("Visa •••• 4242", "card", cast.bakery.id)
    found, client = bills(cast), visitor(cast.sam)
    page = client.get(address(cast, *found))
    assert "Visa •••• 4242" in page.text
    assert form_on(page)["method"] == f"saved-{method.id}"
    assert send(client, address(cast, *found)).status_code == 303
    attempt = PaymentAttempt.objects.latest("id")
    assert (attempt.state, attempt.saved_method_id, attempt.method_token) == ("paid", method.id, method.token)
    assert balances(*found) == [0, 0, 0]
    assert SavedMethod.objects.count() == 1


def test_without_the_tick_nothing_is_saved(cast: Cast, till: Till) -> None:
    send(visitor(cast.ana), address(cast, invoice(cast)))
    assert not SavedMethod.objects.exists()


def test_another_customers_saved_card_is_never_charged(cast: Cast, till: Till) -> None:
    method = saved_card(cast, till)
    theirs = invoice(cast, cast.bruno.customer)
    client, path = visitor(cast.bruno), f"/portal/lindqvist-zhou/{cast.bruno.customer_id}/invoices/{theirs.id}/pay/"
    form = form_on(client.get(path))
    for sent in ({"method": f"saved-{method.id}"}, {"method_token": method.token, "method": f"saved-{method.id}"}):
        answer = client.post(path, form | sent)
        assert answer.status_code == 409
        assert "saved way of paying" in answer.text
    assert PaymentAttempt.objects.filter(customer=cast.bruno.customer).count() == 0


def test_a_gateway_that_keeps_nothing_offers_no_tick_and_refuses_one(cast: Cast, till: Till) -> None:
    from counterfoil.books.payments.gateways import sandbox as adapter

    till.call("POST", "/v1/account", {"recurring": False})
    adapter._kept.clear()
    one, client = invoice(cast), visitor(cast.ana)
    assert "Save this card" not in client.get(address(cast, one)).text
    answer = send(client, address(cast, one), save=f"card-{till.account.id}")
    assert answer.status_code == 422
    assert "A payment method can&#x27;t be saved here." in answer.text
    failed = PaymentAttempt.objects.get()
    assert (failed.state, failed.failure_reason) == ("failed", "recurring")
    assert "CP4002" in visitor(cast.olga).get(f"/office/{cast.studio.id}/payments/failed/").text
    assert balances(one) == [10_000]


def test_a_saved_card_is_changed_replaced_and_removed(cast: Cast, till: Till) -> None:
    method, client = saved_card(cast, till), visitor(cast.ana)
    here = f"/portal/lindqvist-zhou/{cast.bakery.id}/cards/{method.id}/"
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert "Card details" in client.get(home).text
    form = {"exp_month": "3", "exp_year": str(clock.today("UTC").year + 2), "name": "A. Moreau", "postcode": "BS1 4RB"}
    assert client.post(here, form).status_code == 303
    method.refresh_from_db()
    assert (method.exp_month, method.holder, method.address) == (3, "A. Moreau", {"postcode": "BS1 4RB"})
    wrong = client.post(here, form | {"exp_year": "1999"})
    assert wrong.status_code == 422
    assert 'value="A. Moreau"' in wrong.text
    declined = client.post(f"{here}replacement/", {"method_token": f"pm_card_{DECLINED}"})
    assert declined.status_code == 422
    assert SavedMethod.objects.current().get() == method
    other = client.post(f"{here}replacement/", {"method_token": GOOD_BANK})
    assert other.status_code == 422
    assert "A card is replaced by a card" in other.text
    assert SavedMethod.objects.current().get() == method
    assert client.post(f"{here}replacement/", {"method_token": "pm_card_5555555555554444"}).status_code == 303
    new = SavedMethod.objects.current().get()
    assert new.label == "Mastercard •••• 4444"
    assert client.get(here).status_code == 404
    assert client.post(f"/portal/lindqvist-zhou/{cast.bakery.id}/cards/{new.id}/removal/").status_code == 303
    assert not SavedMethod.objects.current().exists()
    assert "Card details" not in client.get(home).text
    assert till.intent(PaymentAttempt.objects.get())["payment_method"]["id"] == method.token


def test_a_card_that_has_expired_is_not_offered(cast: Cast, till: Till) -> None:
    method = saved_card(cast, till)
    SavedMethod.objects.filter(id=method.id).update(exp_year=2020)
    client, one = visitor(cast.ana), invoice(cast)
    assert f"saved-{method.id}" not in client.get(address(cast, one)).text
    assert "Expired 12/20" in client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").text


@pytest.mark.parametrize("person", ["bruno", "fia", "olga"])
def test_strangers_find_no_such_card(cast: Cast, till: Till, person: str) -> None:
    method = saved_card(cast, till)
    here, stranger = f"/portal/lindqvist-zhou/{cast.bakery.id}/cards/{method.id}/", visitor(getattr(cast, person))
    assert stranger.get(here).status_code == 404
    assert stranger.post(f"{here}removal/").status_code == 404
    method.refresh_from_db()
    assert method.removed_at is None


def with_bank(cast: Cast) -> None:
    Customer.objects.filter(id=cast.bakery.id).update(may_pay_by_bank=True)
    cast.bakery.refresh_from_db()


def test_without_permission_nobody_pays_from_a_bank_account(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    way = f"bank-{till.account.id}"
    assert way not in client.get(address(cast, one)).text
    assert send(client, address(cast, one), token=GOOD_BANK, method=way).status_code in (409, 422)
    assert not PaymentAttempt.objects.exists()


def test_a_bank_payment_is_processing_blocks_a_second_and_fails_late(cast: Cast, till: Till) -> None:
    with_bank(cast)
    one, client = invoice(cast), visitor(cast.ana)
    way = f"bank-{till.account.id}"
    answer = send(client, address(cast, one), token=POOR_BANK, method=way, amount="60.00", save=way)
    waiting = client.get(answer.url).text
    assert "Your bank payment is processing" in waiting
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.method_kind, attempt.expected_on is not None) == ("processing", "bank", True)
    assert SavedMethod.objects.get().label == "Sandbox Bank •••• 2227"
    # Only the rest can be paid meanwhile.
    page = client.get(address(cast, one)).text
    assert "£40.00" in page
    too_much = send(client, address(cast, one), method=f"card-{till.account.id}", amount="50.00")
    assert too_much.status_code == 422
    till.sandbox.order("settle", payment_intent=attempt.provider_id, outcome="failed")
    asking.ask(PaymentAttempt.objects.select_related("gateway").get(id=attempt.id))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.failure_reason) == ("failed", "account_poor")
    assert balances(one) == [10_000]
    run_once()
    assert Mail.objects.get(template="payment_failed").recipient == cast.ana.email
    assert "not enough money in this bank account" in client.get(f"{address(cast, one)}&attempt={attempt.id}").text
    assert "£60.00" in visitor(cast.olga).get(f"/office/{cast.studio.id}/payments/failed/").text


def test_a_bank_payment_that_clears_counts_on_the_day_that_it_was_started(cast: Cast, till: Till) -> None:
    with_bank(cast)
    one, client = invoice(cast), visitor(cast.ana)
    send(client, address(cast, one), token=GOOD_BANK, method=f"bank-{till.account.id}")
    attempt = PaymentAttempt.objects.get()
    till.sandbox.order("settle", payment_intent=attempt.provider_id, outcome="succeeded")
    asking.ask(PaymentAttempt.objects.select_related("gateway").get(id=attempt.id))
    payment = Payment.objects.get()
    assert (payment.mode, payment.paid_on, payment.method_label) == (
        "bank_account",
        attempt.started_on,
        "Sandbox Bank •••• 6789",
    )
    assert balances(one) == [0]


def test_the_address_fields_are_asked_for_and_sent(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    card = "pm_card_4000000000000010"
    assert 'name="street"' not in client.get(address(cast, one)).text
    send(client, address(cast, one), token=card)
    assert PaymentAttempt.objects.get().failure_reason == "address"
    office = visitor(cast.olga).get(f"/office/{cast.studio.id}/payments/failed/").text
    fix = f"/office/{cast.studio.id}/settings/gateways/{till.account.id}/card-verification/"
    assert "CP3004" in office
    assert fix in office
    visitor(cast.olga).post(fix, {"fields_asked": ["name", "street", "postcode"]})
    till.account.refresh_from_db()
    assert till.account.address_fields == ["name", "street", "postcode"]
    send(client, address(cast, one), token=card, street="3 Quay Street", postcode="BS1 4RB", name="Ana Moreau")
    assert balances(one) == [0]


def test_without_the_fields_the_gateways_page_takes_what_was_chosen(cast: Cast, till: Till) -> None:
    with_bank(cast)
    client = visitor(cast.ana)
    typed = {"holder": "Harbour Bakery", "routing": "110000000", "account": "000123456789"}
    page = send(client, address(cast, invoice(cast)), token="", method=f"bank-{till.account.id}").headers["Location"]
    assert 'name="routing"' in requests.get(page, timeout=20).text
    requests.post(page, data=typed, allow_redirects=False, timeout=20)
    attempt = collecting.look(PaymentAttempt.objects.get())
    assert (attempt.state, attempt.method_kind) == ("processing", "bank")
    page = send(client, address(cast, invoice(cast)), token="").headers["Location"]
    assert 'name="routing"' not in requests.get(page, params={"kind": "bank"}, timeout=20).text


def test_without_the_fields_the_gateways_page_asks_for_the_address(cast: Cast, till: Till) -> None:
    one, client = invoice(cast), visitor(cast.ana)
    gateway_accounts.ask_for(till.account, ["street", "postcode"], by=cast.by_olga)
    page = send(client, address(cast, one), token="", street="3 Quay Street").headers["Location"]
    assert 'value="3 Quay Street"' in requests.get(page, timeout=20).text
    card = {"number": "4000000000000010", "exp": "12/40", "cvc": "123"}
    typed = card | {"line1": "3 Quay Street", "postal_code": "BS1 4RB"}
    assert requests.post(page, data=typed, allow_redirects=False, timeout=20).status_code == 303
    collecting.look(PaymentAttempt.objects.get())
    assert balances(one) == [0]


def test_a_bank_account_is_not_paid_with_as_a_card(cast: Cast, till: Till) -> None:
    """Whoever may not pay from a bank account can't smuggle one in where a card is asked for."""
    one = invoice(cast)
    send(visitor(cast.ana), address(cast, one), token=GOOD_BANK)
    assert PaymentAttempt.objects.get().state == "failed"
    assert balances(one) == [10_000]


def test_a_switched_off_gateway_leaves_only_one_by_one(cast: Cast, till: Till) -> None:
    found = [invoice(cast, gateway_ids=[]), invoice(cast)]
    text = visitor(cast.ana).get(address(cast, *found)).text
    assert "Pay them one by one." in text
    gateway_accounts.disable(till.account, by=cast.by_olga)
    assert "There is no way to pay online yet." in visitor(cast.ana).get(address(cast, *found)).text


def test_the_page_takes_eight_queries_however_many_invoices(
    cast: Cast, till: Till, django_assert_max_num_queries: Any
) -> None:
    saved_card(cast, till)
    found, client = [invoice(cast, amount="5") for _ in range(30)], visitor(cast.ana)
    client.get(address(cast, *found))
    with django_assert_max_num_queries(8):
        assert client.get(address(cast, *found)).status_code == 200
