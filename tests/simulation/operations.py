"""What can happen in a history: a plain list of these is the history, and all that the model knows of it."""

from dataclasses import dataclass

PAID, DECLINED, LOST, SLOW, CHALLENGED = "paid", "declined", "answer lost", "slow", "challenged"
REFUNDED_LATE, REFUND_FAILS = "refunded late", "refund fails"
CARDS = {
    PAID: "4242424242424242",
    DECLINED: "4000000000000002",
    LOST: "4000000000000259",
    SLOW: "4000000000000077",
    CHALLENGED: "4000002760003184",
    REFUNDED_LATE: "4000000000007726",
    REFUND_FAILS: "4000000000005126",
}

# How the gateway fails: before or after it did something, with an error or by breaking off; or the form is sent twice.
TWICE, BEFORE, AFTER, BEFORE_BREAK, AFTER_BREAK = "twice", "error before", "error after", "break before", "break after"
FAULTS = (BEFORE, AFTER, BEFORE_BREAK, AFTER_BREAK)

# How its webhooks come: as they happened, each twice, the newest first, or all that ever were once more.
IN_ORDER, DOUBLED, REORDERED, ONCE_MORE = "in order", "doubled", "newest first", "once more"
HEARINGS = (IN_ORDER, DOUBLED, REORDERED, ONCE_MORE)

GATEWAY, OTHER, CREDIT = "gateway", "other", "credit"
OPEN_AGAIN, STAYS_PAID = "open_again", "stays_paid"


@dataclass(frozen=True)
class Operation:
    """`of` names what it makes or is about (an invoice A, a payment p1, a return r1), `on` what that stands on."""

    what: str
    of: str = ""
    on: str = ""
    minor: int = 0
    how: str = ""
    trouble: str = ""  # what goes wrong meanwhile, or where the worker dies
    effect: str = ""
    shares: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        shares = " ".join(f"{name}:{minor}" for name, minor in self.shares)
        told = (self.of, f"on {self.on}" if self.on else "", str(self.minor or ""), self.how, self.effect, shares)
        trouble = f"[{self.trouble}]" if self.trouble else ""
        return " ".join(part for part in (self.what, *told, trouble) if part)
