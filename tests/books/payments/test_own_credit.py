"""What customers use of their own while they pay: decided by the server, used once, given up where nothing was paid."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.books.customers import portal_access
from counterfoil.books.ledger.models import CustomerBalance, Posting
from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations, asking, attempts, collecting, own_credit
from counterfoil.books.payments.models import PaymentAttempt
from counterfoil.books.payments.own_credit import Wish
from counterfoil.books.sales import invoices, write_offs
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import credit_note, invoice, paid_retainer, pay, retainer
from tests.support.cast import Cast, actor
from tests.support.locking import days_ago, lock, today
from tests.support.races import at_once
from tests.support.refusals import refused
from tests.support.switches import switch
from tests.support.till import ANSWER_LOST, CARD, DECLINED, Till


@pytest.fixture
def allowed(cast: Cast) -> Cast:
    """The studio lets its customers use their own."""
    switch(cast, own_credits=True)
    return cast


def wish(bills: list[Any], sources: list[Any]) -> Wish:
    for row in (*bills, *sources):
        row.refresh_from_db()
    return Wish({one.id: attempts.payable_minor(one) for one in bills}, {one.id: one.balance_minor for one in sources})


def use(cast: Cast, one: Wish, *, by: Any = None) -> None:
    allocations.use_own(one, customer_id=cast.bakery.id, by=by or cast.by_ana)


def begin(cast: Cast, till: Till, shares: dict[int, int], own: Wish | None, *, card: str = CARD, key: str = "") -> Any:
    return attempts.begin(
        shares,
        customer_id=cast.bakery.id,
        gateway=till.account,
        capabilities=till.capabilities(),
        by=cast.by_ana,
        form_key=key or "k" * 32,
        method=attempts.Method(token=f"pm_card_{card}"),
        own=own,
    )


def balances(*rows: Any) -> list[int]:
    assert differences() == []
    for row in rows:
        row.refresh_from_db()
    return [row.balance_minor for row in rows]


def test_the_oldest_pays_what_is_due_the_longest() -> None:
    parts = own_credit.plan([(1, 50), (2, 70)], [(7, 60), (8, 20), (9, 90)])
    assert parts == [(7, 1, 50), (7, 2, 10), (8, 2, 20), (9, 2, 40)]
    assert own_credit.plan([(1, 50)], []) == []


@given(st.lists(st.integers(1, 10_000), max_size=6), st.lists(st.integers(1, 10_000), max_size=6))
def test_a_plan_uses_as_much_as_there_is_and_is_owed_and_never_more(owed: list[int], left: list[int]) -> None:
    parts = own_credit.plan(enumerate(owed), enumerate(left))
    assert sum(part.minor for part in parts) == min(sum(owed), sum(left))
    assert all(part.minor > 0 for part in parts)
    for place, minor in enumerate(owed):
        assert sum(part.minor for part in parts if part.invoice_id == place) <= minor
    for place, minor in enumerate(left):
        assert sum(part.minor for part in parts if part.credit_id == place) <= minor


def test_everything_that_is_left_is_offered_the_oldest_first(allowed: Cast) -> None:
    cast = allowed
    ahead, note = paid_retainer(cast, amount="40"), credit_note(cast, amount="30", dated=days_ago(9))
    payment = pay(cast, cast.bakery, 500)
    credit_note(cast, cast.tidewater)
    told = own_credit.usable(cast.bakery.id)
    assert [(one.kind, one.id, one.minor) for one in told] == [
        ("credit_note", note.id, 3_000),
        ("retainer_invoice", ahead.id, 4_000),
        ("payment", payment.id, 500),
    ]


def test_a_customer_pays_with_nothing_but_what_is_theirs(allowed: Cast) -> None:
    cast = allowed
    one, late = invoice(cast, amount="60"), invoice(cast, amount="30", dated=days_ago(50))
    note, ahead = credit_note(cast, amount="50", dated=days_ago(3)), paid_retainer(cast, amount="70")
    use(cast, wish([one, late], [note, ahead]))
    assert balances(one, late, note, ahead) == [0, 0, 0, 3_000]
    told = Event.objects.filter(name="credit.applied")
    assert {(event.subject_id, event.data["amount_minor"], event.by.kind) for event in told} == {
        (late.id, 3_000, "contact"),
        (one.id, 6_000, "contact"),
    }
    used = told.get(subject_id=one.id).data
    assert (used["credit_notes"], used["retainers"]) == ({str(note.id): 2_000}, {str(ahead.id): 4_000})


def test_the_same_form_sent_again_uses_nothing_twice(allowed: Cast) -> None:
    cast = allowed
    one, note = invoice(cast, amount="60", allows_partial=True), credit_note(cast, amount="200")
    sent = wish([one], [note])
    use(cast, sent)
    with refused("AMOUNTS_CHANGED"):
        use(cast, sent)
    assert balances(one, note) == [0, 14_000]


def test_only_where_the_organization_allows_it(cast: Cast, till: Till) -> None:
    one, note = invoice(cast, amount="60"), credit_note(cast, amount="20")
    with refused("CREDITS_OFF"):
        use(cast, wish([one], [note]))
    with refused("CREDITS_OFF"):
        begin(cast, till, {one.id: 4_000}, wish([one], [note]))


def test_only_the_customers_own_people_who_still_have_access(allowed: Cast) -> None:
    cast = allowed
    one, note = invoice(cast, amount="60"), credit_note(cast, amount="100")
    sent = wish([one], [note])
    for who, code in ((cast.bruno, "NOT_YOURS"), (cast.fia, "NOT_YOURS"), (cast.olga, "NOT_BY_LINK")):
        with refused(code):
            use(cast, sent, by=actor(who))
    sam = actor(cast.sam)
    portal_access.configure(cast.bakery, {cast.ana.id}, by=cast.by_olga, seen={cast.ana.id, cast.sam.id})
    with refused("CP1003"):
        use(cast, sent, by=sam)
    assert balances(one, note) == [6_000, 10_000]


@pytest.mark.parametrize("what", ["more", "of another", "unpaid", "less owed"])
def test_what_is_said_of_it_is_checked_when_it_is_used(allowed: Cast, what: str) -> None:
    """Attack 10: the figures that are sent are only those that were read."""
    cast = allowed
    one, note, theirs = invoice(cast, amount="60"), credit_note(cast, amount="20"), credit_note(cast, cast.tidewater)
    said = {
        "more": Wish({one.id: 6_000}, {note.id: 9_000}),
        "of another": Wish({one.id: 6_000}, {theirs.id: 10_000}),
        "unpaid": Wish({one.id: 6_000}, {one.id: 6_000}),
        "less owed": Wish({one.id: 100}, {note.id: 2_000}),
    }
    with refused("AMOUNTS_CHANGED"):
        use(cast, said[what])
    with refused("NOTHING_CHOSEN"):
        use(cast, wish([one], []))


def test_a_card_pays_what_is_left_in_the_same_moment(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note, ahead = (
        invoice(cast, allows_partial=False),
        credit_note(cast, amount="20"),
        paid_retainer(cast, amount="30"),
    )
    attempt = begin(cast, till, {one.id: 5_000}, wish([one], [note, ahead]))
    # What it is used with is the reservation: nobody else can use it, and no more can be paid.
    assert (balances(one, note, ahead), attempts.payable_minor(one)) == ([5_000, 0, 0], 0)
    attempt = till.collect(attempt)
    assert (attempt.state, balances(one, note, ahead)) == ("paid", [0, 0, 0])
    assert till.charges(attempt) == 1


def test_a_card_that_is_declined_gives_it_back(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note, ahead = invoice(cast), credit_note(cast, amount="20"), paid_retainer(cast, amount="30")
    attempt = till.collect(begin(cast, till, {one.id: 5_000}, wish([one], [note, ahead]), card=DECLINED))
    assert (attempt.state, balances(one, note, ahead)) == ("failed", [10_000, 2_000, 3_000])
    # And again: nothing is given back twice.
    attempts.let_go(attempt)
    assert balances(one, note, ahead) == [10_000, 2_000, 3_000]


def test_who_never_comes_back_gets_it_back(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note = invoice(cast), credit_note(cast, amount="20")
    attempt = begin(cast, till, {one.id: 8_000}, wish([one], [note]))  # and here the process dies
    with clock.travel(by=timedelta(minutes=1)):
        asking.ask_due()
    attempt.refresh_from_db()
    assert (attempt.state, balances(one, note)) == ("cancelled", [10_000, 2_000])


def test_while_nobody_knows_whether_it_was_paid_it_stays_used(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note = invoice(cast), credit_note(cast, amount="20")
    attempt = till.collect(begin(cast, till, {one.id: 8_000}, wish([one], [note]), card=ANSWER_LOST))
    assert (attempt.state, balances(one, note)) == ("processing", [8_000, 0])
    with clock.travel(by=timedelta(minutes=1)):
        asking.ask_due()
    assert balances(one, note) == [0, 0]


def test_what_was_given_back_and_paid_after_all_leaves_the_credit_to_the_customer(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note = invoice(cast), credit_note(cast, amount="20")
    attempt = till.collect(begin(cast, till, {one.id: 8_000}, wish([one], [note]), card=ANSWER_LOST))
    attempts.let_go(attempt)
    assert balances(one, note) == [10_000, 2_000]
    assert (collecting.look(attempt).state, balances(one, note)) == ("paid", [2_000, 2_000])


def test_it_is_given_back_although_the_day_is_locked_meanwhile(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note = invoice(cast, dated=days_ago(9)), credit_note(cast, amount="20", dated=days_ago(9))
    attempt = begin(cast, till, {one.id: 8_000}, wish([one], [note]), card=DECLINED)
    with clock.travel(by=timedelta(days=2)):
        lock(cast, 1)
        assert till.collect(attempt).state == "failed"
        assert balances(one, note) == [10_000, 2_000]
        assert Posting.objects.latest("id").counts_on == today()


def test_a_retainer_is_not_paid_with_it(allowed: Cast) -> None:
    cast = allowed
    ahead, note = retainer(cast), credit_note(cast, amount="20")
    with refused("NOT_TOGETHER"):
        use(cast, Wish({ahead.id: 10_000}, {note.id: 2_000}))


def test_the_rest_is_what_the_server_works_out(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note = invoice(cast, allows_partial=False), credit_note(cast, amount="20")
    own = wish([one], [note])
    for minor, code in ((7_999, "PARTIAL_NOT_ALLOWED"), (8_001, "AMOUNT_TOO_LARGE"), (10_000, "AMOUNT_TOO_LARGE")):
        with refused(code):
            begin(cast, till, {one.id: minor}, own)
    bigger = credit_note(cast, amount="99.90")
    with refused("CP4001"):
        begin(cast, till, {one.id: 10}, wish([one], [bigger]))
    assert balances(one, note, bigger) == [10_000, 2_000, 9_990]
    assert not PaymentAttempt.objects.exists()


def test_the_same_form_sent_twice_is_one_attempt_and_uses_it_once(allowed: Cast, till: Till) -> None:
    cast = allowed
    one, note = invoice(cast), credit_note(cast, amount="20")
    own = wish([one], [note])
    first, second = (begin(cast, till, {one.id: 8_000}, own) for _ in range(2))
    assert first == second
    assert balances(note) == [0]


@pytest.mark.parametrize("what", ["void", "written off", "taken off"])
def test_what_became_of_the_invoice_meanwhile_is_respected(allowed: Cast, till: Till, what: str) -> None:
    """Attack 11: changed while it was being paid."""
    cast = allowed
    one, note = invoice(cast), credit_note(cast, amount="20")
    attempt = begin(cast, till, {one.id: 8_000}, wish([one], [note]), card=DECLINED)
    one.refresh_from_db()
    if what == "void":
        invoices.void(one, by=cast.by_olga, revision=one.revision)
    elif what == "written off":
        write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    else:
        allocations.take_off(note, one, by=cast.by_olga)
    assert till.collect(attempt).state == "failed"
    left = {"void": [0, 2_000], "written off": [0, 0], "taken off": [10_000, 2_000]}
    assert balances(one, note) == left[what]


def test_of_many_at_once_one_uses_it(both_databases: str, allowed: Cast) -> None:
    cast = allowed
    note, ahead = credit_note(cast, amount="10"), paid_retainer(cast, amount="10")
    bills = [invoice(cast, amount="20") for _ in range(8)]
    wishes = [wish([bill], [note, ahead]) for bill in bills]
    people = (cast.by_ana, actor(cast.sam))
    outcomes = at_once(8, lambda place: use(cast, wishes[place], by=people[place % 2]))
    assert sum(outcome.error is None for outcome in outcomes) == 1
    assert {getattr(one.error, "code", None) for one in outcomes if one.error} == {"AMOUNTS_CHANGED"}
    assert balances(note, ahead) == [0, 0]
    assert sorted(balances(*bills)) == [0] + [2_000] * 7
    balance = CustomerBalance.objects.get(customer=cast.bakery)
    assert (balance.credit_minor, balance.retained_minor) == (0, 0)
