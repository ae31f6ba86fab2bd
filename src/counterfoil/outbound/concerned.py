"""Whom an event concerns by now: the log stays as it was written, and customers are merged."""

from counterfoil.books.customers import customers
from counterfoil.foundation.events import Event


def customer_id(event: Event) -> int:
    """The customer, or the one that it was merged into; 0 where an event concerns none."""
    return customers.survivor_id(event.customer_id) if event.customer_id else 0
