"""What is printed on a document: finished strings in the customer's language, in the order in which they stand.

Paper knows no rows and formats nothing: dates, amounts and labels come as they shall be read. Whatever is empty
vanishes from the print. Line breaks inside a text are kept.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["sale", "receipt", "statement"]
Size = Literal["a4", "us-letter"]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that has been made harmless on its way in. `alt` is read aloud in its place."""

    data: bytes
    mime: Literal["image/png", "image/jpeg", "image/webp"]
    alt: str


@dataclass(frozen=True, slots=True)
class Party:
    """One side of the document. `lines` is the postal address, `tax_id` is printed below it as it stands."""

    name: str
    lines: tuple[str, ...] = ()
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value: invoice date, due date, order number; an account number in payment details."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The heads of the table of lines. `rate` and `discount` are left out of the table where no line has them."""

    item: str
    quantity: str
    rate: str
    amount: str
    discount: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Amounts stand without a currency sign, the quantity with its unit.

    `note` is a word on what kind of line it is, such as that it is optional.
    """

    name: str
    amount: str
    quantity: str = ""
    rate: str = ""
    description: str = ""
    discount: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A row below the lines. The row with `emphasis` is the one that counts, such as the balance due."""

    label: str
    amount: str
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph below the totals, with or without a heading."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: the text that a phone reads, what stands beside it, and what is read aloud in its place.

    `is_address` tells one that only leads another device to a page.
    """

    payload: str
    caption: str
    alt: str
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay: a heading, the bank account's details, and a code for a phone."""

    label: str
    details: tuple[Fact, ...] = ()
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """An invoice that the payment was used for, or money of it that went back, with a minus.

    `detail` says how far the invoice is paid, or where the money went.
    """

    number: str
    amount: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt has beyond the sheet: the amount in large figures below the words on who paid and when.

    `left_as_credit` is the part of the payment that no invoice took.
    """

    paid_on: str
    amount: str
    paid: tuple[Paid, ...] = ()
    left_as_credit: Total | None = None
    returned: tuple[Paid, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a statement: what happened and to which document, what it added to the balance, and the balance then."""

    day: str
    what: str
    number: str = ""
    amount: str = ""
    balance: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A part of a statement: the sums that lead from the opening to the closing balance, and the rows behind them.

    `heads` stand over day, what happened, amount and balance; `carried` is the balance that they begin with.
    """

    sums: tuple[Total, ...]
    heads: tuple[str, str, str, str]
    carried: Entry
    entries: tuple[Entry, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The page on how a document was signed: the name that was typed, a drawing of what was drawn, and the facts.

    `drawing` is SVG that we made, and `alt` is read aloud in its place. `content` is what was signed, word for word; it
    goes with the PDF as a file of that name.
    """

    title: str
    intro: str
    name: str
    drawing: str
    alt: str
    facts: tuple[Fact, ...]
    note: str
    file_name: str
    content: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document. `colour` is the organization's own, as #rrggbb; `page_label` has places for {n} and {m}.

    `status_stamp` is a short word such as "Paid" or, in the bad tone, "Void". `subject` describes the document to
    programs that list files. `footer` stands on every page, so it is a line or two. A document of a
    sale has `bill_to`, `columns`, `lines` and `totals`; a receipt has `receipt`, a statement `accounts`.
    """

    language: str
    kind: Kind
    title: str
    number: str
    organization: Party
    customer: Party
    colour: str = "#17616f"
    logo: Logo | None = None
    size: Size = "a4"
    page_label: str = ""
    status_stamp: str = ""
    stamp_tone: Literal["good", "bad"] = "good"
    subject: str = ""
    bill_to: str = ""
    facts: tuple[Fact, ...] = ()
    columns: Columns | None = None
    lines: tuple[Line, ...] = ()
    totals: tuple[Total, ...] = ()
    receipt: Receipt | None = None
    accounts: tuple[Account, ...] = ()
    payment: Payment | None = None
    notes: Passage | None = None
    terms: Passage | None = None
    footer: str = ""
    certificate: Certificate | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch("#[0-9a-fA-F]{6}", self.colour):
            raise ValueError(f"A colour is written as #rrggbb, not {self.colour!r}.")
        if self.kind == "receipt" and self.receipt is None:
            raise ValueError("A receipt needs its receipt.")
        if self.lines and self.columns is None:
            raise ValueError("Lines need the heads of their columns.")


def size_for(country: str) -> Size:
    """The paper that a country's printers hold, by its two-letter code."""
    return "us-letter" if country.upper() in {"US", "CA"} else "a4"
