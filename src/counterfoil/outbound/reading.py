"""What somebody does with their own bell: read a line, read them all. Nobody else hears of it."""

from django.db import transaction
from django.db.models import QuerySet

from counterfoil.foundation import clock

from .models import Notification

MOST_COUNTED = 100  # a bell says "99+"


@transaction.atomic
def mark_read(notification: Notification) -> None:
    """Remember when a line was first opened. Again changes nothing."""
    Notification.objects.filter(id=notification.id, read_at__isnull=True).update(read_at=clock.now())


@transaction.atomic
def mark_all_read(notifications: QuerySet[Notification], *, up_to: int) -> None:
    """Mark a reader's lines as read, up to the newest that they saw (its id): what came meanwhile stays unread."""
    notifications.filter(id__lte=up_to, read_at__isnull=True).update(read_at=clock.now())


def unread(notifications: QuerySet[Notification]) -> int:
    """How many of a reader's lines are unread, counted only to 100: one query on an index of unread lines alone."""
    return notifications.filter(read_at__isnull=True).order_by()[:MOST_COUNTED].count()
