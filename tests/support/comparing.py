"""The books compared with a gateway that a test has say otherwise."""

from typing import Any

from .cast import Cast, visitor
from .till import Till


def compare(till: Till) -> list[tuple[str, int, int]]:
    """What differs after one more comparison: kind, there, here."""
    from counterfoil.books.ledger import verify
    from counterfoil.books.payments import reconciling
    from counterfoil.books.payments.models import Difference

    comparison = reconciling.reconcile(till.account)
    assert comparison.finished_at is not None
    assert not verify.differences()
    open_ones = Difference.objects.filter(resolved_at__isnull=True).order_by("id")
    return [(one.kind, one.there_minor, one.here_minor) for one in open_ones]


def alter(till: Till, payment: Any, **change: Any) -> None:
    """Let the gateway's lists say something else of a payment, the next time."""
    intent = till.intent(payment.attempt)
    listed = {"data": [intent | change], "has_more": False}
    till.sandbox.order("fail_next", path="/v1/payment_intents", when="before", how="alter", change=listed)


def silence(till: Till) -> None:
    """Let the gateway not answer the next comparison."""
    till.sandbox.order("fail_next", path="/v1/payment_intents", when="before", how="status", status=500)


def pay_there(till: Till) -> str:
    """A payment of 55 pounds that only the gateway knows of; its id."""
    made = till.call("POST", "/v1/payment_intents", {"amount": 5_500, "currency": "GBP", "metadata": {}})
    till.call("POST", f"/v1/payment_intents/{made['id']}/confirm", {"payment_method": "pm_card_4242424242424242"})
    return str(made["id"])


def rings(name: str) -> int:
    """How often something was told."""
    from counterfoil.foundation.events import Event

    return Event.objects.filter(name=name).count()


def page(cast: Cast) -> str:
    """What the office reads of it."""
    return visitor(cast.vera).get(f"/office/{cast.studio.id}/reports/gateways/").text
