"""An invoice paid by whoever has the link to it: what they can do, what they can't, and what both sides hear."""

import secrets
from typing import Any

import pytest
from django.test import Client

from counterfoil.books.customers import contacts
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import verify
from counterfoil.books.payments import allocations, attempts, saved_methods
from counterfoil.books.payments.gateways.interface import SavedMethod as Told
from counterfoil.books.payments.models import Payment, PaymentAttempt, SavedMethod
from counterfoil.books.sales import document_links, invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Mail, Notification
from tests.support.attacks import Page, nothing_changes
from tests.support.books import invoice
from tests.support.cast import Cast, actor, visitor
from tests.support.mailed import Mailed, mail
from tests.support.refusals import refused
from tests.support.till import CARD, CHALLENGED, DECLINED, Till

CLOSED = "This link opens nothing"


def form_on(client: Client, mailed: Mailed) -> dict[str, Any]:
    """What the payment page's form would send, with the card typed."""
    page = client.get(mailed.at("pay/"))
    assert page.status_code == 200
    (form,) = [form for form in Page(page.text).forms if "form_key" in form.values]
    values = {name: value[0] if isinstance(value, list) else value for name, value in form.values.items()}
    return values | {"method_token": f"pm_card_{CARD}"}


def send(client: Client, mailed: Mailed, **changed: str) -> Any:
    return client.post(mailed.at("pay/"), form_on(client, mailed) | changed)


def nothing_was_paid(one: Any) -> bool:
    one.refresh_from_db()
    assert not verify.differences()
    return (one.balance_minor, Payment.objects.count()) == (one.total_minor, 0)


def test_paying_leads_to_the_receipt(cast: Cast, till: Till) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    assert f"{mailed.at('pay/')}" in Page(client.get(mailed.at()).text).links
    answer = send(client, mailed)
    attempt = PaymentAttempt.objects.get()
    assert (answer.status_code, attempt.state, till.charges(attempt)) == (303, "paid", 1)
    receipt = client.get(answer.headers["Location"], follow=True)
    assert receipt.request["PATH_INFO"].endswith(f"/payments/{attempt.payment_id}/")
    for words in (attempt.payment.number, "£100.00", "A receipt is on its way to Ana Moreau."):
        assert words in receipt.text
    assert cast.ana.email not in receipt.text
    assert {link for link in Page(receipt.text).links if link.endswith("/pdf/")} == {
        f"{receipt.request['PATH_INFO']}pdf/"
    }
    assert client.get(f"{receipt.request['PATH_INFO']}pdf/").content.startswith(b"%PDF")
    assert f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/" not in Page(receipt.text).links
    assert "Paid. Thank you." in client.get(mailed.at()).text
    assert not verify.differences()


def test_the_books_remember_that_it_was_by_link_and_the_recipient_gets_the_receipt(cast: Cast, till: Till) -> None:
    mailed = mail(cast, cast.sam)
    send(mailed.opened(), mailed)
    while spreading.spread_due():
        pass
    made = Event.objects.get(name="payment.made")
    assert (made.by.kind, made.by.name, made.by.link_id) == ("link", "Sam Okafor", mailed.link.id)
    assert Mail.objects.get(template="receipt").recipient == "sam@harbour.test"
    rung = Notification.objects.filter(event=made, contact__isnull=False).values_list("contact_id", flat=True)
    assert set(rung) == {cast.ana.id, cast.sam.id}
    activity = visitor(cast.olga).get(f"/office/{cast.studio.id}/").text
    assert "Sam Okafor (by link) of Harbour Bakery Ltd paid £100.00." in activity
    page = visitor(cast.olga).get(f"/office/{cast.studio.id}/payments/{Payment.objects.get().id}/").text
    assert "Sam Okafor (by link)" in page


def test_part_of_it_can_be_paid_and_a_decline_leads_back(cast: Cast, till: Till) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    declined = send(client, mailed, method_token=f"pm_card_{DECLINED}")
    page = client.get(declined.headers["Location"], follow=True)
    assert page.request["PATH_INFO"] == mailed.at("pay/")
    assert page.context["notice"]
    send(client, mailed, amount="40.00")
    assert "£60.00" in client.get(mailed.at()).text


def test_nothing_is_known_of_who_pays_and_nothing_is_saved(cast: Cast, till: Till) -> None:
    saved_methods.add(
        Told("pm_card_4242424242424242", "card", "Visa", "4242", 12, 2040, "A. Moreau"),
        customer_id=cast.bakery.id,
        gateway=till.account,
        payer=None,
        by=cast.by_ana,
    )
    mailed = mail(cast)
    page, ours = mailed.opened().get(mailed.at("pay/")), visitor(cast.ana).get(mailed.at("pay/"))
    for words in ("Visa •••• 4242", "Save this card", "Ana Moreau"):
        assert words in ours.text
        assert words not in page.text
    assert "bank-" not in page.text
    Customer.objects.filter(id=cast.bakery.id).update(may_pay_by_bank=True)
    assert f'value="bank-{till.account.id}"' in mailed.opened().get(mailed.at("pay/")).text


def test_what_the_page_does_not_offer_is_refused_when_it_is_sent(cast: Cast, till: Till) -> None:
    told = Told("pm_card_4242424242424242", "card", "Visa", "4242", 12, 2040, "A. Moreau")
    saved = saved_methods.add(told, customer_id=cast.bakery.id, gateway=till.account, payer=None, by=cast.by_ana)
    mailed = mail(cast)
    client = mailed.opened()
    card, bank = f"card-{till.account.id}", f"bank-{till.account.id}"
    for changed in ({"save": card}, {"method": f"saved-{saved.id}"}, {"method": bank, "method_token": "pm_bank_1"}):
        answer = send(client, mailed, **changed)
        assert answer.status_code in (409, 422)
        assert nothing_was_paid(mailed.invoice)
    assert SavedMethod.objects.count() == 1
    assert not PaymentAttempt.objects.exclude(state="failed").exists()


def test_a_link_revoked_in_mid_payment_is_refused_in_words(cast: Cast, till: Till) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    form = form_on(client, mailed)
    document_links.revoke(mailed.link, by=cast.by_olga)
    with nothing_changes("Paying by a revoked link"):
        answer = client.post(mailed.at("pay/"), form)
    assert (answer.status_code, CLOSED in answer.text) == (403, True)
    assert "Your payment was not sent and nothing was charged." in answer.text
    assert nothing_was_paid(mailed.invoice)


def test_a_link_revoked_between_the_door_and_the_books_is_refused_too(
    cast: Cast, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    form, begin = form_on(client, mailed), attempts.begin

    def late(*given: Any, **named: Any) -> Any:
        document_links.revoke(mailed.link, by=cast.by_olga)
        return begin(*given, **named)

    monkeypatch.setattr(attempts, "begin", late)
    answer = client.post(mailed.at("pay/"), form)
    assert (answer.status_code, CLOSED in answer.text) == (403, True)
    assert "nothing was charged" in answer.text
    assert not PaymentAttempt.objects.exists()
    assert nothing_was_paid(mailed.invoice)


def test_when_its_recipient_was_removed_the_office_finds_the_payment_with_the_code(cast: Cast, till: Till) -> None:
    mailed = mail(cast, cast.sam)
    client = mailed.opened()
    form = form_on(client, mailed)
    contacts.retire(cast.sam, by=cast.by_olga)
    answer = client.post(mailed.at("pay/"), form)
    assert (answer.status_code, "CP1003" in answer.text) == (403, True)
    assert mailed.invoice.number not in answer.text
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.provider_id) == ("failed", "")
    assert nothing_was_paid(mailed.invoice)


def begin(till: Till, by: Any, one: Any, **more: Any) -> Any:
    return attempts.begin(
        {one.id: one.balance_minor},
        customer_id=one.customer_id,
        gateway=till.account,
        capabilities=till.capabilities(),
        by=by,
        form_key=secrets.token_urlsafe(24),
        **({"method": attempts.Method(token="pm_card_4242424242424242")} | more),
    )


def test_the_verb_itself_takes_a_link_for_its_own_invoice_only(cast: Cast, till: Till) -> None:
    mailed, other = mail(cast), mail(cast)
    by = document_links.bearer(mailed.link)
    with refused("NO_LINK"):
        begin(till, by, other.invoice)
    with refused("NO_LINK"):
        attempts.begin(
            {mailed.invoice.id: 100, other.invoice.id: 100},
            customer_id=cast.bakery.id,
            gateway=till.account,
            capabilities=till.capabilities(),
            by=by,
            form_key=secrets.token_urlsafe(24),
        )
    strangers = invoice(cast, cast.tidewater)
    with refused("NOT_YOURS"):
        begin(till, by, strangers)
    with refused("NOT_BY_LINK"):
        begin(till, by, mailed.invoice, method=attempts.Method(token="pm_card_4242424242424242", saves=True))
    told = Told("pm_card_4242424242424242", "card", "Visa", "4242", 12, 2040, "")
    kept = saved_methods.add(told, customer_id=cast.bakery.id, gateway=till.account, payer=None, by=cast.by_ana)
    with refused("NOT_BY_LINK"):
        begin(till, by, mailed.invoice, method=attempts.Method(saved=kept))
    with refused("NOT_YOURS"):
        saved_methods.remove(kept, by=by)
    document_links.revoke(mailed.link, by=cast.by_olga)
    with refused("NO_LINK"):
        begin(till, by, mailed.invoice)
    assert begin(till, actor(cast.ana), mailed.invoice).contact_id == cast.ana.id


def test_a_void_invoice_can_be_read_and_not_paid(cast: Cast, till: Till) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    form = form_on(client, mailed)
    one = Invoice.objects.get(id=mailed.invoice.id)
    invoices.void(one, by=cast.by_olga, revision=one.revision)
    page = client.get(mailed.at()).text
    assert "You don&#x27;t owe it." in page or "You don't owe it." in page
    assert mailed.at("pay/") not in Page(page).links
    assert client.post(mailed.at("pay/"), form).status_code == 409
    assert not Payment.objects.exists()


def test_somebody_elses_payment_on_its_way_is_told_but_not_opened_nor_given_up(cast: Cast, till: Till) -> None:
    mailed = mail(cast)
    mine = till.begin(mailed.invoice, 4_000, card=CHALLENGED)
    till.collect(mine)
    client = mailed.opened()
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/attempts/{mine.id}/"
    for rest in ("", "pay/"):
        page = client.get(mailed.at(rest)).text
        assert "A payment of £40.00 is being processed." in page
        assert address not in Page(page).links
    with nothing_changes("Giving up another's payment"):
        for answer in (client.get(address), client.get(f"{address}return/"), client.post(f"{address}cancel/")):
            assert answer.headers["Location"].startswith("/portal/lindqvist-zhou/account/login/")
    assert address in Page(visitor(cast.ana).get(mailed.at()).text).links


def test_ones_own_payment_on_its_way_is_waited_for_and_can_be_given_up(cast: Cast, till: Till) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    answer = send(client, mailed, method_token="")
    attempt = PaymentAttempt.objects.get()
    assert attempt.state == "action"
    assert answer.headers["Location"] == attempt.next_url
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/attempts/{attempt.id}/"
    assert address in Page(client.get(mailed.at()).text).links
    waiting = client.get(address)
    assert "Finish your payment" in waiting.text
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert home not in Page(waiting.text).links
    back = client.get(f"{address}return/")
    assert (back.status_code, back.headers["Location"]) == (302, address)
    assert client.post(f"{address}cancel/").status_code == 303
    attempt.refresh_from_db()
    assert attempt.state == "cancelled"
    assert client.get(address).headers["Location"] == f"{mailed.at('pay/')}?attempt={attempt.id}"


def test_a_receipt_is_closed_as_soon_as_it_would_name_another_invoice(cast: Cast, till: Till) -> None:
    """The office takes the payment off the invoice and uses it for another."""
    mailed, other = mail(cast), mail(cast)
    client = mailed.opened()
    send(client, mailed)
    payment = Payment.objects.get()
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/{payment.id}/"
    assert client.get(address).status_code == 200
    one, two = Invoice.objects.get(id=mailed.invoice.id), Invoice.objects.get(id=other.invoice.id)
    allocations.take_off(payment, one, by=cast.by_olga)
    assert client.get(address).status_code == 200
    payment.refresh_from_db()
    _use(payment, two, cast)
    assert client.get(address).status_code == 302
    assert client.get(f"{address}pdf/").status_code == 302
    assert payment.number not in client.get(mailed.at()).text
    assert other.invoice.number in visitor(cast.ana).get(address).text


def _use(payment: Payment, one: Invoice, cast: Cast) -> None:
    allocations.apply(one, {payment.id: 10_000}, by=cast.by_olga, balance_seen=one.balance_minor)


def test_two_links_to_one_invoice_do_not_show_each_others_receipts(cast: Cast, till: Till) -> None:
    from tests.support.mailed import mail_again

    mailed = mail(cast)
    send(mailed.opened(), mailed, amount="40.00")
    again = mail_again(Invoice.objects.get(id=mailed.invoice.id), cast.sam, cast)
    client = again.opened()
    page = client.get(again.at()).text
    assert "£60.00" in page
    payment = Payment.objects.get()
    assert payment.number not in page
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/{payment.id}/").status_code == 302


def test_paying_by_link_twice_with_one_form_is_one_payment(cast: Cast, till: Till) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    form = form_on(client, mailed)
    first, second = client.post(mailed.at("pay/"), form), client.post(mailed.at("pay/"), form)
    assert first.headers["Location"] == second.headers["Location"]
    assert (Payment.objects.count(), till.charges(PaymentAttempt.objects.get())) == (1, 1)


def test_by_link_too_the_pages_take_few_queries(cast: Cast, till: Till, django_assert_max_num_queries: Any) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    with django_assert_max_num_queries(10):
        client.get(mailed.at())
    with django_assert_max_num_queries(12):
        client.get(mailed.at("pay/"))
    assert clock.now() < mailed.link.expires_at
