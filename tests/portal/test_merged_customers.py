"""CP1004 and old addresses: what the people of a customer meet who was merged into another one."""

from typing import Any

import pytest

from counterfoil.books.customers import contacts
from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.books.sales.models import Invoice, Quote
from counterfoil.foundation.events import Event
from tests.support.attacks import nothing_changes
from tests.support.books import invoice, quote, retainer
from tests.support.cast import Cast, person, visitor
from tests.support.mailed import mail
from tests.support.merging import duplicate, merge
from tests.support.till import CARD, Till


@pytest.fixture
def twin(cast: Cast) -> Any:
    return duplicate(cast)


@pytest.fixture
def dora(cast: Cast, twin: Any) -> Any:
    return person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)


def door(customer: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{customer.id}/{rest}"


def filled(page: Any, till: Till, **more: Any) -> dict[str, Any]:
    """What the page would send, by a card that is taken."""
    form = page.context["form"]
    carried = {name: form[name].value() or "" for name in ("form_key", "seen", "profiles")}
    typed = {"amount": form["amount"].value(), "method_token": f"pm_card_{CARD}"}
    return {**carried, **typed, "method": f"card-{till.account.id}", **more}


def test_a_payment_from_a_page_that_was_open_before_is_refused_and_the_next_one_pays(
    cast: Cast, till: Till, twin: Any, dora: Any
) -> None:
    bill, browser = invoice(cast, twin), visitor(dora)
    rest = f"invoices/{bill.id}/pay/"
    sent = filled(browser.get(door(twin, rest)), till)
    merge(cast, twin, cast.bakery)
    answer = browser.post(door(twin, rest), sent)
    assert answer.status_code == 409
    for words in ("CP1004", "Nothing was charged", "Harbour Bakery Ltd", door(cast.bakery, rest)):
        assert words in answer.text
    assert bill.number not in answer.text
    assert not Payment.objects.exists()
    assert Invoice.objects.get(id=bill.id).balance_minor == 10_000
    paid = browser.post(door(cast.bakery, rest), filled(browser.get(door(cast.bakery, rest)), till))
    assert paid.status_code == 303
    assert Invoice.objects.get(id=bill.id).balance_minor == 0


@pytest.mark.parametrize("kind", ["several", "retainer", "link"])
def test_so_is_one_for_several_for_a_retainer_and_by_a_mailed_link(
    cast: Cast, till: Till, twin: Any, dora: Any, kind: str
) -> None:
    browser = visitor(dora)
    if kind == "several":
        for _ in range(2):
            invoice(cast, twin)
        url = door(twin, "pay/")
    elif kind == "retainer":
        url = door(twin, f"invoices/retainers/{retainer(cast, twin).id}/pay/")
    else:
        mailed = mail(cast, dora)
        browser, url = mailed.opened(), mailed.at("pay/")
    sent = filled(browser.get(url), till)
    merge(cast, twin, cast.bakery)
    answer = browser.post(url, sent)
    assert (answer.status_code, Payment.objects.count()) == (409, 0)
    assert "CP1004" in answer.text


def test_the_office_finds_it_among_the_failed_payments_with_what_to_do(
    cast: Cast, till: Till, twin: Any, dora: Any
) -> None:
    bill, browser = invoice(cast, twin), visitor(dora)
    sent = filled(browser.get(door(twin, f"invoices/{bill.id}/pay/")), till)
    merge(cast, twin, cast.bakery)
    for _ in range(2):
        browser.post(door(twin, f"invoices/{bill.id}/pay/"), sent)
    failed = PaymentAttempt.objects.get()
    assert (failed.state, failed.failure_reason, failed.customer_id) == ("failed", "profile_gone", cast.bakery.id)
    assert Event.objects.get(name="payment.failed").for_customer is False
    text = visitor(cast.olga).get(f"/office/{cast.studio.id}/payments/failed/").text
    for words in ("CP1004", "was merged into another one", f"/office/{cast.studio.id}/customers/{cast.bakery.id}/"):
        assert words in text


def test_a_form_that_paid_before_it_was_merged_says_so_when_it_is_sent_again(
    cast: Cast, till: Till, twin: Any, dora: Any
) -> None:
    bill, browser = invoice(cast, twin), visitor(dora)
    url = door(twin, f"invoices/{bill.id}/pay/")
    sent = filled(browser.get(url), till)
    assert browser.post(url, sent).status_code == 303
    merge(cast, twin, cast.bakery)
    answer = browser.post(url, sent)
    attempt = PaymentAttempt.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        door(cast.bakery, f"payments/attempts/{attempt.id}/"),
    )
    assert Payment.objects.count() == 1


def test_old_addresses_lead_to_the_survivor(cast: Cast, twin: Any, dora: Any) -> None:
    bill = invoice(cast, twin)
    merge(cast, twin, cast.bakery)
    browser = visitor(dora)
    for rest in ("", "invoices/?filter=unpaid", f"invoices/{bill.id}/", "statements/", f"invoices/{bill.id}/pdf/"):
        answer = browser.get(door(twin, rest))
        assert (answer.status_code, answer.headers["Location"]) == (301, door(cast.bakery, rest))
        assert browser.get(answer.headers["Location"]).status_code == 200
    # The bare address of the portal leads to the one that is left, wherever this browser was last.
    assert browser.get("/portal/lindqvist-zhou/", follow=True).request["PATH_INFO"] == door(cast.bakery)
    signed_out = visitor().get(door(twin, f"invoices/{bill.id}/"))
    assert signed_out.headers["Location"].startswith("/portal/lindqvist-zhou/account/login/?next=")


def test_strangers_find_nothing_at_either(cast: Cast, till: Till, twin: Any, dora: Any) -> None:
    bill = invoice(cast, twin)
    merge(cast, twin, cast.bakery)
    for stranger in (cast.bruno, cast.fia, cast.wei):
        browser = visitor(stranger)
        with nothing_changes("merging"):
            assert browser.get(door(twin)).status_code == 404
            assert browser.post(door(twin, f"invoices/{bill.id}/pay/"), {}).status_code == 404


def test_a_decision_about_a_document_goes_on_to_it(cast: Cast, twin: Any, dora: Any) -> None:
    one = quote(cast, twin)
    merge(cast, twin, cast.bakery)
    browser = visitor(dora)
    answer = browser.post(door(twin, f"quotes/{one.id}/refusal/"), {"revision": 1, "reason": "Too dear."})
    assert answer.status_code == 308
    browser.post(answer.headers["Location"], {"revision": 1, "reason": "Too dear."})
    assert Quote.objects.get(id=one.id).state == "declined"


def test_what_was_sent_about_the_customer_alone_is_not_done(cast: Cast, twin: Any, dora: Any) -> None:
    merge(cast, twin, cast.bakery)
    browser = visitor(dora)
    with nothing_changes("merging"):
        answer = browser.post(door(twin, "language/"), {"language": "zh-Hans"})
    assert (answer.status_code, answer.headers["Location"]) == (303, door(cast.bakery))
    assert "Two of your accounts here became one" in browser.get(door(cast.bakery)).text


def test_a_mailed_link_opens_its_document_where_it_is_now(cast: Cast, twin: Any, dora: Any) -> None:
    mailed = mail(cast, dora)
    opened = mailed.opened()
    merge(cast, twin, cast.bakery)
    rest = f"invoices/{mailed.invoice.id}/"
    # In a browser that had it open, and in one that follows the mail only now.
    answer = opened.get(mailed.at())
    assert (answer.status_code, answer.headers["Location"]) == (301, door(cast.bakery, rest))
    assert opened.get(answer.headers["Location"]).status_code == 200
    fresh = visitor()
    pressed = fresh.post(mailed.address, {"open": "yes"})
    assert (pressed.status_code, pressed.headers["Location"]) == (303, door(cast.bakery, rest))
    assert fresh.get(pressed.headers["Location"]).status_code == 200


def test_whose_access_ended_reads_that_and_pays_nothing(cast: Cast, till: Till, twin: Any, dora: Any) -> None:
    bill, browser = invoice(cast, twin), visitor(dora)
    sent = filled(browser.get(door(twin, f"invoices/{bill.id}/pay/")), till)
    merge(cast, twin, cast.bakery)
    dora.refresh_from_db()
    contacts.retire(dora, by=cast.by_olga)
    assert "Your access has ended" in browser.get(door(twin)).text
    refused = browser.post(door(twin, f"invoices/{bill.id}/pay/"), sent)
    assert refused.status_code == 403
    assert "CP1003" in refused.text
    assert not Payment.objects.exists()
