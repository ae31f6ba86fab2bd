"""Two who merge at one moment, and a merge beside everything that money does: one effect, exact or refused in words."""

import time
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections, transaction

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger, verify
from counterfoil.books.ledger.models import CustomerBalance
from counterfoil.books.merging import foreseeing, merging
from counterfoil.books.payments import asking, attempts, following, refunding, returns
from counterfoil.books.payments.models import Payment, PaymentAttempt, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Mail
from tests.support.books import credit_note, draft_invoice, invoice, pay
from tests.support.cast import Cast, person
from tests.support.giving_back import give_back
from tests.support.locking import until_it_waits
from tests.support.merging import duplicate, merge
from tests.support.races import at_once
from tests.support.till import SLOW, Till


def owed(customer: Any) -> int:
    return int(CustomerBalance.objects.get(customer=customer).receivable_minor)


def seen(gone: Any, into: Any) -> str:
    return foreseeing.foresee(gone, into).seen


def codes(outcomes: Any) -> set[str]:
    """Of those that were refused; whatever else was raised is no refusal."""
    errors = [one.error for one in outcomes if one.error is not None]
    assert all(isinstance(one, Refused) for one in errors), errors
    return {one.code for one in errors if isinstance(one, Refused)}


def test_ten_who_merge_the_same_two_at_once_merge_them_once(both_databases: str, cast: Cast) -> None:
    twin = duplicate(cast)
    invoice(cast, twin)
    read = seen(twin, cast.bakery)
    outcomes = at_once(10, lambda place: merging.merge(twin, cast.bakery, by=cast.by_olga, seen=read))
    assert codes(outcomes) <= {"CUSTOMER_MERGED"}
    assert (owed(cast.bakery), owed(twin)) == (10_000, 0)
    assert not verify.differences()


@pytest.fixture
def slow_to_lock(monkeypatch: Any) -> None:
    """Whoever has taken one customer's money waits a moment before going on to another's."""

    def lock(customer_id: int) -> Any:
        taken = ledger.lock(customer_id)
        time.sleep(0.1)
        return taken

    monkeypatch.setattr(merging, "ledger", SimpleNamespace(**vars(ledger) | {"lock": lock}))


@pytest.mark.usefixtures("slow_to_lock")
def test_of_two_merged_crosswise_one_stays(both_databases: str, cast: Cast) -> None:
    for place in range(2):
        one, other = duplicate(cast, f"One {place}"), duplicate(cast, f"Other {place}")
        invoice(cast, one)
        invoice(cast, other)
        ways = ((one, other, seen(one, other)), (other, one, seen(other, one)))

        def both(at: int, ways: Any = ways) -> Any:
            gone, into, read = ways[at]
            return merging.merge(gone, into, by=cast.by_olga, seen=read)

        outcomes = at_once(2, both)
        assert codes(outcomes) == {"CUSTOMER_MERGED"}
        (stays,) = Customer.objects.present().filter(id__in=(one.id, other.id))
        assert owed(stays) == 20_000
    assert not verify.differences()


def test_a_circle_of_three_ends_in_one_or_two(both_databases: str, cast: Cast) -> None:
    three = [duplicate(cast, f"No. {place}") for place in range(3)]
    for one in three:
        invoice(cast, one)
    ways = [(three[place], three[(place + 1) % 3]) for place in range(3)]
    read = [seen(*way) for way in ways]
    outcomes = at_once(3, lambda at: merging.merge(*ways[at], by=cast.by_olga, seen=read[at]))
    assert codes(outcomes) <= {"CUSTOMER_MERGED", "MERGE_CHANGED"}
    left = Customer.objects.present().filter(id__in=[one.id for one in three])
    assert 1 <= len(left) <= 2
    assert sum(owed(one) for one in left) == 30_000
    assert not verify.differences()


def test_a_payment_beside_a_merge_is_made_or_refused_by_code(both_databases: str, cast: Cast, till: Till) -> None:
    till.capabilities()
    for place in range(4):
        twin = duplicate(cast, f"Twin {place}")
        dora = person(twin, "Dora", "Twin", f"dora{place}@harbour.test", by=cast.by_olga)
        bill, read = invoice(cast, twin), seen(twin, cast.bakery)
        ways = (
            lambda bill=bill, dora=dora: till.pay(bill, 10_000, by=dora),
            lambda twin=twin, read=read: merging.merge(twin, cast.bakery, by=cast.by_olga, seen=read),
        )
        outcomes = at_once(2, lambda at, ways=ways: ways[at]())
        assert codes(outcomes) <= {"CP1004", "MERGE_CHANGED"}
        bill.refresh_from_db()
        attempt = PaymentAttempt.objects.filter(shares__invoice=bill).first()
        is_paid = attempt is not None and attempt.state == "paid"
        assert bill.balance_minor == (0 if is_paid else 10_000)
        if attempt is not None:
            assert till.charges(attempt) == is_paid
    assert not verify.differences()


def test_what_was_read_before_it_was_merged_is_settled_as_the_survivors(
    both_databases: str, cast: Cast, till: Till
) -> None:
    twin = duplicate(cast)
    dora = person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)
    slow, paid, bill = (invoice(cast, twin) for _ in range(3))
    under_way = till.pay(slow, card=SLOW, by=dora)
    attempt = till.pay(paid, by=dora)
    recorded = pay(cast, twin, 3_000)
    payment = Payment.objects.get(attempt=attempt)
    wish = Wish(Money(2_000, "GBP"), Return.Way.GATEWAY, Return.Effect.OPEN_AGAIN, {paid.id: 2_000})
    back = returns.begin(payment, wish, by=cast.by_olga, form_key="r" * 24)
    before = PaymentAttempt.objects.get(id=under_way.id)
    merge(cast, twin, cast.bakery)
    till.settle(under_way, "succeeded")
    assert asking.ask(before).state == "paid"
    refunding.send(back)
    assert Return.objects.get(id=back.id).state in ("pending", "paid")
    following.postpone(back)
    attempts.settle(attempt, till_snapshot(till, attempt))
    give_back(cast, recorded, 1_000)
    invoices.void(bill, by=cast.by_olga, revision=bill.revision)
    assert not Return.objects.exclude(customer=cast.bakery).exists()
    assert not Payment.objects.exclude(customer=cast.bakery).exists()
    assert not verify.differences()


def till_snapshot(till: Till, attempt: Any) -> Any:
    from counterfoil.books.payments.gateways import accounts

    return accounts.connect(till.account).fetch(attempt.provider_id)


def test_documents_made_and_mailed_beside_a_merge_are_all_the_survivors(both_databases: str, cast: Cast) -> None:
    twin = duplicate(cast)
    dora = person(twin, "Dora", "Twin", "dora@harbour.test", by=cast.by_olga)
    draft, read = draft_invoice(cast, twin), None
    invoices.send(draft, to=[dora.id], by=cast.by_olga, revision=1)
    read = seen(twin, cast.bakery)
    ways = (
        lambda: invoice(cast, twin),
        lambda: credit_note(cast, twin),
        spreading.spread_due,
        lambda: merging.merge(twin, cast.bakery, by=cast.by_olga, seen=read),
    )
    outcomes = at_once(4, lambda at: ways[at]())
    assert codes(outcomes) <= {"CUSTOMER_MERGED", "MERGE_CHANGED"}
    if outcomes[3].error is not None:
        merge(cast, twin, cast.bakery)
    while spreading.spread_due():
        pass
    assert not Mail.objects.filter(customer=twin).exists()
    assert not Invoice.objects.filter(customer=twin).exists()
    assert not verify.differences()


@pytest.mark.parametrize("first", ["gone", "into"])
def test_a_merge_waits_for_who_has_either_of_the_two(both_databases: str, cast: Cast, first: str) -> None:
    """Whichever of them is touched: the merge sees what was done before it."""
    from counterfoil.books.ledger import ledger

    twin = duplicate(cast)
    bill, read = invoice(cast, twin), seen(twin, cast.bakery)
    outcome: list[Any] = []

    def run() -> None:
        try:
            merging.merge(twin, cast.bakery, by=cast.by_olga, seen=read)
        except BaseException as error:  # noqa: BLE001 (whatever it was, the test wants to see it)
            outcome.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        ledger.lock(twin.id if first == "gone" else cast.bakery.id)
        thread = Thread(target=run)
        thread.start()
        assert until_it_waits(thread)
        if first == "gone":
            pay(cast, twin, 4_000, {bill.id: 4_000})
    thread.join(60)
    (error,) = outcome or [None]
    if first == "gone":
        assert isinstance(error, Refused)
        assert error.code == "MERGE_CHANGED"
        assert owed(twin) == 6_000
    else:
        assert error is None
        assert owed(cast.bakery) == 10_000
    assert not verify.differences()
