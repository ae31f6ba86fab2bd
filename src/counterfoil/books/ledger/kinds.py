"""What a statement makes of each kind of posting: one table, without a row in which nothing is posted."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .models import Account


class Column(StrEnum):
    """The sums between the opening and the closing balance, in their order."""

    INVOICED = "invoiced"
    PAID = "paid"
    CREDITED = "credited"
    REFUNDED = "refunded"
    ADJUSTED = "adjusted"

    @property
    def sign(self) -> int:
        """1 where the column is added to the balance, -1 where it is taken from it."""
        return 1 if self in (Column.INVOICED, Column.REFUNDED) else -1


@dataclass(frozen=True)
class Section:
    """A part of a statement: the accounts whose legs it adds up, and the column of each kind of posting to them.

    None is a kind that only moves money between these accounts, so that it changes no balance.
    """

    accounts: tuple[Account, ...]
    columns: Mapping[str, Column | None]


# A posting that gave money back and was undone is told as what it undid.
CHARGED_BACK, UNDONE, WON = "payment.charged_back", "payment.return_undone", "payment.chargeback_won"
GRANTED, TAKEN_BACK = "credit.granted", "credit.taken_back"

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
    },
)
SECTIONS = (OWED,)


def has_no_row(kind: str, accounts: frozenset[Account]) -> bool:
    """Whether a posting of a kind to these accounts would be missing from a statement."""
    return any(kind not in section.columns and accounts & set(section.accounts) for section in SECTIONS)
