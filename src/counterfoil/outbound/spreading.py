"""Takes each event to those who subscribed to it. Repeats after a crash and never loses one."""

from counterfoil.foundation import clock, events
from counterfoil.foundation.events import Event, Unspread

from .containment import Contained


def spread_due(limit: int = 50) -> int:
    """Spread the events that are due; returns how many. A subscriber that fails hears of its event again, later."""
    if not Unspread.objects.filter(due_at__lte=clock.now()).exists():
        return 0
    due = events.claim_unspread(limit)
    for event in due:
        spread(event)
    return len(due)


def spread(event: Event) -> bool:
    """Call every subscriber of one event, whatever becomes of the others. Returns whether all of them succeeded."""
    failed = False
    for subscriber in events.subscribers(event.name):
        with Contained("event=%s name=%s subscriber=%s", event.id, event.name, subscriber.__name__) as attempt:
            subscriber(event)
        failed = failed or attempt.failure is not None
    if failed:
        events.postpone_spreading(event)
    else:
        events.mark_spread(event)
    return not failed
