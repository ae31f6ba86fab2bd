"""What the model has of each thing in a history. Amounts are pence."""

from dataclasses import dataclass, field

PERCENTS = (5, 10)  # two taxes on each line; nets are chosen so that both are whole pence
UNDONE = ("failed", "won")
UNKNOWN = ("started", "pending")


@dataclass
class Grant:
    """Credit given on an invoice that stays paid, and what it takes from the sale and from each tax."""

    payment: str
    minor: int
    parts: list[int]
    stands: bool = True


def parts_of(net: int) -> list[int]:
    """What is sold, and each tax on it."""
    return [net, *(net * percent // 100 for percent in PERCENTS)]


@dataclass
class Bill:
    net: int
    is_void: bool = False
    revision: int = 1
    used: dict[str, int] = field(default_factory=dict)  # of which payment, credit note or retainer how much
    grants: list[Grant] = field(default_factory=list)

    @property
    def parts(self) -> list[int]:
        return parts_of(self.net)

    @property
    def total(self) -> int:
        return sum(self.parts)

    @property
    def granted(self) -> int:
        return sum(grant.minor for grant in self.grants if grant.stands)

    @property
    def balance(self) -> int:
        return 0 if self.is_void else self.total - sum(self.used.values())


@dataclass
class Note:
    """A credit note, of which so much is left."""

    net: int
    unused: int = field(init=False)

    def __post_init__(self) -> None:
        self.unused = self.total

    @property
    def parts(self) -> list[int]:
        return parts_of(self.net)

    @property
    def total(self) -> int:
        return sum(self.parts)


@dataclass
class Ahead:
    """A retainer invoice: what is unpaid of it, and what is held (`unused`)."""

    minor: int
    unpaid: int
    unused: int = 0
    is_void: bool = False
    used: dict[str, int] = field(default_factory=dict)  # of which payment how much

    @property
    def balance(self) -> int:
        """What is to be paid of it."""
        return 0 if self.is_void else self.unpaid


@dataclass
class Receipt:
    minor: int
    unused: int


@dataclass
class Child:
    """A refund or dispute as the gateway has it."""

    name: str
    kind: str
    minor: int
    state: str  # pending, paid, failed; open, won, lost


@dataclass
class Try:
    """One try to pay: what we believe of it, and what the gateway has."""

    shares: dict[str, int]  # how much of which invoice it is meant for
    card: str
    believed: str = "open"  # paid, failed, cancelled
    truth: str = "none"  # created, action, processing, failed, cancelled, paid
    is_known: bool = False  # whether we know the gateway's name for it
    is_waiting: bool = False  # whether a webhook about it was not delivered yet
    is_ignored: bool = False  # whether one was delivered before we knew what it was about
    children: list[Child] = field(default_factory=list)

    @property
    def minor(self) -> int:
        return sum(self.shares.values())

    @property
    def left(self) -> int:
        """What the gateway still has of it; less than nothing where a bank took back what was given back already."""
        return self.minor - sum(one.minor for one in self.children if one.state not in UNDONE)

    @property
    def disputable(self) -> int:
        """What the payer's bank can still take back."""
        taken = [one.minor for one in self.children if one.kind == "dispute" and one.state not in UNDONE]
        return self.minor - sum(taken)


@dataclass
class Back:
    """Money that went back, as the books have it, and out of what.

    Out of invoices: open again, or paid by credit instead. Out of what was paid ahead: unpaid again, if a bank took it
    back, or held no longer.
    """

    payment: str
    minor: int
    way: str
    effect: str
    state: str
    must_decide: bool = False
    is_chargeback: bool = False
    shares: dict[str, int] = field(default_factory=dict)  # of what is open again
    given: dict[str, int] = field(default_factory=dict)  # of what was held
    grants: list[Grant] = field(default_factory=list)
    lost: int = 0  # what of it went although nothing was left of the payment
