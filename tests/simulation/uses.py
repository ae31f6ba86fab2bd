"""What there is to be paid and what pays it, and how much of what is used for what."""

from .operations import Operation
from .things import Ahead, Bill, Note, Receipt


class Uses:
    """Invoices and what is asked for ahead; payments, credit notes and what is held: each in the order it was made.

    What is asked for ahead is both: a payment is used for it, and what is held of it is used for invoices.
    """

    def __init__(self) -> None:
        self.bills: dict[str, Bill] = {}
        self.aheads: dict[str, Ahead] = {}
        self.documents: dict[str, Bill | Ahead] = {}
        self.receipts: dict[str, Receipt] = {}
        self.notes: dict[str, Note] = {}
        self.sources: dict[str, Receipt | Note | Ahead] = {}

    # What the office does.

    def issue(self, op: Operation) -> None:
        self.bills[op.of] = self.documents[op.of] = Bill(op.minor)

    def credit(self, op: Operation) -> None:
        """A credit note is issued."""
        note = Note(op.minor)
        self.notes[op.of] = self.sources[op.of] = note

    def ask_ahead(self, op: Operation) -> None:
        """A retainer invoice is issued."""
        ahead = Ahead(op.minor, unpaid=op.minor)
        self.aheads[op.of] = self.documents[op.of] = self.sources[op.of] = ahead

    def void_ahead(self, op: Operation) -> None:
        self.aheads[op.of].is_void = True

    def record(self, op: Operation) -> None:
        self._receive(op.of, op.minor)
        for name, minor in op.shares:
            self._use(op.of, name, minor)

    def apply(self, op: Operation) -> None:
        self._use(op.of, op.on, op.minor)

    def draw(self, op: Operation) -> None:
        """What is held is used for an invoice, from its own page."""
        self._use(op.of, op.on, op.minor)

    def take_off(self, op: Operation) -> None:
        self._use(op.of, op.on, -self.bills[op.on].used[op.of])

    # Sums.

    def uses(self, source: str) -> dict[str, int]:
        return {name: one.used[source] for name, one in self.documents.items() if one.used.get(source)}

    def obtainable(self, name: str) -> int:
        """What can come out of what was paid ahead: it is held, or used for invoices."""
        return self.aheads[name].unused + sum(self.uses(name).values())

    # How it is done.

    def _receive(self, name: str, minor: int) -> None:
        self.receipts[name] = self.sources[name] = Receipt(minor, minor)

    def _use(self, source: str, name: str, minor: int) -> None:
        document = self.documents[name]
        document.used[source] = document.used.get(source, 0) + minor
        self.sources[source].unused -= minor
        if isinstance(document, Ahead):
            document.unpaid -= minor
            document.unused += minor

    def _use_again(self, source: str, name: str, minor: int) -> None:
        minor = min(minor, self.documents[name].balance, self.sources[source].unused)
        if minor > 0:
            self._use(source, name, minor)

    def _release(self, name: str, minor: int) -> None:
        for source in reversed(self.sources):
            taken = min(minor, self.bills[name].used.get(source, 0))
            if taken:
                self._use(source, name, -taken)
                minor -= taken

    def _recall(self, name: str, minor: int) -> None:
        """So much is held again, the last invoice that it is used for first."""
        for bill, used in reversed(self.uses(name).items()):
            if (missing := minor - self.aheads[name].unused) > 0:
                self._use(name, bill, -min(used, missing))
