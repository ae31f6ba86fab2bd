"""CP1004: a payment sent from a page that was opened before the recurring invoice behind the bill was deleted."""

from typing import Any

import pytest

from counterfoil.books.payments.models import Payment, PaymentAttempt
from counterfoil.books.sales import invoices, recurring_invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.events import Event
from tests.support.books import invoice, recurring
from tests.support.cast import Cast, visitor
from tests.support.refusals import refused
from tests.support.till import CARD, Till


@pytest.fixture
def profile(cast: Cast) -> Any:
    return recurring(cast)


@pytest.fixture
def bill(cast: Cast, profile: Any) -> Any:
    """An invoice that was made of it and issued."""
    made = recurring_invoices.make_next(profile, by=cast.by_olga)
    return invoices.mark_as_sent(made, by=cast.by_olga, revision=1)


def delete(cast: Cast, profile: Any) -> None:
    recurring_invoices.delete(profile, by=cast.by_olga, revision=1)


def door(one: Any, rest: str = "") -> str:
    return f"/portal/lindqvist-zhou/{one.customer_id}/{rest or f'invoices/{one.id}/pay/'}"


def filled(page: Any, till: Till, **more: Any) -> dict[str, Any]:
    """What the page would send, by a card that is taken."""
    form = page.context["form"]
    carried = {name: form[name].value() or "" for name in ("form_key", "seen", "profiles")}
    typed = {"amount": form["amount"].value(), "method_token": f"pm_card_{CARD}"}
    return {**carried, **typed, "method": f"card-{till.account.id}", **more}


def test_a_page_that_was_open_when_it_was_deleted_is_refused_and_the_next_one_pays(
    cast: Cast, till: Till, profile: Any, bill: Any
) -> None:
    ana = visitor(cast.ana)
    sent = filled(ana.get(door(bill)), till)
    assert sent["profiles"] == f"{bill.id}:{profile.id}"
    delete(cast, profile)
    answer = ana.post(door(bill), sent)
    assert answer.status_code == 409
    assert "was deleted after you opened the page" in answer.text
    assert "CP1004" in answer.text
    assert not Payment.objects.exists()
    # The page that came with the refusal knows of no such thing any more.
    again = {name: answer.context["form"].data[name] for name in ("form_key", "seen", "profiles", "amount")}
    assert again["profiles"] == ""
    paid = ana.post(door(bill), sent | again | {"method_token": f"pm_card_{CARD}"})
    assert paid.status_code == 303
    assert Invoice.objects.get(id=bill.id).balance_minor == 0


def test_a_page_that_is_opened_afterwards_pays_at_once(cast: Cast, till: Till, profile: Any, bill: Any) -> None:
    delete(cast, profile)
    ana = visitor(cast.ana)
    sent = filled(ana.get(door(bill)), till)
    assert sent["profiles"] == ""
    assert ana.post(door(bill), sent).status_code == 303
    assert Payment.objects.count() == 1


def test_as_long_as_it_is_there_nothing_is_in_the_way_stopped_or_not(
    cast: Cast, till: Till, profile: Any, bill: Any
) -> None:
    ana = visitor(cast.ana)
    sent = filled(ana.get(door(bill)), till)
    recurring_invoices.stop(profile, by=cast.by_olga, revision=1)
    assert ana.post(door(bill), sent).status_code == 303


def test_of_several_one_is_enough(cast: Cast, till: Till, profile: Any, bill: Any) -> None:
    other, ana = invoice(cast), visitor(cast.ana)
    where = door(bill, "pay/")
    page = ana.get(where, {"invoice": [bill.id, other.id]})
    sent = filled(page, till, invoice=[bill.id, other.id])
    delete(cast, profile)
    answer = ana.post(where, sent)
    assert (answer.status_code, Payment.objects.count()) == (409, 0)
    assert "CP1004" in answer.text


def test_the_office_finds_it_among_the_failed_payments_with_what_to_do(
    cast: Cast, till: Till, profile: Any, bill: Any
) -> None:
    ana = visitor(cast.ana)
    sent = filled(ana.get(door(bill)), till)
    delete(cast, profile)
    ana.post(door(bill), sent)
    failed = PaymentAttempt.objects.get()
    assert (failed.state, failed.failure_reason, failed.amount_minor) == ("failed", "profile_gone", 9_500)
    event = Event.objects.get(name="payment.failed")
    assert (event.for_office, event.for_customer) == (True, False)
    olga = visitor(cast.olga)
    for page in (f"/office/{cast.studio.id}/payments/failed/", f"/office/{cast.studio.id}/invoices/{bill.id}/"):
        text = olga.get(page).text
        assert "CP1004" in text
        assert "Check that the recurring invoice still exists" in text
        assert f'href="/office/{cast.studio.id}/recurring-invoices/"' in text


def test_a_payment_that_began_before_it_was_deleted_goes_through(
    cast: Cast, till: Till, profile: Any, bill: Any
) -> None:
    attempt = till.begin(bill)
    delete(cast, profile)
    assert till.collect(attempt).state == "paid"


def test_what_a_page_says_of_others_is_believed_of_none(cast: Cast, till: Till, profile: Any, bill: Any) -> None:
    """A profile that the invoice did not come from decides nothing."""
    from counterfoil.books.payments import attempts
    from tests.support.cast import actor

    other = recurring(cast, name="Another")
    recurring_invoices.delete(other, by=cast.by_olga, revision=1)

    def begin(seen: dict[int, int], key: str) -> Any:
        return attempts.begin(
            {bill.id: 100},
            customer_id=bill.customer_id,
            gateway=till.account,
            capabilities=till.capabilities(),
            by=actor(cast.ana),
            form_key=key,
            method=attempts.Method(token=f"pm_card_{CARD}"),
            profiles_seen=seen,
        )

    Invoice.objects.filter(id=bill.id).update(allows_partial=True)
    assert begin({bill.id: other.id, 12: 13}, "k" * 20)
    delete(cast, profile)
    with refused("CP1004"):
        begin({bill.id: profile.id}, "l" * 20)


def test_the_page_stays_within_its_queries(
    cast: Cast, till: Till, bill: Any, django_assert_max_num_queries: Any
) -> None:
    ana = visitor(cast.ana)
    with django_assert_max_num_queries(8):
        assert ana.get(door(bill)).status_code == 200
