"""What every gateway can be asked, whatever its own shape.

Drawn from how Stripe, PayPal and GoCardless really behave: creating moves no money where the gateway allows it, so that
the id is stored before anything is charged; what was not answered is unknown, never failed; a webhook is a hint, and
the object is fetched. docs/decisions has the reasons.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from counterfoil.foundation.money import Money


class State(StrEnum):
    """Where a payment stands at the gateway. What is taken back later is a child of its own, never a state of it."""

    CREATED = "created"
    ACTION = "action"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


LONGEST = {"card": timedelta(days=1), "bank": timedelta(days=14)}


@dataclass(frozen=True)
class Capabilities:
    """What an account can do. Amounts are in minor units; a currency without an entry has no limit of its own."""

    currencies: frozenset[str]
    methods: frozenset[str]
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    step: Mapping[str, int] = field(default_factory=dict)  # KWD at some gateways goes in steps of 10
    key_lifetime: timedelta = timedelta(hours=24)
    is_one_step: bool = False  # creating already takes the money
    saves_methods: bool = False
    recurring: bool = False  # a saved method can be charged later, also without the payer
    partial_refunds: bool = True
    bank_currencies: frozenset[str] = frozenset()  # those in which a bank account is debited
    longest: Mapping[str, timedelta] = field(default_factory=lambda: LONGEST)  # by kind, how long one may be under way


@dataclass(frozen=True)
class Payer:
    """Whose card or account it is: only what the account's address fields ask for. `country` is its code."""

    name: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True)
class Order:
    """What the gateway is asked to collect: the stored attempt, as plain values."""

    attempt: str
    money: Money
    idempotency_key: str
    description: str
    return_url: str
    language: str
    method_token: str = ""
    kind: Literal["card", "bank"] = "card"  # what the payer chose to pay with, also where there is no token yet
    payer: Payer | None = None
    saves: bool = False  # the method is kept for later payments
    off_session: bool = False  # the payer isn't there


@dataclass(frozen=True)
class SavedMethod:
    """What a gateway kept of a card or bank account. A bank account has no expiry: month and year are 0."""

    token: str
    kind: Literal["card", "bank"]
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    holder: str = ""


@dataclass(frozen=True)
class Failure:
    """Why money did not move. `reason` is one of ours (see `failures`), `raw` the gateway's own word for the office."""

    reason: str
    raw: str = ""


class RefundState(StrEnum):
    """Where a refund stands at the gateway. One that was paid can still come back as failed."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True)
class RefundSnapshot:
    """Money given back at the gateway. `refund` is what we called it when we asked for it; empty if we did not."""

    id: str
    payment_id: str
    money: Money
    state: RefundState
    refund: str = ""
    failure: Failure | None = None


class DisputeState(StrEnum):
    """Where a dispute stands at the gateway."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True)
class DisputeSnapshot:
    """Money that the payer's bank took back. It is gone while `is_withdrawn`, and back when the dispute is won."""

    id: str
    payment_id: str
    money: Money
    state: DisputeState
    is_withdrawn: bool


@dataclass(frozen=True)
class Snapshot:
    """A payment at the gateway as it is now, with what was given back and taken back of it."""

    id: str
    state: State
    money: Money
    attempt: str  # what we called it when it was created
    live: bool
    moved: Money | None = None  # what was really taken, once it was
    failure: Failure | None = None
    next_url: str = ""  # where the payer goes on
    method_label: str = ""
    raw_status: str = ""
    kind: Literal["", "card", "bank"] = ""  # of the method, as soon as the gateway knows it
    saved: SavedMethod | None = None
    expected_on: date | None = None  # when a bank payment that is under way is likely to end
    refunds: tuple[RefundSnapshot, ...] = ()
    disputes: tuple[DisputeSnapshot, ...] = ()


@dataclass(frozen=True)
class Hint:
    """An event that a gateway tells of: look at this payment. A refund or dispute is told of by its payment."""

    event_id: str
    object_id: str


@dataclass(frozen=True)
class CardFields:
    """Where the gateway's own fields for a card or bank account are, for a frame.

    `origin` also serves its pages that payers are sent to.
    """

    origin: str
    url: str


class OutcomeUnknown(Exception):
    """No answer, or none that says whether money moved. Never shown as a failure."""


class GatewayRefused(Exception):
    """The gateway answered that it will not; no money moved."""

    def __init__(self, failure: Failure, snapshot: Snapshot | None = None) -> None:
        super().__init__(failure.reason)
        self.failure = failure
        self.snapshot = snapshot


class BadSignature(Exception):
    """A webhook that isn't the gateway's, is altered, or is too old."""


class NotConfigured(Exception):
    """A webhook came and there is no secret to check it with; it must come again when there is."""


class Gateway(Protocol):
    """One account at one gateway."""

    def capabilities(self) -> Capabilities:
        """What the account can do. Raises OutcomeUnknown when the gateway can't be asked."""

    def card_fields(self, *, language: str, accent: str, kind: Literal["card", "bank"] = "card") -> CardFields:
        """Where its fields are, in a language and with a colour such as "17616f". Asks nobody."""

    def dashboard(self) -> str:
        """Where a person looks at the account at the gateway itself; empty if no address leads there. Asks nobody."""

    def check(self) -> Failure | None:
        """Whether the credentials work."""

    def start(self, order: Order) -> Snapshot:
        """Create the payment; no money moves. Tells the method's kind, if it can. Safe to repeat with the same key."""

    def confirm(self, order: Order, payment_id: str) -> Snapshot:
        """Take the money with the order's method. Safe to repeat."""

    def fetch(self, payment_id: str) -> Snapshot:
        """The payment as it is now."""

    def find(self, order: Order) -> Snapshot | None:
        """The payment of an attempt whose id was lost; None if the gateway has none."""

    def cancel(self, payment_id: str, *, key: str) -> Snapshot:
        """Make sure that this payment can't happen any more, or learn that it did."""

    def refund(self, payment_id: str, money: Money, *, refund: str, key: str) -> RefundSnapshot:
        """Give so much of a payment back. Safe to repeat with the same key. `refund` is what we call it."""

    def keep_method(self, token: str, payer: Payer | None) -> SavedMethod:
        """Save a card or account that was typed, without a payment."""

    def change_method(self, token: str, *, expiry: tuple[int, int] | None, payer: Payer | None) -> SavedMethod:
        """Another expiry (month, year), name or address of a saved one."""

    def forget_method(self, token: str) -> None:
        """Nothing can be charged to it any more. One that is gone already is no trouble."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        """The events in a webhook. Raises BadSignature, NotConfigured."""

    def changes(self, since: datetime) -> Iterator[Snapshot]:
        """Payments that were made or changed since then, their refunds and disputes too."""
