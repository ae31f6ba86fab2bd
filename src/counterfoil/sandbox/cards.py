"""The test cards, what comes of each, and reading what somebody typed as a card."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What comes of a payment with a card."""

    PAID = "paid"
    GENERIC_DECLINE = "generic_decline"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED_CARD = "expired_card"
    INCORRECT_CVC = "incorrect_cvc"
    BLOCKED = "fraudulent"
    CHALLENGE = "challenge"
    PROCESSING_PAID = "processing_paid"
    PROCESSING_FAILED = "processing_failed"
    ANSWER_LOST = "answer_lost"
    ADDRESS = "address"
    DUPLICATE = "duplicate_transaction"
    DISPUTED = "disputed"
    REFUND_LATE = "refund_late"
    REFUND_FAILED = "refund_failed"
    BANK_PAID = "bank_paid"
    BANK_POOR = "bank_insufficient_funds"
    BANK_CLOSED = "bank_account_closed"
    BANK_DISPUTED = "bank_disputed"


PAID_AT_ONCE = (Outcome.PAID, Outcome.ANSWER_LOST, Outcome.DISPUTED, Outcome.REFUND_LATE, Outcome.REFUND_FAILED)


TEST_CARDS = {
    "4242424242424242": Outcome.PAID,
    "5555555555554444": Outcome.PAID,
    "378282246310005": Outcome.PAID,
    "4000000000000002": Outcome.GENERIC_DECLINE,
    "4000000000009995": Outcome.INSUFFICIENT_FUNDS,
    "4000000000000069": Outcome.EXPIRED_CARD,
    "4000000000000127": Outcome.INCORRECT_CVC,
    "4100000000000019": Outcome.BLOCKED,
    "4000002760003184": Outcome.CHALLENGE,
    "4000000000000077": Outcome.PROCESSING_PAID,
    "4000000000005423": Outcome.PROCESSING_FAILED,
    "4000000000000259": Outcome.ANSWER_LOST,
    "4000000000000010": Outcome.ADDRESS,
    "4000000000000036": Outcome.DUPLICATE,
    "4000000000002685": Outcome.DISPUTED,
    "4000000000007726": Outcome.REFUND_LATE,
    "4000000000005126": Outcome.REFUND_FAILED,
}

DECLINES = {
    Outcome.GENERIC_DECLINE: ("card_declined", "Your card was declined."),
    Outcome.INSUFFICIENT_FUNDS: ("card_declined", "Your card has insufficient funds."),
    Outcome.EXPIRED_CARD: ("expired_card", "Your card has expired."),
    Outcome.INCORRECT_CVC: ("incorrect_cvc", "Your card's security code is incorrect."),
    Outcome.BLOCKED: ("card_declined", "Your card was declined."),
    Outcome.PROCESSING_FAILED: ("card_declined", "Your card was declined."),
    Outcome.ADDRESS: ("incorrect_address", "The card's bank could not verify the address."),
    Outcome.DUPLICATE: ("card_declined", "The same card and amount were used a moment ago."),
    Outcome.BANK_POOR: ("payment_method_debit_failed", "The account has insufficient funds."),
    Outcome.BANK_CLOSED: ("payment_method_debit_failed", "The account is closed."),
}


@dataclass(frozen=True)
class Card:
    """What is kept of a card: never its number."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int
    outcome: Outcome
    kind: str = "card"
    holder: str = ""


def decline(outcome: Outcome) -> dict[str, Any]:
    """The error of a declined payment, as the API tells it."""
    code, message = DECLINES[outcome]
    reason = Outcome.GENERIC_DECLINE if outcome is Outcome.PROCESSING_FAILED else outcome.removeprefix("bank_")
    blocked = outcome is Outcome.BLOCKED
    return {
        "type": "card_error",
        "code": code,
        "decline_code": str(reason),
        "message": message,
        "outcome": {
            "type": "blocked" if blocked else "issuer_declined",
            "reason": "highest_risk_level" if blocked else str(reason),
        },
    }


AUTHENTICATION_FAILED = {
    "type": "card_error",
    "code": "payment_intent_authentication_failure",
    "decline_code": None,
    "message": "The payer did not confirm the payment at the bank.",
    "outcome": None,
}


def read(number: str, exp: str, cvc: str, *, today: datetime) -> tuple[Card | None, dict[str, str]]:
    """The card that was typed, or what is wrong with which field: number, exp, cvc to a name in `words`.

    Full-width digits, spaces and dashes are fine. A number that is no test card's is refused and never kept.
    """
    digits = plain(number)
    moment, code = _expiry(exp), plain(cvc)
    wrong = {
        "number": _wrong_number(digits),
        "exp": _wrong_expiry(exp, moment, today),
        "cvc": _wrong_code(code, digits),
    }
    wrong = {field: fault for field, fault in wrong.items() if fault}
    if wrong or moment is None:
        return None, wrong
    return Card(brand(digits), digits[-4:], *moment, TEST_CARDS[digits]), {}


def by_number(digits: str, *, today: datetime) -> Card | None:
    """A test card without its date and code, for servers that are tried out without a browser."""
    outcome = TEST_CARDS.get(digits)
    return Card(brand(digits), digits[-4:], 12, today.year + 4, outcome) if outcome else None


def brand(digits: str) -> str:
    if digits.startswith(("34", "37")):
        return "amex"
    return {"4": "visa", "5": "mastercard"}.get(digits[:1], "unknown")


def plain(text: str) -> str:
    """What was typed without spaces and dashes, full-width digits as plain ones."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if not sign.isspace() and sign not in "-–.")


def _is_luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _wrong_number(digits: str) -> str:
    if not digits:
        return "number_missing"
    if not (digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19 and _is_luhn(digits)):
        return "number_wrong"
    return "" if digits in TEST_CARDS else "number_real"


def _expiry(text: str) -> tuple[int, int] | None:
    """Month and year of "12/30", "1230", "12 / 2030"."""
    digits = plain(text).replace("/", "")
    if not (digits.isascii() and digits.isdigit()):
        return None
    if len(digits) in (3, 5):
        digits = "0" + digits
    if len(digits) not in (4, 6):
        return None
    month, year = int(digits[:2]), int(digits[2:])
    return (month, year if year > 99 else 2000 + year) if 1 <= month <= 12 else None


def _wrong_expiry(text: str, moment: tuple[int, int] | None, today: datetime) -> str:
    if not text.strip():
        return "exp_missing"
    if moment is None or moment[1] > today.year + 50:
        return "exp_wrong"
    return "exp_past" if (moment[1], moment[0]) < (today.year, today.month) else ""


def _wrong_code(code: str, digits: str) -> str:
    if not code:
        return "cvc_missing"
    length = 4 if brand(digits) == "amex" else 3
    return "" if code.isascii() and code.isdigit() and len(code) == length else f"cvc_{length}_digits"
