"""The payment page of who may use their credits and retainers: ticked, worked out, paid, and stale answers in words."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments.models import Payment, PaymentAttempt
from tests.support.books import credit_note, invoice, paid_retainer, pay, retainer
from tests.support.cast import Cast, visitor
from tests.support.locking import days_ago
from tests.support.mailed import mail
from tests.support.refusals import everything
from tests.support.switches import switch
from tests.support.till import CARD, DECLINED, Till


@pytest.fixture(autouse=True)
def allowed(cast: Cast) -> None:
    switch(cast, own_credits=True)


def at(cast: Cast, *bills: Any) -> str:
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    if len(bills) == 1:
        return f"{home}invoices/{bills[0].id}/pay/"
    return f"{home}pay/?" + "&".join(f"invoice={bill.id}" for bill in bills)


def ticking(address: str, *sources: Any) -> str:
    """The address of the page after these are ticked."""
    return address + ("&" if "?" in address else "?") + urlencode({"use": [one.id for one in sources]}, doseq=True)


def form_of(answer: Any) -> dict[str, Any]:
    """What the page's own form holds, as a browser sends it."""
    form = answer.context["form"]
    return {name: form[name].value() for name in ("form_key", "seen", "profiles", "amount", "method")} | {
        "invoice": [str(line["id"]) for line in answer.context["lines"]],
        "use": [str(one["id"]) for one in answer.context["own"] if one["is_used"]],
    }


def ticked(cast: Cast, address: str, *sources: Any) -> tuple[Any, dict[str, Any]]:
    """The page after ticking what is used, and what its form then holds."""
    answer = visitor(cast.ana).get(ticking(address, *sources))
    assert answer.status_code == 200, answer.text
    return answer, form_of(answer)


def card(till: Till, number: str = CARD) -> dict[str, str]:
    return {"method": f"card-{till.account.id}", "method_token": f"pm_card_{number}"}


def balances(*rows: Any) -> list[int]:
    assert differences() == []
    for row in rows:
        row.refresh_from_db()
    return [row.balance_minor for row in rows]


def test_what_is_ticked_is_worked_out_and_the_rest_is_paid_by_card(cast: Cast, till: Till) -> None:
    one = invoice(cast, allows_partial=False)
    note, ahead = credit_note(cast, amount="20", dated=days_ago(3)), paid_retainer(cast, amount="30")
    page = visitor(cast.ana).get(at(cast, one))
    assert [(row["number"], row["left"], row["is_used"]) for row in page.context["own"]] == [
        (note.number, "£20.00", False),
        (ahead.number, "£30.00", False),
    ]
    answer, form = ticked(cast, at(cast, one), note, ahead)
    assert ("−£50.00" in answer.text, "Pay £50.00" in answer.text) == (True, True)
    assert balances(one, note, ahead) == [10_000, 2_000, 3_000]
    assert visitor(cast.ana).post(at(cast, one), form | card(till)).status_code == 303
    assert balances(one, note, ahead) == [0, 0, 0]
    assert Payment.objects.get(mode="card").amount_minor == 5_000


def test_what_covers_all_needs_no_card(cast: Cast, till: Till) -> None:
    one, note = invoice(cast), credit_note(cast, amount="150")
    answer, form = ticked(cast, at(cast, one), note)
    assert "Pay with your credits" in answer.text
    assert "Card details" not in answer.text
    ana = visitor(cast.ana)
    done = ana.post(at(cast, one), form, follow=True)
    assert "It is paid with what you had in credit. Nothing was charged." in done.text
    again = ana.post(at(cast, one), form)
    assert (again.status_code, "This invoice is paid. Thank you." in again.text) == (409, True)
    assert balances(one, note) == [0, 5_000]
    assert not PaymentAttempt.objects.exists()


def test_several_are_paid_with_it_the_longest_due_first(cast: Cast, till: Till) -> None:
    late, one = invoice(cast, amount="30", dated=days_ago(60)), invoice(cast, amount="50")
    note = credit_note(cast, amount="40")
    answer, form = ticked(cast, at(cast, late, one), note)
    assert "Pay £40.00" in answer.text
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/pay/"
    assert visitor(cast.ana).post(address, form | card(till)).status_code == 303
    assert balances(late, one, note) == [0, 0, 0]


def test_what_is_charged_is_what_was_read(cast: Cast, till: Till) -> None:
    one, note, ana = invoice(cast), credit_note(cast, amount="20"), visitor(cast.ana)
    unticked = form_of(ana.get(at(cast, one))) | card(till) | {"use": [str(note.id)]}
    _answer, form = ticked(cast, at(cast, one), note)
    for wrong in (unticked, form | card(till) | {"use": []}):
        answer = ana.post(at(cast, one), wrong)
        assert (answer.status_code, "Nothing was charged." in answer.text) == (409, True)
    assert not PaymentAttempt.objects.exists()
    assert balances(one, note) == [10_000, 2_000]


def test_what_was_ticked_stays_ticked_when_something_is_wrong(cast: Cast, till: Till) -> None:
    one, note = invoice(cast), credit_note(cast, amount="20")
    _answer, form = ticked(cast, at(cast, one), note)
    answer = visitor(cast.ana).post(at(cast, one), form | {"method": ""})
    assert (answer.status_code, form_of(answer)["use"]) == (422, [str(note.id)])
    assert "Pay £80.00" in answer.text


def test_what_changed_meanwhile_is_said_and_nothing_is_used(cast: Cast, till: Till) -> None:
    one, note = invoice(cast), credit_note(cast, amount="150")
    _answer, form = ticked(cast, at(cast, one), note)
    pay(cast, cast.bakery, 2_000, {one.id: 2_000})
    before = everything()
    stale = visitor(cast.ana).post(at(cast, one), form)
    assert (stale.status_code, "What is owed changed after you opened this page." in stale.text) == (409, True)
    assert everything() == before
    by_card = visitor(cast.ana).post(at(cast, one), form | card(till))
    assert by_card.status_code == 409


def test_a_declined_card_leaves_everything_as_it_was(cast: Cast, till: Till) -> None:
    one, ahead = invoice(cast), paid_retainer(cast, amount="30")
    _answer, form = ticked(cast, at(cast, one), ahead)
    answer = visitor(cast.ana).post(at(cast, one), form | card(till, DECLINED), follow=True)
    assert "You were not charged." in answer.text
    assert form_of(answer)["use"] == [str(ahead.id)]
    assert balances(one, ahead) == [10_000, 3_000]


def test_a_declined_card_for_several_leads_back_to_all_of_them(cast: Cast, till: Till) -> None:
    late, one = invoice(cast, amount="30", dated=days_ago(60)), invoice(cast, amount="50")
    note = credit_note(cast, amount="40")
    _answer, form = ticked(cast, at(cast, late, one), note)
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/pay/"
    answer = visitor(cast.ana).post(address, form | card(till, DECLINED), follow=True)
    assert form_of(answer)["invoice"] == [str(late.id), str(one.id)]
    assert form_of(answer)["use"] == [str(note.id)]
    assert balances(late, one, note) == [3_000, 5_000, 4_000]


def test_others_credits_are_neither_offered_nor_used(cast: Cast, till: Till) -> None:
    one, theirs, elsewhere = invoice(cast), credit_note(cast, cast.tidewater), credit_note(cast, cast.foyle)
    for note in (theirs, elsewhere):
        answer, form = ticked(cast, at(cast, one), note)
        assert answer.context["own"] == []
        done = visitor(cast.ana).post(at(cast, one), form | card(till) | {"use": [str(note.id)], "amount": "90"})
        assert done.status_code in (303, 409, 422)
    assert balances(theirs, elsewhere) == [10_000, 10_000]


def test_nothing_is_offered_where_it_is_switched_off_or_paid_ahead(cast: Cast, till: Till) -> None:
    one, ahead = invoice(cast), retainer(cast)
    note = credit_note(cast, amount="20")
    ana, address = visitor(cast.ana), f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/retainers/{ahead.id}/pay/"
    assert ana.get(ticking(address, note)).context["own"] == []
    answer, form = ticked(cast, at(cast, one), note)
    assert "Use your credits" in answer.text
    switch(cast, own_credits=False)
    assert "Use your credits" not in ana.get(at(cast, one)).text
    late = ana.post(at(cast, one), form | card(till))
    assert (late.status_code, balances(one, note)) == (409, [10_000, 2_000])


def test_who_came_by_a_link_sees_no_credits(cast: Cast, till: Till) -> None:
    mailed, note = mail(cast), credit_note(cast, amount="20")
    answer = mailed.opened().get(ticking(mailed.at("pay/"), note))
    assert (answer.status_code, answer.context["own"]) == (200, [])
    assert note.number not in answer.text


def test_the_page_takes_as_many_queries_however_much_there_is(
    cast: Cast, till: Till, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    one, ana = invoice(cast), visitor(cast.ana)
    for _ in range(5):
        credit_note(cast, amount="2")
        paid_retainer(cast, amount="2")
    ana.get(at(cast, one))
    with django_assert_max_num_queries(8):
        answer = ana.get(at(cast, one))
    assert len(answer.context["own"]) == 10
    assert len(re.findall(r'name="use"', answer.text)) == 10
