"""**Failed payments**: the list, the same on an invoice, and where each is mended."""

from typing import Any

import pytest

from counterfoil.books.payments import failures
from counterfoil.books.payments.models import AttemptShare, PaymentAttempt
from counterfoil.books.sales import recurring_invoices
from counterfoil.foundation import clock
from counterfoil.foundation.languages import speaking
from counterfoil.office.payments.remedies import REMEDIES
from tests.support.books import invoice, recurring
from tests.support.cast import Cast, visitor
from tests.support.till import DECLINED, Till


def url(cast: Cast, path: str = "payments/failed/") -> str:
    return f"/office/{cast.studio.id}/{path}"


def failed(cast: Cast, till: Till, reason: str, one: Any, *, key: str = "", amount: int = 10_000) -> PaymentAttempt:
    """A failed attempt as the verbs leave it, without a gateway having to be in that mood."""
    attempt = PaymentAttempt(
        organization=cast.studio,
        customer_id=one.customer_id,
        contact=cast.ana,
        gateway=till.account,
        state="failed",
        currency="GBP",
        amount_minor=amount,
        form_key=key or reason,
        idempotency_key=f"{key}{reason}",
        failure_reason=reason,
        actor={"kind": "contact", "id": cast.ana.id},
        made_at=clock.now(),
        started_on=clock.today("Europe/London"),
        settled_at=clock.now(),
    )
    attempt.save(force_insert=True)
    AttemptShare.objects.create(attempt=attempt, invoice=one, minor=amount)
    return attempt


def test_a_declined_card_is_in_the_list_and_on_the_invoice(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    till.pay(one, card=DECLINED)
    for page in (url(cast), url(cast, f"invoices/{one.id}/")):
        text = visitor(cast.olga).get(page).text
        assert "Failed payments" in text
        assert "Your bank did not allow this payment" in text
        assert "There is nothing for you to mend here." in text
        assert "£100.00" in text


def test_every_code_says_what_to_do_and_where(cast: Cast, till: Till) -> None:
    one, made = invoice(cast), recurring_invoices.make_next(recurring(cast), by=cast.by_olga)
    for reason in failures.CODES:
        failed(cast, till, reason, made if reason == "profile_gone" else one)
    owner, viewer = visitor(cast.olga).get(url(cast)).text, visitor(cast.vera).get(url(cast)).text
    for code, remedy in REMEDIES.items():
        assert code in owner
        assert code in viewer
        with speaking("en"):
            assert str(remedy.cause).replace("'", "&#x27;") in owner
    assert url(cast, "settings/taxes/") in owner
    assert url(cast, "settings/taxes/") not in viewer
    assert "Ask an owner to do this" in viewer
    assert "Ask an owner to do this" not in owner


def test_every_code_that_a_payer_can_read_has_a_remedy() -> None:
    assert set(failures.CODES.values()) == set(REMEDIES)


def test_the_list_tells_apart_what_the_office_can_mend(cast: Cast, till: Till) -> None:
    one = invoice(cast)
    failed(cast, till, "currency", one, amount=1_100)
    failed(cast, till, "insufficient_funds", one, amount=2_200)
    mend = visitor(cast.olga).get(url(cast), {"kind": "mend"}).text
    assert "£11.00" in mend
    assert "£22.00" not in mend
    declined = visitor(cast.olga).get(url(cast), {"kind": "declined"}).text
    assert "£22.00" in declined
    assert "£11.00" not in declined


def test_another_organization_sees_none_of_it(cast: Cast, till: Till) -> None:
    failed(cast, till, "currency", invoice(cast))
    text = visitor(cast.otto).get(f"/office/{cast.quay.id}/payments/failed/").text
    assert "No payment has failed" in text


@pytest.mark.parametrize("count", [1, 60])
def test_the_list_takes_the_same_queries_however_long(
    cast: Cast, till: Till, count: int, django_assert_max_num_queries: Any
) -> None:
    one = invoice(cast)
    for place in range(count):
        failed(cast, till, "currency", one, key=str(place))
    client = visitor(cast.olga)
    client.get(url(cast))
    with django_assert_max_num_queries(12):
        assert client.get(url(cast)).status_code == 200
