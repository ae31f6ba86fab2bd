"""A history is drawn from a seed alone, before anything runs: so that the same seed is the same history everywhere."""

from collections.abc import Callable, Iterable, Iterator
from random import Random

from . import model, operations
from .model import Expected
from .operations import (
    CREDIT,
    FAULTS,
    GATEWAY,
    HEARINGS,
    OPEN_AGAIN,
    OTHER,
    REFUND_FAILS,
    STAYS_PAID,
    TWICE,
    Operation,
)
from .things import UNKNOWN, Bill

MOST_INVOICES, MOST_NOTES, MOST_AHEAD = 3, 2, 2
SHORTEST, LONGEST = 6, 13  # operations, before what is open is brought to its end
LEAST = 100  # pence, well above what the gateway takes
ASKED = ("fetch", "find", "refund")
PLACES = ("before the call", "after the call", "before the commit", "after the commit")
DEATHS = 0.03  # how often the worker dies when it asks

Drawn = Iterator[Operation]


def history(seed: str) -> list[Operation]:
    """The history of a seed: some operations of all kinds, and then what brings everything open to an end."""
    return Drawing(Random(seed)).draw()


class Drawing:
    """Chooses among what is possible; `now` is what the operations so far lead to."""

    def __init__(self, random: Random) -> None:
        self.random, self.operations, self.now = random, list[Operation](), Expected()
        self.made = 0

    def draw(self) -> list[Operation]:
        self._add(self._issue())
        if self.random.random() < 0.3:
            self._add(self._ask_ahead())
        kinds: list[tuple[int, Callable[[], Drawn]]] = [
            (2, self._issues),
            (9, self._pays),
            (2, self._records),
            (7, self._refunds),
            (4, self._moves_at_gateway),
            (4, self._ends),
            (4, self._hears),
            (3, self._asks),
            (1, self._edits),
            (1, self._voids),
            (3, self._applies),
            (4, self._decides),
            (2, self._refused),
            (1, self._credits),
            (1, self._asks_ahead),
            (3, self._draws),
            (1, self._voids_ahead),
        ]
        weights, draws = zip(*kinds, strict=True)
        for _step in range(self.random.randint(SHORTEST, LONGEST)):
            offered = [one for draw in self.random.choices(draws, weights, k=6) for one in draw()]
            if offered:
                self._add(offered[0])
        self._finish()
        return self.operations

    def _add(self, operation: Operation) -> None:
        self.operations.append(operation)
        self.now = model.after(self.operations)

    def _finish(self) -> None:
        """Nothing may stay unknown. What only webhooks tell of is heard at last; the rest may be lost."""
        while unknown := [*self._ends(), *self._to_ask()]:
            self._add(self.random.choice(unknown))
        for name, one in self.now.tries.items():
            if one.is_waiting and (one.children or self.random.random() < 0.3):
                self._add(Operation("hear", name, how=self.random.choice(HEARINGS)))
        for decision in self._decides():
            if self.random.random() < 0.5:
                self._add(decision)

    # Each yields what could happen next of its kind, the likeliest first; only the first is taken.

    def _issues(self) -> Drawn:
        if len(self.now.bills) < MOST_INVOICES:
            yield self._issue()

    def _issue(self) -> Operation:
        return Operation("issue", "ABC"[len(self.now.bills)], minor=self._net())

    def _pays(self) -> Drawn:
        payables = {name: payable for name in self.now.documents if (payable := self.now.payable(name)) >= LEAST}
        for name in self._shuffled(payables):
            card = self.random.choice([operations.PAID, *operations.CARDS])
            shares = {name: payables[name]}  # what is asked for ahead is paid whole and by itself
            if name in self.now.bills:
                bills = {bill: payable for bill, payable in payables.items() if bill in self.now.bills}
                several = bills if self.random.random() < 0.3 else shares
                shares = _oldest_first(several, self._part(sum(several.values()), LEAST))
            yield Operation(
                "pay", self._name("p"), how=card, trouble=self._trouble_of_paying(card), shares=tuple(shares.items())
            )

    def _trouble_of_paying(self, card: str) -> str:
        chance = self.random.random()
        if chance < 0.15:
            return TWICE
        if chance < 0.3 and card != operations.LOST:
            return f"confirming: {self.random.choice(FAULTS)}"
        return f"opening: {self.random.choice(FAULTS)}" if chance > 0.9 else ""

    def _records(self) -> Drawn:
        for name in self._shuffled(self.now.bills):
            balance = self.now.bills[name].balance
            share = self._part(balance, 1) if balance else 0
            shares = ((name, share),) if share else ()
            yield Operation(
                "record", self._name("p"), minor=share + self.random.choice([0, 700, 5000]) or 900, shares=shares
            )

    def _refunds(self) -> Drawn:
        for payment in self._shuffled(self.now.receipts):
            most = self.now.returnable(payment)
            if not most:
                continue
            way = self.random.choice(
                [GATEWAY, GATEWAY, OTHER, CREDIT] if payment in self.now.tries else [OTHER, CREDIT]
            )
            disputed = any(one.payment == payment and one.state == "open" for one in self.now.backs.values())
            if disputed and way != CREDIT:
                continue
            effect = self.random.choice([OPEN_AGAIN, STAYS_PAID])
            shares = self._shares(payment, minor := self._part(most, 1), way, effect)
            if shares is not None:
                yield Operation("refund", self._name("r"), payment, minor, way, self._trouble(way), effect, shares)

    def _shares(self, payment: str, minor: int, way: str, effect: str) -> tuple[tuple[str, int], ...] | None:
        """From which invoices so much comes, or None if it can't."""
        needed, shares = self.now.missing(payment, minor, way), []
        uses = self.now.uses(payment)
        if way == CREDIT and (not uses or uses.keys() & self.now.aheads.keys()):
            return None
        for name, used in self._shuffled(uses.items()):
            if name in self.now.aheads:
                most = min(used, self.now.aheads[name].unused)
            else:
                most = min(used, self.now.worth(name)) if effect == STAYS_PAID else used
            if share := min(most, needed):
                shares.append((name, share))
                needed -= share
        return None if needed else tuple(sorted(shares))

    def _trouble(self, way: str) -> str:
        chance = self.random.random()
        if chance < 0.2:
            return TWICE
        return self.random.choice(FAULTS) if way == GATEWAY and chance < 0.5 else ""

    def _moves_at_gateway(self) -> Drawn:
        for payment, one in self._shuffled(self.now.tries.items()):
            if one.truth != "paid":
                continue
            is_disputed = any(child.kind == "dispute" and child.state == "open" for child in one.children)
            if one.left > 0 and not is_disputed and self.random.random() < 0.4:
                yield Operation("give_back", self._name("r"), payment, self._part(one.left, 1))
            elif one.disputable:
                # A bank takes back what was paid, whatever was given back of it.
                yield Operation("dispute", self._name("r"), payment, self._part(one.disputable, 1))

    def _ends(self) -> Drawn:
        """What takes a while at the gateway comes to its end there."""
        for name, one in self._shuffled(self.now.tries.items()):
            if one.truth == "processing":
                yield Operation("end", name, how=self.random.choice(["paid", "paid", "failed"]))
            for child in one.children:
                if child.state == "pending":
                    how = "failed" if one.card == REFUND_FAILS else "paid"
                    yield Operation("end_refund", child.name, name, how=how)
                elif child.state == "open" and self.random.random() < 0.5:
                    yield Operation("close", child.name, name, how=self.random.choice(["won", "lost"]))

    def _hears(self) -> Drawn:
        told = self._shuffled([(name, one) for name, one in self.now.tries.items() if one.truth != "none"])
        for name, _one in sorted(told, key=lambda each: not (each[1].is_waiting and each[1].children)):
            yield Operation("hear", name, how=self.random.choice(HEARINGS))

    def _asks(self) -> Drawn:
        yield from self._to_ask()

    def _to_ask(self) -> Drawn:
        """Who doesn't know how it went asks. A payment that is still under way stays so, and is asked about again."""
        for name, one in self._shuffled(self.now.tries.items()):
            if one.believed == "open" and (one.truth != "processing" or self.random.random() < 0.2):
                yield Operation("ask", name, trouble=self._death("fetch" if one.is_known else "find"))
        for name, back in self._shuffled(self.now.backs.items()):
            if back.state in UNKNOWN:
                calls = ("fetch", "refund") if self._will_be_sent(name) else ("fetch",)
                yield Operation("ask", name, trouble=self._death(self.random.choice(calls)))

    def _will_be_sent(self, name: str) -> bool:
        """Whether a refund never reached the gateway, so that it is asked for again."""
        one = self.now.tries[self.now.backs[name].payment]
        return self.now.backs[name].state == "started" and name not in {child.name for child in one.children}

    def _death(self, call: str) -> str:
        return f"{call}: {self.random.choice(PLACES)}" if self.random.random() < DEATHS else ""

    def _edits(self) -> Drawn:
        for name, bill in self._shuffled(self.now.bills.items()):
            edit = Operation("edit", name, minor=self._net())
            if not bill.is_void and Bill(edit.minor).total >= bill.granted:
                yield edit

    def _voids(self) -> Drawn:
        for name, bill in self._shuffled(self.now.bills.items()):
            if bill.is_void:
                yield Operation("reinstate", name)
            elif self.now.can_be_void(name):
                yield Operation("void", name)

    def _applies(self) -> Drawn:
        """Of payments and credit notes; what is held may be used from the invoice's page too."""
        yield from self._uses("apply", self.now.sources)
        for source in self._shuffled(self.now.sources):
            for name in self._shuffled(self.now.uses(source)):
                if name in self.now.bills:
                    yield Operation("take_off", source, name)

    def _draws(self) -> Drawn:
        yield from self._uses("draw", self.now.aheads)

    def _uses(self, what: str, sources: Iterable[str]) -> Drawn:
        for source in self._shuffled([name for name in sources if self.now.sources[name].unused]):
            for name in self._shuffled([name for name in self.now.bills if self.now.payable(name)]):
                most = min(self.now.sources[source].unused, self.now.payable(name))
                yield Operation(what, source, name, self._part(most, 1))

    def _credits(self) -> Drawn:
        if len(self.now.notes) < MOST_NOTES:
            yield Operation("credit", self._name("n"), minor=self._net())

    def _asks_ahead(self) -> Drawn:
        if len(self.now.aheads) < MOST_AHEAD:
            yield self._ask_ahead()

    def _ask_ahead(self) -> Operation:
        return Operation("ask_ahead", self._name("R"), minor=self._net())

    def _voids_ahead(self) -> Drawn:
        for name, one in self._shuffled(self.now.aheads.items()):
            if one.balance == one.minor:
                yield Operation("void_ahead", name)

    def _decides(self) -> Drawn:
        for name in self._shuffled([name for name, back in self.now.backs.items() if back.must_decide]):
            shares = self.now.backs[name].shares
            may_stay_paid = all(
                minor <= self.now.worth(bill) or self.now.bills[bill].is_void for bill, minor in shares.items()
            )
            yield Operation("decide", name, effect=self.random.choice([OPEN_AGAIN, *[STAYS_PAID] * may_stay_paid]))

    def _refused(self) -> Drawn:
        """What somebody tries who is too greedy, too quick or too late."""
        yield from self._shuffled(self._refusals())

    def _refusals(self) -> Drawn:
        for name, bill in self.now.bills.items():
            if not bill.is_void:
                yield Operation("refused", how="edit of an old revision", on=name, minor=self._net())
            if bill.is_void:
                yield Operation("refused", how="void twice", on=name)
            elif self.now.held(name) and not self.now.payable(name):
                yield Operation("refused", how="pay again meanwhile", on=name, minor=LEAST)
            elif self.now.payable(name) >= LEAST:
                yield Operation("refused", how="pay too much", on=name, minor=self.now.payable(name) + 1)
        yield from self._refusals_of_what_is_ahead()
        for payment in self.now.receipts:
            uses = self.now.uses(payment)
            for name, used in uses.items() if uses.keys() <= self.now.bills.keys() else ():
                if self.now.worth(name) < min(used, self.now.returnable(payment)):
                    yield Operation("refused", how="credit twice", of=name, on=payment, minor=self.now.worth(name) + 1)
            too_much = self.now.returnable(payment) + 1
            way = GATEWAY if payment in self.now.tries and self.random.random() < 0.5 else OTHER
            yield Operation("refused", how=f"refund too much: {way}", on=payment, minor=too_much)

    def _refusals_of_what_is_ahead(self) -> Drawn:
        for name, one in self.now.aheads.items():
            if one.balance < one.minor:
                yield Operation("refused", how="void what is paid", on=name)
            if self.now.payable(name) > LEAST:
                yield Operation("refused", how="pay a part", on=name, minor=self.now.payable(name) - 1)
            if one.unused and not one.is_void:
                bill = self.random.choice(list(self.now.bills))
                yield Operation("refused", how="draw too much", of=name, on=bill, minor=one.unused + 1)

    def _net(self) -> int:
        return 20 * self.random.randint(20, 600)

    def _part(self, most: int, least: int) -> int:
        """All of it, or some."""
        return most if self.random.random() < 0.5 else self.random.randint(min(least, most), most)

    def _name(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def _shuffled(self, of: object) -> list:  # type: ignore[type-arg]
        things = list(of)  # type: ignore[call-overload]
        self.random.shuffle(things)
        return things


def _oldest_first(payables: dict[str, int], minor: int) -> dict[str, int]:
    """How one payment is spread over several invoices."""
    shares = {}
    for name, payable in payables.items():
        if share := min(payable, minor):
            shares[name] = share
            minor -= share
    return shares
