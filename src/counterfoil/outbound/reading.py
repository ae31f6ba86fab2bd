"""What somebody does with their own bell: read a line, read them all. Nobody else hears of it."""

from django.db import transaction
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery

from counterfoil.foundation import clock

from .models import Notification

MOST_COUNTED = 100  # a bell says "99+"


class _Counted(Subquery):
    """How many rows a question has, as a column of another."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def unread_of(reader: str) -> Subquery:
    """How many lines of the bell of each `reader` ("staff" or "contact") are unread, counted only to 100."""
    unread = Notification.objects.filter(**{f"{reader}_id": OuterRef("id")}, read_at__isnull=True)
    return _Counted(unread.order_by().values("id")[:MOST_COUNTED])


@transaction.atomic
def mark_read(notification: Notification) -> None:
    """Remember when a line was first opened. Again changes nothing."""
    Notification.objects.filter(id=notification.id, read_at__isnull=True).update(read_at=clock.now())


@transaction.atomic
def mark_all_read(notifications: QuerySet[Notification], *, up_to: int) -> None:
    """Mark a reader's lines as read, up to the newest that they saw (its id): what came meanwhile stays unread."""
    notifications.filter(id__lte=up_to, read_at__isnull=True).update(read_at=clock.now())
