"""What must be true after a list of operations, worked out from the list with additions and subtractions alone.

Nothing of the program is used here. Amounts are pence. The gateway's side is in `Try`: what truly happened there; the
books hear of it only by an answer, a webhook, or when the worker asks.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from .operations import (
    AFTER,
    AFTER_BREAK,
    BEFORE,
    BEFORE_BREAK,
    CHALLENGED,
    CREDIT,
    DECLINED,
    GATEWAY,
    LOST,
    ONCE_MORE,
    OPEN_AGAIN,
    REFUND_FAILS,
    REFUNDED_LATE,
    SLOW,
    STAYS_PAID,
    Operation,
)
from .things import PERCENTS, UNDONE, Back, Child, Grant, Try
from .uses import Uses


def after(operations: Iterable[Operation]) -> "Expected":
    """What must be true once all of these have happened, in this order."""
    expected = Expected()
    for operation in operations:
        getattr(expected, operation.what)(operation)
    return expected


def in_parts(minor: int, weights: list[int]) -> list[int]:
    """In proportion, every penny to somebody: the largest remainders get one more, the first of equal ones."""
    parts = [minor * weight // sum(weights) for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(minor * weights[place] % sum(weights)), place))
    for place in by_remainder[: minor - sum(parts)]:
        parts[place] += 1
    return parts


class Expected(Uses):
    """The state that the operations lead to. Each operation is a method of its name."""

    def __init__(self) -> None:
        super().__init__()
        self.tries: dict[str, Try] = {}
        self.backs: dict[str, Back] = {}

    # What the office does with invoices.

    def edit(self, op: Operation) -> None:
        bill = self.bills[op.of]
        bill.net, bill.revision = op.minor, bill.revision + 1
        self._release(op.of, max(0, sum(bill.used.values()) - bill.total))

    def void(self, op: Operation) -> None:
        bill = self.bills[op.of]
        self._release(op.of, sum(bill.used.values()))
        for grant in bill.grants:
            self._take_back(grant)
        bill.is_void = True

    def reinstate(self, op: Operation) -> None:
        self.bills[op.of].is_void = False

    def refused(self, op: Operation) -> None:
        """Something that must be refused, and change nothing."""

    # Paying.

    def pay(self, op: Operation) -> None:
        one = self.tries[op.of] = Try(dict(op.shares), op.how)
        where, _colon, how = op.trouble.rpartition(": ")
        if where == "opening" and how in (BEFORE, BEFORE_BREAK):
            return
        one.truth, one.is_waiting = "created", True
        if where == "opening":
            return
        one.is_known = True
        if how in (BEFORE, BEFORE_BREAK):
            return
        ends = {DECLINED: "failed", SLOW: "processing", CHALLENGED: "action"}
        one.truth = ends.get(op.how, "paid")
        if how not in (AFTER, AFTER_BREAK) and op.how != LOST:
            self._sync(op.of)

    def end(self, op: Operation) -> None:
        """A payment that takes a while ends at the gateway."""
        one = self.tries[op.of]
        one.truth, one.is_waiting = op.how, True

    def hear(self, op: Operation) -> None:
        """The gateway's webhooks about a payment come."""
        one = self.tries[op.of]
        is_news = one.is_waiting or (op.how == ONCE_MORE and one.is_ignored)
        one.is_waiting, one.is_ignored = False, is_news and not one.is_known
        if is_news and one.is_known:
            self._sync(op.of)

    def ask(self, op: Operation) -> None:
        """Time has passed, and the worker asks about a payment, or about money that goes back."""
        if op.of in self.backs:
            back = self.backs[op.of]
            self._sync(back.payment)
            if back.state == "started":
                self._send(op.of)
            return
        one = self.tries[op.of]
        is_there, one.is_known = one.truth != "none", one.truth != "none"
        if one.truth in ("none", "created", "action"):
            one.believed, one.truth = "cancelled", "cancelled" if is_there else "none"
            one.is_waiting = is_there
        else:
            self._sync(op.of)

    def _sync(self, name: str) -> None:
        """The books look at a payment as the gateway has it."""
        one = self.tries[name]
        if one.truth == "failed" and one.believed == "open":
            # It is closed there, so that nobody can try another card.
            one.believed, one.truth, one.is_waiting = "failed", "cancelled", True
        if one.truth != "paid":
            return
        if name not in self.receipts:
            self._receive(name, one.minor)
            one.believed = "paid"
            for document, minor in one.shares.items():
                self._use_again(name, document, minor)
        # What brought money back comes first, then what took it, and of each kind the refunds.
        for child in sorted(one.children, key=lambda child: (child.state not in UNDONE, child.kind != "refund")):
            self._follow(name, child)

    # Money that goes back.

    def refund(self, op: Operation) -> None:
        back = Back(op.on, op.minor, op.how, op.effect, "started" if op.how == GATEWAY else "paid")
        self._move(op.of, back, dict(op.shares))
        if op.how != GATEWAY or op.trouble in (BEFORE, BEFORE_BREAK):
            return
        if op.trouble not in (AFTER, AFTER_BREAK):
            self._send(op.of)
        elif not self._gateway_refuses(back):
            self._create_refund(op.of, back)

    def give_back(self, op: Operation) -> None:
        """A refund that is made at the gateway itself."""
        self._add_child(op.on, op.of, "refund", op.minor, self._first_state(op.on))

    def end_refund(self, op: Operation) -> None:
        self._child(op.of).state = op.how
        self.tries[op.on].is_waiting = True

    def dispute(self, op: Operation) -> None:
        self._add_child(op.on, op.of, "dispute", op.minor, "open")

    def close(self, op: Operation) -> None:
        self._child(op.of).state = op.how
        self.tries[op.on].is_waiting = True

    def decide(self, op: Operation) -> None:
        """The office says what becomes of the invoices of which money went back without it."""
        back = self.backs[op.of]
        back.effect, back.must_decide = op.effect, False
        for name in [one for one in back.shares if one in self.bills] if op.effect == STAYS_PAID else ():
            if not self.bills[name].is_void:
                minor = back.shares.pop(name)
                back.grants.append(self._grant(back.payment, name, minor))
                self._use_again(back.payment, name, minor)

    def _send(self, name: str) -> None:
        """The gateway is asked for a refund, and answers. One that it refuses is undone."""
        back = self.backs[name]
        if self._gateway_refuses(back):
            self._undo(back, "failed")
            self._sync(back.payment)
        else:
            self._follow(back.payment, self._create_refund(name, back))

    def _gateway_refuses(self, back: Back) -> bool:
        one = self.tries[back.payment]
        is_disputed = any(child.kind == "dispute" and child.state == "open" for child in one.children)
        return is_disputed or back.minor > one.left

    def _create_refund(self, name: str, back: Back) -> Child:
        return self._add_child(back.payment, name, "refund", back.minor, self._first_state(back.payment))

    def _first_state(self, payment: str) -> str:
        return "pending" if self.tries[payment].card in (REFUNDED_LATE, REFUND_FAILS) else "paid"

    def _add_child(self, payment: str, name: str, kind: str, minor: int, state: str) -> Child:
        child = Child(name, kind, minor, state)
        self.tries[payment].children.append(child)
        self.tries[payment].is_waiting = True
        return child

    def _child(self, name: str) -> Child:
        return next(child for one in self.tries.values() for child in one.children if child.name == name)

    def _follow(self, payment: str, child: Child) -> None:
        back = self.backs.get(child.name)
        if back is None:
            if child.state not in UNDONE:
                back = Back(payment, child.minor, GATEWAY, OPEN_AGAIN, child.state)
                back.is_chargeback = child.kind == "dispute"
                back.lost = max(0, child.minor - self.returnable(payment))
                self._move(child.name, back, {})
                back.must_decide = self._is_undecided(back.shares)
        elif back.state in UNDONE:
            return
        elif child.state in UNDONE:
            self._undo(back, child.state)
        elif child.state != "pending" or back.state == "started":
            back.state = child.state

    def _move(self, name: str, back: Back, wished: Mapping[str, int]) -> None:
        needed = self.missing(back.payment, back.minor - back.lost, back.way)
        shares = dict(wished) or self.newest_first(back.payment, needed)
        self.backs[name] = back
        self._take_out(back, shares)
        if back.way != CREDIT:
            self.receipts[back.payment].unused -= back.minor - back.lost

    def _take_out(self, back: Back, shares: Mapping[str, int]) -> None:
        for name, minor in shares.items():
            if name in self.aheads:
                self._recall(name, minor)
            if name in self.aheads and not back.is_chargeback:
                back.given[name] = back.given.get(name, 0) + minor
                self._hold(back, name, -minor)
            elif name in self.bills and back.effect == STAYS_PAID:
                back.grants.append(self._grant(back.payment, name, minor))
            else:
                back.shares[name] = back.shares.get(name, 0) + minor
                self._use(back.payment, name, -minor)

    def _hold(self, back: Back, name: str, minor: int) -> None:
        """So much of a payment is held, or no longer: what it was used for stays paid."""
        self.aheads[name].unused += minor
        self.receipts[back.payment].unused -= minor

    def _is_undecided(self, shares: Iterable[str]) -> bool:
        """Whether an invoice is open again; what was paid ahead simply is unpaid."""
        return any(name in self.bills for name in shares)

    def _undo(self, back: Back, state: str) -> None:
        """The money is back after all. It makes good what else was lost of the payment."""
        self.receipts[back.payment].unused += back.minor - back.lost if back.way != CREDIT else 0
        for grant in back.grants:
            self._take_back(grant)
        for name, minor in back.given.items():
            self._hold(back, name, minor)
        for name, minor in sorted(back.shares.items()):
            self._use_again(back.payment, name, minor)
        back.state, back.must_decide = state, False
        for other in self.backs.values():
            if other.payment == back.payment and other.state not in UNDONE:
                self._make_good(other, min(other.lost, self.returnable(other.payment)))

    def _make_good(self, back: Back, minor: int) -> None:
        shares = self.newest_first(back.payment, self.missing(back.payment, minor, back.way))
        back.effect = OPEN_AGAIN if shares else back.effect
        self._take_out(back, shares)
        self.receipts[back.payment].unused -= minor
        back.lost -= minor
        back.must_decide = back.must_decide or self._is_undecided(shares)

    # Sums.

    def returnable(self, payment: str) -> int:
        """What can still go back of a payment."""
        receipt = self.receipts[payment]
        gone = sum(
            one.minor - one.lost
            for one in self.backs.values()
            if one.payment == payment and one.way != CREDIT and one.state not in UNDONE
        )
        return max(0, min(receipt.minor - gone, receipt.unused + sum(self.uses(payment).values())))

    def worth(self, name: str) -> int:
        """What is left of a sale after the credit that was given on it."""
        return self.bills[name].total - self.bills[name].granted

    def missing(self, payment: str, minor: int, way: str) -> int:
        """How much must come out of invoices for so much to go back."""
        return minor if way == CREDIT else max(0, minor - self.receipts[payment].unused)

    def newest_first(self, payment: str, needed: int) -> dict[str, int]:
        shares = {}
        for name, used in reversed(self.uses(payment).items()):
            most = min(used, self.obtainable(name)) if name in self.aheads else used
            if minor := min(most, needed):
                shares[name] = minor
                needed -= minor
        return shares

    def held(self, name: str) -> int:
        return sum(one.shares.get(name, 0) for one in self.tries.values() if one.believed == "open")

    def payable(self, name: str) -> int:
        return max(0, self.documents[name].balance - self.held(name))

    def can_be_void(self, name: str) -> bool:
        """Whether the credit that was given on an invoice is still there to be taken back."""
        bill = self.bills[name]
        return all(
            sum(grant.minor for grant in bill.grants if grant.stands and grant.payment == payment)
            <= receipt.unused + bill.used.get(payment, 0)
            for payment, receipt in self.receipts.items()
        )

    def figures(self) -> dict[str, Any]:
        """What the books must show of all this."""
        gone = [one for one in self.backs.values() if one.way != CREDIT and one.state not in UNDONE]
        given = [grant.parts for bill in self.bills.values() for grant in bill.grants if grant.stands]
        given += [note.parts for note in self.notes.values()]
        sold = [bill.parts for bill in self.bills.values() if not bill.is_void]
        return {
            "invoices": {
                name: ("void" if bill.is_void else "issued", bill.total, bill.balance)
                for name, bill in self.bills.items()
            },
            "payments": {name: (receipt.minor, receipt.unused) for name, receipt in self.receipts.items()},
            "notes": {name: (note.total, note.unused) for name, note in self.notes.items()},
            "ahead": {
                name: ("void" if one.is_void else "issued", one.minor, one.balance, one.unused)
                for name, one in self.aheads.items()
            },
            "tries": {name: one.believed for name, one in self.tries.items()},
            "returns": {name: (one.minor, one.state, one.must_decide) for name, one in self.backs.items()},
            "beyond what was left": {name: one.lost for name, one in self.backs.items() if one.lost},
            "owed": sum(bill.balance for bill in self.bills.values()),
            "credit": sum(one.unused for one in (*self.receipts.values(), *self.notes.values())),
            "held": sum(one.unused for one in self.aheads.values()),
            "cash": sum(receipt.minor for receipt in self.receipts.values()) - sum(one.minor for one in gone),
            "lost": sum(one.lost for one in gone),
            "sold and taxed": [
                sum(parts[place] for parts in sold) - sum(parts[place] for parts in given)
                for place in range(1 + len(PERCENTS))
            ],
        }

    def _grant(self, payment: str, name: str, minor: int) -> Grant:
        grant = Grant(payment, minor, in_parts(minor, self.bills[name].parts))
        self.bills[name].grants.append(grant)
        self.receipts[payment].unused += minor
        return grant

    def _take_back(self, grant: Grant) -> None:
        if grant.stands:
            grant.stands = False
            self.receipts[grant.payment].unused -= grant.minor
