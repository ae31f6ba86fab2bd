"""Random histories of every operation that posts to the ledger, for what must be true after each of them."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from counterfoil.books.ledger import ledger
from counterfoil.books.payments import allocations, following, payments, returns
from counterfoil.books.payments.gateways.interface import (
    DisputeSnapshot,
    DisputeState,
    RefundSnapshot,
    RefundState,
    Snapshot,
    State,
)
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import conversions, credit_notes, invoices, opening, retainer_invoices, write_offs
from counterfoil.books.sales.credit_notes import CreditNoteContent, RefundWish
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import CreditNote, Invoice, RetainerInvoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.retainer_invoices import RetainerContent
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused

from .cast import Cast, customer
from .locking import days_ago, today

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
VERBS = (
    "issue",
    "edit",
    "pay",
    "apply",
    "take off",
    "write off",
    "undo",
    "void",
    "reinstate",
    "refund",
    "keep as credit",
    "open",
    "close",
)
GATEWAY_VERBS = ("charge back", "win", "refund there", "fail", "decide")
RETAINER_VERBS = ("ask ahead", "pay ahead", "draw", "take retainer off", "refund ahead", "void retainer")
CREDIT_VERBS = ("credit", "credit of it", "use credit", "take credit off", "give credit back", "void credit")


def steps(verbs: Sequence[str] = VERBS, *, ahead: int = 0, most: int = 14) -> Any:
    """What `History.do` takes, and how many days pass before it. `ahead` are days that something may be dated ahead."""
    return st.lists(
        st.tuples(
            st.sampled_from(verbs),
            st.integers(0, 30),  # which document
            st.integers(-ahead, 12),  # how many days back it counts
            st.integers(1, 90),  # pounds
            st.sampled_from((0, 0, 1, 7, 35)),  # how many days pass before it
        ),
        min_size=1,
        max_size=most,
    )


class History:
    """Does one thing after the other. What is refused is as if it had not been tried."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.by = cast, cast.by_olga
        self.customers = [cast.bakery, customer(cast.studio, "Mill", "GBP", by=cast.by_olga)]

    def do(self, verb: str, place: int, back: int, pounds: int) -> date | None:
        """One verb about whichever document its place falls on: the day on which what it changed begins."""
        who = self.customers[place % 2]
        bills = list(Invoice.objects.filter(customer=who).order_by("id"))
        money = list(Payment.objects.filter(customer=who).order_by("id"))
        notes = list(CreditNote.objects.filter(customer=who).order_by("id"))
        ahead = list(RetainerInvoice.objects.filter(customer=who).order_by("id"))
        every = (bills, money, notes, ahead)
        chosen: list[Any] = [rows[place // 2 % len(rows)] if rows else None for rows in every]
        one, payment, note, retainer = chosen
        acts: dict[str, tuple[Any, Callable[[], date]]] = {
            "issue": (who, lambda: self.issue(who, days_ago(back), pounds)),
            "edit": (one, lambda: self.edit(one, days_ago(back), pounds)),
            "pay": (who, lambda: self.pay(who, one, days_ago(back), pounds * 100)),
            "apply": (one and payment, lambda: self.apply(one, payment)),
            "take off": (one and payment, lambda: self.today(allocations.take_off, payment, one)),
            "write off": (one, lambda: self.today(write_offs.write_off, one, revision=one.revision)),
            "undo": (one, lambda: self.today(write_offs.undo, one, revision=one.revision)),
            "void": (one, lambda: self.today(invoices.void, one, revision=one.revision)),
            "reinstate": (one, lambda: self.today(invoices.reinstate, one, revision=one.revision)),
            "refund": (payment, lambda: self.give_back(payment, pounds * 100, Return.Way.OTHER, back)),
            "keep as credit": (payment, lambda: self.give_back(payment, pounds * 100, Return.Way.CREDIT, back)),
            "open": (who, lambda: self.open(who, pounds * 100, days_ago(back))),
            "close": (who, lambda: self.open(who, 0, None)),
            "charge back": (payment, lambda: self.dispute(payment, pounds * 100, DisputeState.OPEN)),
            "win": (payment, lambda: self.dispute(payment, pounds * 100, DisputeState.WON)),
            "refund there": (payment, lambda: self.refund_there(payment, pounds * 100, RefundState.PAID)),
            "fail": (payment, lambda: self.refund_there(payment, pounds * 100, RefundState.FAILED)),
            "decide": (payment, lambda: self.decide(payment, back)),
            "credit": (who, lambda: self.credit(who, days_ago(back), pounds)),
            "credit of it": (one, lambda: self.credit_of(one)),
            "use credit": (one and note, lambda: self.apply(one, note)),
            "take credit off": (one and note, lambda: self.today(allocations.take_off, note, one)),
            "give credit back": (note, lambda: self.give_credit_back(note, pounds * 100)),
            "ask ahead": (who, lambda: self.ask_ahead(who, days_ago(back), pounds)),
            "pay ahead": (retainer, lambda: self.pay_ahead(who, retainer, days_ago(max(back, 0)), pounds)),
            "draw": (one and retainer, lambda: self.draw(one, retainer, pounds * 100)),
            "take retainer off": (one and retainer, lambda: self.today(allocations.take_off, retainer, one)),
            "refund ahead": (retainer, lambda: self.refund_ahead(retainer, pounds * 100)),
            "void retainer": (
                retainer,
                lambda: self.today(retainer_invoices.void, retainer, revision=retainer.revision),
            ),
            "void credit": (note, lambda: self.today(credit_notes.void, note, revision=note.revision)),
        }
        needed, act = acts[verb]
        if needed is not None:
            with suppress(Refused):
                return act()
        return None

    def today(self, verb: Callable[..., Any], *about: Any, **more: Any) -> date:
        verb(*about, by=self.by, **more)
        return today()

    def content(self, dated: date, pounds: int) -> InvoiceContent:
        lines = [LineContent("Boards", Decimal(1), Decimal(pounds))]
        return InvoiceContent(dated=dated, payment_days=pounds % 40, lines=lines, allows_partial=True)

    def issue(self, who: Any, dated: date, pounds: int) -> date:
        draft = invoices.create(who, self.content(dated, pounds), by=self.by)
        invoices.mark_as_sent(draft, by=self.by, revision=draft.revision)
        return dated

    def edit(self, one: Any, dated: date, pounds: int) -> date:
        """A correction is as if it had been written so at first."""
        since = min(one.dated, dated)
        invoices.edit(one, self.content(dated, pounds), by=self.by, revision=one.revision)
        return since

    def pay(self, who: Any, one: Any, on: date, minor: int) -> date:
        share = min(minor, one.balance_minor) if one else 0
        payments.record(
            customer_id=who.id,
            amount=Money(minor, "GBP"),
            shares={one.id: share} if share else {},
            paid_on=on,
            mode=Payment.Mode.CASH,
            recording_key=secrets.token_hex(8),
            by=self.by,
        )
        return on

    def apply(self, one: Any, payment: Any) -> date:
        minor = min(one.balance_minor, payment.balance_minor)
        return self.today(allocations.apply, one, {payment.id: minor}, balance_seen=one.balance_minor)

    def credit(self, who: Any, dated: date, pounds: int) -> date:
        lines = [LineContent("Boards sent back", Decimal(1), Decimal(pounds))]
        draft = credit_notes.create(who, CreditNoteContent(dated=dated, lines=lines), by=self.by)
        credit_notes.mark_as_sent(draft, by=self.by, revision=draft.revision)
        return dated

    def credit_of(self, one: Any) -> date:
        draft = conversions.invoice_to_credit_note(one, by=self.by, revision=one.revision)
        return self.today(credit_notes.mark_as_sent, draft, revision=draft.revision)

    def give_credit_back(self, note: Any, minor: int) -> date:
        wish = RefundWish(amount=Money(min(minor, note.balance_minor), "GBP"), mode=credit_notes.MODES.CASH)
        return self.today(credit_notes.refund, note, wish, form_key="")

    def ask_ahead(self, who: Any, dated: date, pounds: int) -> date:
        lines = [LineContent("Boards, paid ahead", Decimal(1), Decimal(pounds))]
        draft = retainer_invoices.create(who, RetainerContent(dated=dated, lines=lines), by=self.by)
        return self.today(retainer_invoices.mark_as_sent, draft, revision=draft.revision)

    def pay_ahead(self, who: Any, retainer: Any, on: date, pounds: int) -> date:
        """What is paid ahead is paid whole, and sometimes something beside it."""
        payments.record(
            customer_id=who.id,
            amount=Money(retainer.unpaid_minor + pounds % 3 * 100, "GBP"),
            shares={retainer.id: retainer.unpaid_minor},
            paid_on=on,
            mode=Payment.Mode.CASH,
            recording_key=secrets.token_hex(8),
            by=self.by,
        )
        return on

    def draw(self, one: Any, retainer: Any, minor: int) -> date:
        minor = min(one.balance_minor, retainer.balance_minor, minor)
        return self.today(allocations.draw, retainer, {one.id: minor}, held_seen=retainer.balance_minor)

    def refund_ahead(self, retainer: Any, minor: int) -> date:
        """What is held of it goes back, or a part of that, by the payment that it came with."""
        paid_by = [payment_id for _kind, payment_id in ledger.applied_to(retainer)]
        payment_id = paid_by[-1] if paid_by else 0
        payment = Payment.objects.filter(id=payment_id).first()
        if payment is None:
            raise Refused("NOTHING_PAID", "Nothing was paid of it.")
        minor = min(retainer.balance_minor, minor)
        wish = Wish(
            Money(payment.balance_minor + minor, "GBP"),
            Return.Way.OTHER,
            Return.Effect.OPEN_AGAIN,
            {retainer.id: minor},
        )
        return self.today(returns.begin, payment, wish, form_key=secrets.token_hex(8))

    def give_back(self, payment: Any, minor: int, way: Return.Way, place: int) -> date:
        effect = (Return.Effect.OPEN_AGAIN, Return.Effect.STAYS_PAID)[place % 2]
        used = {target: used for (_kind, target), used in ledger.applied_from(payment).items()}
        minor = min(minor, payment.amount_minor)
        needed, shares = minor if way == Return.Way.CREDIT else max(0, minor - payment.balance_minor), {}
        for target, most in used.items():
            if share := min(most, needed):
                shares[target], needed = share, needed - share
        wish = Wish(Money(minor, "GBP"), way, effect, shares)
        return self.today(returns.begin, payment, wish, form_key=secrets.token_hex(8))

    def open(self, who: Any, minor: int, on: date | None) -> date:
        before = opening.of(who)
        opening.set_balance(who, Money(minor, "GBP"), on, by=self.by)
        return min(day for day in (before.dated if before else None, on, today()) if day is not None)

    def dispute(self, payment: Any, minor: int, state: DisputeState) -> date:
        """The payer's bank took money of a payment back, once for each payment, or that was won."""
        name, money = f"dp_{payment.id}", self.known(payment, f"dp_{payment.id}", minor)
        told = DisputeSnapshot(name, f"pi_{payment.id}", money, state, is_withdrawn=state != DisputeState.WON)
        return self.hear(payment, disputes=(told,))

    def refund_there(self, payment: Any, minor: int, state: RefundState) -> date:
        """Somebody refunded a payment at the gateway itself, once for each payment, or that failed in the end."""
        name, money = f"re_{payment.id}", self.known(payment, f"re_{payment.id}", minor)
        return self.hear(payment, refunds=(RefundSnapshot(name, f"pi_{payment.id}", money, state),))

    def known(self, payment: Any, name: str, minor: int) -> Money:
        """How much the gateway says it was: the same as it said before."""
        before = payment.returns.filter(provider_id=name).first()
        return Money(before.amount_minor if before else min(minor, payment.amount_minor), "GBP")

    def hear(self, payment: Any, **told: Any) -> date:
        money = Money(payment.amount_minor, "GBP")
        following.follow(payment, Snapshot(f"pi_{payment.id}", State.PAID, money, attempt="", live=False, **told))
        return today()

    def decide(self, payment: Any, place: int) -> date:
        effect = (Return.Effect.OPEN_AGAIN, Return.Effect.STAYS_PAID)[place % 2]
        for back in payment.returns.filter(must_decide=True):
            returns.decide(back, effect, by=self.by)
        return today()
