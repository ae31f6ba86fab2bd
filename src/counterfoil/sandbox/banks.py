"""The test accounts at banks, and reading what somebody typed as one."""

from .cards import Card, Outcome, plain

ROUTING_NUMBER = "110000000"
TEST_ACCOUNTS = {
    "000123456789": Outcome.BANK_PAID,
    "000222222227": Outcome.BANK_POOR,
    "000111111113": Outcome.BANK_CLOSED,
    "000555555559": Outcome.BANK_DISPUTED,
}
CURRENCIES = ("USD", "EUR", "GBP")
BANK = "Sandbox Bank"
LONGEST_NAME = 100
NEVER = 1  # an account has no expiry


def read(holder: str, routing: str, account: str) -> tuple[Card | None, dict[str, str]]:
    """The account that was typed, or what is wrong with which field: holder, routing, account to a name in `words`."""
    wrong = {
        "holder": "" if holder.strip() else "holder_missing",
        "routing": _wrong(plain(routing), "routing", (ROUTING_NUMBER,)),
        "account": _wrong(plain(account), "account", TEST_ACCOUNTS),
    }
    wrong = {field: fault for field, fault in wrong.items() if fault}
    return (None, wrong) if wrong else (by_number(plain(account), holder=holder.strip()[:LONGEST_NAME]), {})


def by_number(digits: str, *, holder: str = "Test Account") -> Card | None:
    """A test account without its holder, for servers that are tried out without a browser."""
    outcome = TEST_ACCOUNTS.get(digits)
    return Card(BANK, digits[-4:], NEVER, NEVER, outcome, kind="bank", holder=holder) if outcome else None


def _wrong(digits: str, field: str, known: object) -> str:
    if not digits:
        return f"{field}_missing"
    return "" if digits in known else f"{field}_wrong"  # type: ignore[operator]
