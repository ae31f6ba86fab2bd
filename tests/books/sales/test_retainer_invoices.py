"""Retainer invoices: written, issued, made void; paid, used for invoices, given back; and what is held of them."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.ledger.models import Account, CustomerBalance, Leg, Posting
from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import organizations
from counterfoil.books.payments import allocations, attempts, returns
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import conversions, invoices, origins, quotes, reports, retainer_invoices, write_offs
from counterfoil.books.sales.models import Invoice, RetainerInvoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.retainer_invoices import RetainerContent
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support.books import credit_note, draft_retainer, invoice, paid_retainer, pay, quote, retainer
from tests.support.cast import Cast, actor
from tests.support.locking import days_ago, today
from tests.support.races import at_once
from tests.support.refusals import refused
from tests.support.till import Till

GATEWAY, OTHER = Return.Way.GATEWAY, Return.Way.OTHER


def status(one: Any) -> str:
    one.refresh_from_db()
    return str(one.status(today()))


def figures(one: Any) -> tuple[int, int]:
    """What is to be paid of it and what is held, checked against the ledger as a whole."""
    assert differences() == []
    one.refresh_from_db()
    return one.unpaid_minor, one.balance_minor


def held(customer: Any) -> int:
    return CustomerBalance.objects.get(customer=customer).retained_minor


def draw(cast: Cast, one: Any, shares: dict[int, int], *, by: Any = None) -> Any:
    one.refresh_from_db()
    return allocations.draw(one, shares, by=by or cast.by_olga, held_seen=one.balance_minor)


def give_back(cast: Cast, one: Any, minor: int, *, way: Return.Way = OTHER, key: str = "k" * 24) -> Return:
    payment = Payment.objects.get()
    wish = Wish(Money(minor, "GBP"), way, Return.Effect.OPEN_AGAIN, {one.id: minor})
    return returns.begin(payment, wish, by=cast.by_olga, form_key=key)


def void(cast: Cast, one: Any) -> Any:
    return retainer_invoices.void(one, by=cast.by_olga, revision=one.revision)


def test_it_bears_no_tax_and_is_numbered_when_it_is_issued(cast: Cast) -> None:
    from counterfoil.books.organizations import taxes

    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    line = LineContent("Ahead", Decimal(2), Decimal("30.50"), tax_rate_id=vat.id)
    draft = draft_retainer(cast, lines=[line], shipping_tax_rate_id=vat.id, is_inclusive=True)
    assert (draft.number, draft.total_minor, draft.tax_minor, draft.is_inclusive) == ("", 6_100, 0, False)
    one = retainer_invoices.mark_as_sent(draft, by=cast.by_olga, revision=1)
    assert (one.number, one.unpaid_minor, one.state) == ("RET-000001", 6_100, "issued")
    assert one.revisions.get().content["due_on"] is None


def test_sending_one_posts_nothing_and_owes_nothing(cast: Cast) -> None:
    one = retainer(cast)
    assert not Posting.objects.exists()
    assert reports.aged(cast.studio.id, today(), today=today()) == []
    assert reports.billed(cast.studio.id, days_ago(9), today()) == []
    assert figures(one) == (10_000, 0)


def test_paying_it_holds_the_money_for_the_customer_and_is_no_revenue(cast: Cast) -> None:
    one = paid_retainer(cast)
    assert figures(one) == (0, 10_000)
    balance = CustomerBalance.objects.get(customer=cast.bakery)
    assert (balance.receivable_minor, balance.credit_minor, balance.retained_minor) == (0, 0, 10_000)
    assert {leg.account for leg in Leg.objects.all()} == {Account.CASH, Account.CREDIT, Account.RETAINER}
    assert reports.taxed(cast.studio.id, days_ago(9), today()) == []


def test_it_pays_an_invoice_and_is_taken_off_again(cast: Cast) -> None:
    one, bill, other = paid_retainer(cast), invoice(cast, amount="60"), invoice(cast, amount="70")
    draw(cast, one, {bill.id: 6_000, other.id: 1_500})
    assert figures(one) == (0, 2_500)
    assert [row.balance_minor for row in Invoice.objects.order_by("id")] == [0, 5_500]
    (billed,) = reports.billed(cast.studio.id, days_ago(9), today())
    assert (billed.invoiced_minor, billed.applied_minor, billed.balance_minor) == (13_000, 7_500, 5_500)
    allocations.take_off(one, bill, by=cast.by_olga)
    assert figures(one) == (0, 8_500)
    with refused("NOT_USED"):
        allocations.take_off(one, bill, by=cast.by_olga)
    # It can be applied from the invoice's page too, together with other credit.
    note = credit_note(cast, amount="5")
    allocations.apply(bill, {one.id: 5_500, note.id: 500}, by=cast.by_olga, balance_seen=6_000)
    assert figures(one) == (0, 3_000)
    assert Invoice.objects.get(id=bill.id).balance_minor == 0


def test_its_status_is_the_first_that_fits(cast: Cast) -> None:
    one = draft_retainer(cast, due_on=today())
    assert status(one) == "draft"
    retainer_invoices.mark_as_sent(one, by=cast.by_olga, revision=1)
    assert status(one) == "sent"
    assert retainer(cast, dated=days_ago(5), due_on=days_ago(1)).status(today()) == "overdue"
    one.refresh_from_db()
    retainer_invoices.view(one, by=cast.by_ana)
    assert status(one) == "viewed"
    pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    assert status(one) == "paid"
    bill = invoice(cast, amount="60")
    draw(cast, one, {bill.id: 6_000})
    assert status(one) == "partially_drawn"
    give_back(cast, one, 4_000)
    assert status(one) == "drawn"
    assert status(void(cast, retainer(cast))) == "void"


def test_only_a_draft_is_edited_and_deleted(cast: Cast) -> None:
    draft, one = draft_retainer(cast), retainer(cast)
    content = RetainerContent(dated=today(), lines=[LineContent("Less", Decimal(1), Decimal(9))], due_on=today())
    edited = retainer_invoices.edit(draft, content, by=cast.by_olga, revision=1)
    assert (edited.total_minor, edited.due, edited.revision) == (900, today(), 2)
    with refused("RETAINER_INVOICE_CHANGED"):
        retainer_invoices.edit(draft, content, by=cast.by_olga, revision=1)
    with refused("NOT_A_DRAFT"):
        retainer_invoices.edit(one, content, by=cast.by_olga, revision=one.revision)
    with refused("NOT_A_DRAFT"):
        retainer_invoices.delete(one, by=cast.by_olga, revision=one.revision)
    retainer_invoices.delete(edited, by=cast.by_olga, revision=2)
    assert RetainerInvoice.objects.get() == one


def test_it_is_void_only_while_nothing_was_paid_of_it(cast: Cast) -> None:
    one, paid = retainer(cast), paid_retainer(cast)
    with refused("RETAINER_PAID"):
        void(cast, paid)
    give_back(cast, paid, 10_000)
    with refused("RETAINER_PAID"):
        void(cast, paid)
    assert figures(void(cast, one)) == (0, 0)
    with refused("NOT_ISSUED"):
        void(cast, one)
    with refused("NOT_PAYABLE"):
        pay(cast, cast.bakery, 10_000, {one.id: 10_000})


def test_nothing_to_pay_is_not_asked_for(cast: Cast) -> None:
    draft = draft_retainer(cast, amount="0")
    with refused("NOTHING_TO_PAY"):
        retainer_invoices.mark_as_sent(draft, by=cast.by_olga, revision=1)
    with refused("DUE_BEFORE_DATE"):
        draft_retainer(cast, due_on=days_ago(2))


def test_only_staff_write_and_use_them(cast: Cast) -> None:
    one, bill = paid_retainer(cast), invoice(cast)
    for who in (cast.ana, cast.vera, cast.otto):
        by = actor(who)
        with refused("NOT_ALLOWED"):
            draw(cast, one, {bill.id: 100}, by=by)
        with refused("NOT_ALLOWED"):
            void_by(one, by)
    assert figures(one) == (0, 10_000)


def void_by(one: Any, by: Any) -> None:
    retainer_invoices.void(one, by=by, revision=one.revision)


@pytest.mark.parametrize(("minor", "code"), [(9_999, "PARTIAL_NOT_ALLOWED"), (10_001, "NOT_PAYABLE")])
def test_it_is_paid_whole(cast: Cast, minor: int, code: str) -> None:
    one = retainer(cast)
    with refused(code) as refusal:
        pay(cast, cast.bakery, 20_000, {one.id: minor})
    assert refusal.value.field == f"share-{one.id}"
    assert figures(one) == (10_000, 0)
    assert not Payment.objects.exists()


def test_what_is_paid_beyond_it_is_credit_and_a_payment_may_pay_invoices_too(cast: Cast) -> None:
    one, bill = retainer(cast), invoice(cast, amount="20")
    payment = pay(cast, cast.bakery, 13_000, {one.id: 10_000, bill.id: 2_000})
    assert (figures(one), payment.balance_minor) == ((0, 10_000), 1_000)
    told = Event.objects.get(name="payment.recorded").data
    assert (told["retainers"], told["invoices"]) == ({str(one.id): 10_000}, {str(bill.id): 2_000})


def test_no_more_of_it_is_used_than_is_held_nor_for_anothers_invoice(cast: Cast) -> None:
    one, bill, strange = paid_retainer(cast), invoice(cast, amount="200"), invoice(cast, cast.tidewater)
    with refused("CREDIT_USED") as refusal:
        draw(cast, one, {bill.id: 10_001})
    assert refusal.value.field == f"share-{bill.id}"
    with refused("CREDIT_USED"):
        allocations.apply(strange, {one.id: 100}, by=cast.by_olga, balance_seen=10_000)
    with refused("NOT_PAYABLE"):
        draw(cast, one, {strange.id: 100})
    with refused("RETAINER_CHANGED"):
        allocations.draw(one, {bill.id: 100}, by=cast.by_olga, held_seen=9_999)
    with refused("NOTHING_CHOSEN"):
        draw(cast, one, {})
    assert figures(one) == (0, 10_000)
    assert figures(retainer(cast)) == (10_000, 0)


def test_what_is_not_paid_yet_can_not_be_used(cast: Cast) -> None:
    one, bill = retainer(cast), invoice(cast)
    with refused("CREDIT_USED"):
        allocations.apply(bill, {one.id: 100}, by=cast.by_olga, balance_seen=10_000)


def test_a_void_invoice_gives_back_what_a_retainer_paid_of_it(cast: Cast) -> None:
    one, bill = paid_retainer(cast), invoice(cast, amount="60")
    draw(cast, one, {bill.id: 6_000})
    bill.refresh_from_db()
    invoices.void(bill, by=cast.by_olga, revision=bill.revision)
    assert figures(one) == (0, 10_000)
    assert held(cast.bakery) == 10_000


def test_what_is_held_is_given_back_once(cast: Cast) -> None:
    one = paid_retainer(cast)
    first, second = give_back(cast, one, 3_000), give_back(cast, one, 3_000)
    assert first == second
    assert (figures(one), status(one)) == ((0, 7_000), "partially_drawn")
    bill = invoice(cast, amount="60")
    draw(cast, one, {bill.id: 6_000})
    with refused("RETAINER_USED"):
        give_back(cast, one, 1_001, key="l" * 24)
    wish = Wish(Money(500, "GBP"), Return.Way.CREDIT, Return.Effect.OPEN_AGAIN, {one.id: 500})
    with refused("HELD"):
        returns.begin(Payment.objects.get(), wish, by=cast.by_olga, form_key="m" * 24)
    give_back(cast, one, 1_000, key="n" * 24)
    assert (figures(one), status(one)) == ((0, 0), "drawn")


def test_an_accepted_quote_becomes_one_over_its_whole_total_and_an_invoice_later(cast: Cast) -> None:
    offer = quote(cast, amount="250")
    quotes.accept(offer, by=cast.by_ana, revision=1)
    offer.refresh_from_db()
    one = conversions.quote_to_retainer_invoice(offer, by=cast.by_olga, revision=1)
    assert (one.state, one.total_minor, origins.origin_of(one)) == ("draft", 25_000, offer)
    assert one.lines.get().name == f"Retainer for quote {offer.number}"
    with refused("ALREADY_MADE"):
        conversions.quote_to_retainer_invoice(offer, by=cast.by_olga, revision=1)
    with refused("QUOTE_ORDERED"):
        quotes.edit(offer, quotes.content_of(offer, list(offer.lines.all())), by=cast.by_olga, revision=1)
    bill = conversions.quote_to_invoice(offer, by=cast.by_olga, revision=1)
    assert origins.made_of(offer) == [one, bill]
    retainer_invoices.delete(one, by=cast.by_olga, revision=one.revision)
    offer.refresh_from_db()
    assert offer.state == "invoiced"


def test_it_becomes_one_by_itself_where_the_organization_prefers_that(cast: Cast) -> None:
    organizations.change_quotes(
        cast.studio,
        asks_for_signature=False,
        accepted_becomes="retainer_invoice",
        by=cast.by_olga,
        revision=cast.studio.revision,
    )
    offer = quote(cast, amount="40")
    quotes.accept(offer, by=cast.by_ana, revision=1)
    assert RetainerInvoice.objects.get().total_minor == 4_000
    offer.refresh_from_db()
    assert offer.state == "accepted"


def test_the_database_holds_the_walls(cast: Cast) -> None:
    one = paid_retainer(cast)
    for wrong in (
        {"state": "void"},
        {"tax_minor": 1},
        {"unpaid_minor": 1},
        {"balance_minor": 10_001},
        {"state": "draft"},
        {"number": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RetainerInvoice.objects.filter(id=one.id).update(**wrong)


def test_verify_says_where_a_figure_differs(cast: Cast) -> None:
    one = paid_retainer(cast)
    RetainerInvoice.objects.filter(id=one.id).update(total_minor=12_000)
    assert any("is said to be paid" in line for line in differences())
    RetainerInvoice.objects.filter(id=one.id).update(total_minor=10_000, balance_minor=9_000)
    assert any("said to be held" in line for line in differences())


# Through a gateway.


def test_a_card_pays_it_whole_and_by_itself(cast: Cast, till: Till) -> None:
    one, bill = retainer(cast), invoice(cast)
    with refused("NOT_TOGETHER"):
        begin(cast, till, {one.id: 10_000, bill.id: 10_000})
    with refused("PARTIAL_NOT_ALLOWED"):
        begin(cast, till, {one.id: 9_000})
    attempt = till.collect(begin(cast, till, {one.id: 10_000}))
    assert (attempt.state, figures(one)) == ("paid", (0, 10_000))
    with refused("NOT_PAYABLE"):
        begin(cast, till, {one.id: 10_000}, key="l" * 32)
    assert till.charges(attempt) == 1


def begin(cast: Cast, till: Till, shares: dict[int, int], *, key: str = "k" * 32) -> Any:
    return attempts.begin(
        shares,
        customer_id=cast.bakery.id,
        gateway=till.account,
        capabilities=till.capabilities(),
        by=cast.by_ana,
        form_key=key,
        method=attempts.Method(token="pm_card_4242424242424242"),
    )


def test_while_it_is_being_paid_nobody_pays_it_again(cast: Cast, till: Till) -> None:
    one = retainer(cast)
    attempt = begin(cast, till, {one.id: 10_000})
    assert attempts.payable_minor(one) == 0
    with refused("PAYMENT_IN_PROGRESS"):
        begin(cast, till, {one.id: 10_000}, key="l" * 32)
    # What comes of it after it was made void is the customer's credit.
    void(cast, one)
    payment = till.collect(attempt).payment
    assert (figures(one), payment.balance_minor, held(cast.bakery)) == ((0, 0), 10_000, 0)


def test_a_chargeback_makes_it_unpaid_again_and_opens_what_it_paid(cast: Cast, till: Till) -> None:
    from counterfoil.books.payments.gateways.interface import DisputeState
    from tests.support.histories import History

    one, bill, history = retainer(cast), invoice(cast, amount="60"), History(cast)
    payment = till.collect(begin(cast, till, {one.id: 10_000})).payment
    draw(cast, one, {bill.id: 6_000})
    history.dispute(payment, 10_000, DisputeState.OPEN)
    assert (figures(one), status(one)) == ((10_000, 0), "sent")
    bill.refresh_from_db()
    assert (bill.balance_minor, bill.reopened_at is not None) == (6_000, True)
    back = payment.returns.get()
    assert (back.must_decide, back.shares.get().document) == (False, one)
    history.dispute(payment, 10_000, DisputeState.WON)
    assert (figures(one), status(one), held(cast.bakery)) == ((0, 10_000), "paid", 10_000)


def test_a_chargeback_of_what_paid_an_invoice_that_is_written_off_now_is_credited_on_that(
    cast: Cast, till: Till
) -> None:
    from counterfoil.books.payments.gateways.interface import DisputeState
    from tests.support.histories import History

    one, bill, history = retainer(cast), invoice(cast, amount="80"), History(cast)
    payment = till.collect(begin(cast, till, {one.id: 10_000})).payment
    draw(cast, one, {bill.id: 6_000})
    bill.refresh_from_db()
    write_offs.write_off(bill, by=cast.by_olga, revision=bill.revision)
    history.dispute(payment, 10_000, DisputeState.OPEN)
    assert figures(one) == (4_000, 0)
    assert {share.document for share in payment.returns.get().shares.all()} == {one, bill}
    history.dispute(payment, 10_000, DisputeState.WON)
    assert figures(one) == (0, 4_000)


def test_a_refund_that_fails_is_held_again(cast: Cast, till: Till) -> None:
    from counterfoil.books.payments import following
    from counterfoil.books.payments.gateways.interface import Failure

    one = retainer(cast)
    till.collect(begin(cast, till, {one.id: 10_000}))
    back = give_back(cast, one, 4_000, way=GATEWAY)
    assert figures(one) == (0, 6_000)
    following.fail(back, Failure("refund_failed", "no"))
    assert (figures(one), status(one)) == ((0, 10_000), "paid")


def test_what_somebody_refunds_at_the_gateway_itself_is_taken_off_the_invoices_as_far_as_needed(
    cast: Cast, till: Till
) -> None:
    from counterfoil.books.payments.gateways.interface import RefundState
    from tests.support.histories import History

    one, bill = retainer(cast), invoice(cast, amount="80")
    payment = till.collect(begin(cast, till, {one.id: 10_000})).payment
    draw(cast, one, {bill.id: 8_000})
    History(cast).refund_there(payment, 5_000, RefundState.PAID)
    assert (figures(one), status(one)) == ((0, 0), "drawn")
    bill.refresh_from_db()
    assert bill.balance_minor == 3_000
    assert not payment.returns.get().must_decide


def test_two_who_draw_one_retainer_at_once_use_it_once(both_databases: str, cast: Cast) -> None:
    one, bills = paid_retainer(cast), [invoice(cast) for _ in range(4)]
    outcomes = at_once(
        4, lambda place: allocations.draw(one, {bills[place].id: 10_000}, by=cast.by_olga, held_seen=10_000)
    )
    assert sum(outcome.error is None for outcome in outcomes) == 1
    assert {getattr(outcome.error, "code", None) for outcome in outcomes if outcome.error} == {"RETAINER_CHANGED"}
    assert figures(one) == (0, 0)


def test_who_draws_gives_back_and_voids_it_at_once_does_one_of_them(both_databases: str, cast: Cast) -> None:
    one, bill = paid_retainer(cast), invoice(cast)
    acts = (
        lambda: allocations.draw(one, {bill.id: 10_000}, by=cast.by_olga, held_seen=10_000),
        lambda: give_back(cast, one, 10_000, key=f"{id(object())}-by-somebody-else"),
        lambda: void(cast, one),
    )
    outcomes = at_once(12, lambda place: acts[place % 3]())
    assert sum(outcome.error is None for outcome in outcomes) == 1
    codes = {getattr(outcome.error, "code", outcome.error) for outcome in outcomes if outcome.error}
    assert codes <= {"RETAINER_CHANGED", "RETAINER_USED", "REFUND_TOO_LARGE", "RETAINER_PAID"}
    assert figures(one) == (0, 0)
