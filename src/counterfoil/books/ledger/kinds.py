"""What a statement makes of each kind of posting: one table, without a row in which nothing is posted."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .models import Account


class Column(StrEnum):
    """The sums between the opening and the closing balance, in their order: of what is owed, then of what is held."""

    INVOICED = "invoiced"
    PAID = "paid"
    CREDITED = "credited"
    REFUNDED = "refunded"
    ADJUSTED = "adjusted"
    PAID_IN = "paid_in"
    USED = "used"
    GIVEN_BACK = "given_back"

    @property
    def sign(self) -> int:
        """1 where the column is added to the balance, -1 where it is taken from it."""
        return 1 if self in (Column.INVOICED, Column.REFUNDED, Column.PAID_IN) else -1


@dataclass(frozen=True)
class Section:
    """A part of a statement: the accounts whose legs it adds up, and the column of each kind of posting to them.

    None is a kind that only moves money between these accounts, so that it changes no balance. `sign` is -1 where the
    business's own books have what is told here below nothing.
    """

    accounts: tuple[Account, ...]
    columns: Mapping[str, Column | None]
    sign: int = 1

    @property
    def told(self) -> list[Column]:
        """Its columns, in their order."""
        return [column for column in Column if column in self.columns.values()]


# A posting that gave money back and was undone is told as what it undid.
CHARGED_BACK, UNDONE, WON = "payment.charged_back", "payment.return_undone", "payment.chargeback_won"
GRANTED, TAKEN_BACK = "credit.granted", "credit.taken_back"
# A retainer is paid, taken off its payment again (a chargeback), given back, and kept after all (that failed).
HELD_PAID, HELD_TAKEN_OFF = "retainer.paid", "retainer.taken_off"
HELD_GIVEN_BACK, HELD_KEPT = "retainer.given_back", "retainer.kept"
HELD_APPLIED, HELD_UNAPPLIED = "retainer.applied", "retainer.unapplied"

# What is owed less what is in credit, so that using a credit for an invoice changes nothing.
OWED = Section(
    accounts=(Account.RECEIVABLE, Account.CREDIT),
    columns={
        "invoice.issued": Column.INVOICED,
        "invoice.corrected": Column.INVOICED,
        "invoice.voided": Column.ADJUSTED,
        "invoice.reinstated": Column.ADJUSTED,
        "invoice.written_off": Column.ADJUSTED,
        "invoice.write_off_undone": Column.ADJUSTED,
        "payment.received": Column.PAID,
        "payment.refunded": Column.REFUNDED,
        CHARGED_BACK: Column.ADJUSTED,
        "payment.return_covered": Column.ADJUSTED,
        UNDONE: Column.REFUNDED,
        WON: Column.ADJUSTED,
        GRANTED: Column.CREDITED,
        TAKEN_BACK: Column.CREDITED,
        "credit_note.issued": Column.CREDITED,
        "credit_note.voided": Column.ADJUSTED,
        "credit_note.refunded": Column.REFUNDED,
        "credit.applied": None,
        "credit.taken_off": None,
        HELD_PAID: Column.PAID,
        HELD_TAKEN_OFF: Column.ADJUSTED,
        HELD_GIVEN_BACK: Column.REFUNDED,
        HELD_KEPT: Column.REFUNDED,
        HELD_APPLIED: Column.PAID,
        HELD_UNAPPLIED: Column.PAID,
    },
)
# What is held for a customer as retainers: the business owes it, and it is no part of what is owed to it.
HELD = Section(
    accounts=(Account.RETAINER,),
    columns={
        HELD_PAID: Column.PAID_IN,
        HELD_TAKEN_OFF: Column.PAID_IN,
        HELD_GIVEN_BACK: Column.GIVEN_BACK,
        HELD_KEPT: Column.GIVEN_BACK,
        HELD_APPLIED: Column.USED,
        HELD_UNAPPLIED: Column.USED,
    },
    sign=-1,
)
SECTIONS = (OWED, HELD)
# What of a payment went into a retainer, or came out of it to go back, on the day of what it is a part of: as what is
# owed is concerned, it neither came nor went. That stands before it (-1) or after it, and is one of these kinds.
PASSING = {
    HELD_PAID: (-1, ("payment.received", UNDONE)),
    HELD_KEPT: (-1, (UNDONE,)),
    HELD_TAKEN_OFF: (1, (CHARGED_BACK, "payment.return_covered")),
    HELD_GIVEN_BACK: (1, ("payment.refunded", "payment.return_covered")),
}


def has_no_row(kind: str, accounts: frozenset[Account]) -> bool:
    """Whether a posting of a kind to these accounts would be missing from a statement."""
    return any(kind not in section.columns and accounts & set(section.accounts) for section in SECTIONS)
