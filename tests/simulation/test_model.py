"""The model itself, by figures worked out by hand, and the drawing of histories."""

from collections import Counter

from . import drawing, model
from .operations import (
    BEFORE,
    CREDIT,
    DOUBLED,
    FAULTS,
    GATEWAY,
    HEARINGS,
    IN_ORDER,
    LOST,
    ONCE_MORE,
    OPEN_AGAIN,
    OTHER,
    PAID,
    REFUND_FAILS,
    REORDERED,
    SLOW,
    STAYS_PAID,
    TWICE,
    Operation,
)
from .uses import Uses

ISSUED = Operation("issue", "A", minor=10_000)  # and 500 and 1000 of tax
IN_FULL = Operation("pay", "p1", how=PAID, shares=(("A", 11_500),))


def test_an_invoice_paid_in_full_owes_nothing() -> None:
    figures = model.after([ISSUED, IN_FULL]).figures()
    assert figures["invoices"] == {"A": ("issued", 11_500, 0)}
    assert (figures["owed"], figures["credit"], figures["cash"]) == (0, 0, 11_500)
    assert figures["sold and taxed"] == [10_000, 500, 1_000]


def test_what_was_charged_counts_only_once_it_is_heard_of() -> None:
    lost = Operation("pay", "p1", how=LOST, shares=(("A", 11_500),))
    assert model.after([ISSUED, lost]).figures()["tries"] == {"p1": "open"}
    assert model.after([ISSUED, lost]).payable("A") == 0
    heard = model.after([ISSUED, lost, Operation("hear", "p1", how=DOUBLED)])
    assert heard.figures()["tries"] == {"p1": "paid"}
    assert heard.figures()["cash"] == 11_500


def test_a_payment_that_the_gateway_never_heard_of_is_let_go() -> None:
    pay = Operation("pay", "p1", how=PAID, trouble=f"opening: {BEFORE}", shares=(("A", 11_500),))
    asked = model.after([ISSUED, pay, Operation("ask", "p1")])
    assert asked.figures()["tries"] == {"p1": "cancelled"}
    assert (asked.payable("A"), asked.figures()["cash"]) == (11_500, 0)


def test_money_for_an_invoice_that_became_void_meanwhile_is_credit() -> None:
    slow = Operation("pay", "p1", how=SLOW, shares=(("A", 11_500),))
    late = [Operation("end", "p1", how="paid"), Operation("hear", "p1", how=REORDERED)]
    figures = model.after([ISSUED, slow, Operation("void", "A"), *late]).figures()
    assert (figures["invoices"], figures["credit"]) == ({"A": ("void", 11_500, 0)}, 11_500)
    assert figures["sold and taxed"] == [0, 0, 0]


def test_a_refund_opens_the_invoice_again_or_makes_the_sale_smaller() -> None:
    again = Operation("refund", "r1", "p1", 1_150, OTHER, effect=OPEN_AGAIN, shares=(("A", 1_150),))
    figures = model.after([ISSUED, IN_FULL, again]).figures()
    assert (figures["owed"], figures["cash"]) == (1_150, 10_350)
    assert figures["sold and taxed"] == [10_000, 500, 1_000]
    stays = Operation("refund", "r1", "p1", 1_150, OTHER, effect=STAYS_PAID, shares=(("A", 1_150),))
    figures = model.after([ISSUED, IN_FULL, stays]).figures()
    assert (figures["owed"], figures["cash"]) == (0, 10_350)
    assert figures["sold and taxed"] == [9_000, 450, 900]
    credit = Operation("refund", "r1", "p1", 1_150, CREDIT, effect=STAYS_PAID, shares=(("A", 1_150),))
    figures = model.after([ISSUED, IN_FULL, credit]).figures()
    assert (figures["credit"], figures["cash"]) == (1_150, 11_500)


def test_a_refund_that_fails_later_is_as_if_it_had_not_been() -> None:
    paid = Operation("pay", "p1", how=REFUND_FAILS, shares=(("A", 11_500),))
    refund = Operation("refund", "r1", "p1", 4_000, GATEWAY, effect=OPEN_AGAIN, shares=(("A", 4_000),))
    under_way = model.after([ISSUED, paid, refund])
    assert under_way.figures()["returns"] == {"r1": (4_000, "pending", False)}
    assert under_way.figures()["owed"] == 4_000
    ended = [Operation("end_refund", "r1", "p1", how="failed"), Operation("hear", "p1", how=IN_ORDER)]
    figures = model.after([ISSUED, paid, refund, *ended]).figures()
    assert (figures["owed"], figures["cash"]) == (0, 11_500)


def test_a_chargeback_takes_the_money_at_once_and_brings_it_back_when_it_is_won() -> None:
    taken = [ISSUED, IN_FULL, Operation("dispute", "r1", "p1", 11_500), Operation("hear", "p1", how=IN_ORDER)]
    figures = model.after(taken).figures()
    assert (figures["owed"], figures["cash"], figures["returns"]["r1"]) == (11_500, 0, (11_500, "open", True))
    won = [*taken, Operation("close", "r1", "p1", how="won"), Operation("hear", "p1", how=ONCE_MORE)]
    figures = model.after(won).figures()
    assert (figures["owed"], figures["cash"], figures["returns"]["r1"]) == (0, 11_500, (11_500, "won", False))


def test_a_chargeback_of_what_was_given_back_is_lost_until_the_refund_fails() -> None:
    paid = Operation("pay", "p1", how=REFUND_FAILS, shares=(("A", 11_500),))
    refund = Operation("refund", "r1", "p1", 4_000, GATEWAY, effect=OPEN_AGAIN, shares=(("A", 4_000),))
    heard = Operation("hear", "p1", how=IN_ORDER)
    taken = [ISSUED, paid, refund, Operation("dispute", "r2", "p1", 11_500), heard]
    figures = model.after(taken).figures()
    assert (figures["owed"], figures["cash"], figures["lost"]) == (11_500, -4_000, 4_000)
    won = model.after([*taken, Operation("close", "r2", "p1", how="won"), heard]).figures()
    assert (won["owed"], won["cash"], won["lost"]) == (4_000, 7_500, 0)
    failed = [*taken, Operation("end_refund", "r1", "p1", how="failed"), heard]
    figures = model.after(failed).figures()
    assert (figures["owed"], figures["cash"], figures["lost"]) == (11_500, 0, 0)
    figures = model.after([*failed, Operation("close", "r2", "p1", how="won"), heard]).figures()
    assert (figures["owed"], figures["cash"], figures["lost"]) == (0, 11_500, 0)


def test_a_credit_note_makes_the_sale_smaller_and_pays() -> None:
    used = [ISSUED, Operation("credit", "n1", minor=2_000), Operation("apply", "n1", "A", 1_500)]
    figures = model.after(used).figures()
    assert (figures["notes"], figures["owed"], figures["credit"]) == ({"n1": (2_300, 800)}, 10_000, 800)
    assert figures["sold and taxed"] == [8_000, 400, 800]
    figures = model.after([*used, Operation("take_off", "n1", "A")]).figures()
    assert (figures["owed"], figures["credit"]) == (11_500, 2_300)


ASKED = Operation("ask_ahead", "R1", minor=6_000)
AHEAD = Operation("pay", "p1", how=PAID, shares=(("R1", 6_000),))


def test_what_is_paid_ahead_is_held_and_used() -> None:
    paid = [ISSUED, ASKED, AHEAD]
    figures = model.after(paid).figures()
    assert (figures["ahead"], figures["held"], figures["credit"]) == ({"R1": ("issued", 6_000, 0, 6_000)}, 6_000, 0)
    assert (figures["owed"], figures["cash"], figures["sold and taxed"]) == (11_500, 6_000, [10_000, 500, 1_000])
    drawn = model.after([*paid, Operation("draw", "R1", "A", 4_000)])
    assert (drawn.figures()["owed"], drawn.figures()["held"], drawn.obtainable("R1")) == (7_500, 2_000, 6_000)
    figures = model.after([*paid, Operation("draw", "R1", "A", 4_000), Operation("void", "A")]).figures()
    assert (figures["held"], figures["credit"]) == (6_000, 0)


def test_money_for_what_was_asked_ahead_and_is_void_is_credit() -> None:
    slow = Operation("pay", "p1", how=SLOW, shares=(("R1", 6_000),))
    late = [Operation("end", "p1", how="paid"), Operation("hear", "p1", how=IN_ORDER)]
    figures = model.after([ASKED, slow, Operation("void_ahead", "R1"), *late]).figures()
    assert (figures["ahead"], figures["credit"]) == ({"R1": ("void", 6_000, 0, 0)}, 6_000)


def test_a_refund_gives_back_what_is_held_and_a_chargeback_takes_it_off_the_invoice() -> None:
    drawn = [ISSUED, ASKED, AHEAD, Operation("draw", "R1", "A", 4_000)]
    refund = Operation("refund", "r1", "p1", 2_000, OTHER, effect=OPEN_AGAIN, shares=(("R1", 2_000),))
    figures = model.after([*drawn, refund]).figures()
    assert (figures["ahead"]["R1"], figures["owed"], figures["cash"]) == (("issued", 6_000, 0, 0), 7_500, 4_000)
    taken = [*drawn, Operation("dispute", "r2", "p1", 6_000), Operation("hear", "p1", how=IN_ORDER)]
    figures = model.after(taken).figures()
    assert (figures["ahead"]["R1"], figures["owed"], figures["cash"]) == (("issued", 6_000, 6_000, 0), 11_500, 0)
    assert figures["returns"]["r2"] == (6_000, "open", False)
    won = [*taken, Operation("close", "r2", "p1", how="won"), Operation("hear", "p1", how=IN_ORDER)]
    assert model.after(won).figures()["ahead"]["R1"] == ("issued", 6_000, 0, 6_000)


def test_parts_add_up_to_the_penny() -> None:
    assert model.in_parts(100, [10_000, 500, 1_000]) == [87, 4, 9]
    assert model.in_parts(1, [1, 1, 1]) == [1, 0, 0]


def test_a_seed_is_a_history_and_another_seed_is_another() -> None:
    assert drawing.history("1:7") == drawing.history("1:7")
    assert drawing.history("1:7") != drawing.history("1:8")


def test_every_kind_of_operation_fault_and_webhook_is_drawn() -> None:
    drawn = [operation for number in range(2_500) for operation in drawing.history(f"1:{number}")]
    kinds = Counter(operation.what for operation in drawn)
    sums = {"worth", "held", "can_be_void", "missing", "newest_first", "payable", "returnable", "uses", "obtainable"}
    named = vars(model.Expected) | vars(Uses)
    operations = {name for name in named if not name.startswith("_")} - sums - {"figures"}
    assert kinds.keys() == operations
    assert min(kinds.values()) > 10, kinds
    troubles = Counter(operation.trouble for operation in drawn)
    paying = {f"{where}: {fault}" for where in ("opening", "confirming") for fault in FAULTS}
    assert {*FAULTS, *paying, TWICE} <= troubles.keys()
    deaths = {f"{call}: {place}" for call in ("fetch", "find") for place in drawing.PLACES}
    assert deaths <= troubles.keys()
    assert {operation.how for operation in drawn if operation.what == "hear"} == set(HEARINGS)
    beyond = [number for number in range(200) if model.after(drawing.history(f"1:{number}")).figures()["lost"]]
    assert len(beyond) > 10, beyond
