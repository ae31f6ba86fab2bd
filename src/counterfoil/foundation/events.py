"""The append-only log of everything that happened, and who wants to hear of it.

A verb records an event in its own transaction. After commit the worker takes each event that was not spread yet and
calls what subscribed to it. No verb knows who listens.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection, models, transaction
from django.db.models import Q

from . import clock
from .actors import Actor, actor_from
from .copying import values, write_rows
from .ids import Row

Audience = Literal["office", "customer", "both"]


class AppendOnly(models.QuerySet[Any]):
    """Rows that are written once. Corrections are new rows."""

    def update(self, **_kwargs: Any) -> int:
        raise TypeError("This log is append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("This log is append-only.")


class Event(Row):
    """Something that happened. `data` holds plain values and ids, and no secrets."""

    name = models.CharField(max_length=64)
    at = models.DateTimeField()
    organization_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    actor = models.JSONField()
    who = models.CharField(max_length=32, editable=False)  # `Actor.reference`, by which events are found
    for_office = models.BooleanField()
    for_customer = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)  # why its actor went past a rule, where they had to say it
    data = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "-id"], name="event_organization"),
            models.Index(fields=["organization_id", "customer_id", "-id"], name="event_customer"),
            models.Index(fields=["organization_id", "subject_kind", "subject_id", "-id"], name="event_subject"),
            models.Index(fields=["organization_id", "who", "-id"], name="event_who"),
            models.Index(fields=["organization_id", "-id"], condition=~Q(reason=""), name="event_with_reason"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("This log is append-only.")
        super().save(*args, **kwargs)

    @property
    def by(self) -> Actor:
        return actor_from(self.actor)


class Unspread(models.Model):
    """The outbox: one row for each event that its subscribers have not yet heard of. Claimed with a lease."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="+")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="unspread_due")]


def record(name: str, subject: models.Model, /, *, by: Actor, audience: Audience, **data: Any) -> Event:
    """Write an event into the log, in the transaction of the change that it tells of.

    The subject is a row that knows its organization, and perhaps its customer.

    Raises RuntimeError outside a transaction: an event without its change, or the other way round, must not exist.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{name} was recorded outside a transaction.")
    event = _event(name, subject, by, audience, data, clock.now())
    event.save(force_insert=True)
    Unspread.objects.create(event=event, due_at=event.at)
    return event


def _event(
    name: str, subject: models.Model, by: Actor, audience: Audience, data: dict[str, Any], at: datetime
) -> Event:
    row: Any = subject
    kind, subject_id = row.told_as(), subject.pk
    return Event(
        name=name,
        at=at,
        organization_id=subject_id if kind == "organization" else row.organization_id,
        customer_id=subject_id if kind == "customer" else getattr(row, "customer_id", None),
        subject_kind=kind,
        subject_id=subject_id,
        actor=by.as_json(),
        who=by.reference,
        for_office=audience in ("office", "both"),
        for_customer=audience in ("customer", "both"),
        reason=by.reason,
        data=data,
    )


def record_past(
    name: str, subjects: Iterable[tuple[models.Model, Mapping[str, Any]]], /, *, by: Actor, audience: Audience
) -> None:
    """Write down of many things at once that they were brought over from elsewhere, each with its data.

    It is history and no news: nobody who listens is told.
    """
    now = clock.now()
    write_rows(Event, [values(_event(name, row, by, audience, dict(data), now)) for row, data in subjects])


Subscriber = Callable[[Event], None]
_subscribers: dict[str, list[Subscriber]] = {}


def on(*names: str) -> Callable[[Subscriber], Subscriber]:
    """Subscribe a function to events by name. It runs in the worker and may be called again for the same event."""

    def subscribe(subscriber: Subscriber) -> Subscriber:
        for name in names:
            _subscribers.setdefault(name, []).append(subscriber)
        return subscriber

    return subscribe


def subscribers(name: str) -> Iterable[Subscriber]:
    """Who listens to events of this name."""
    return tuple(_subscribers.get(name, ()))


LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(hours=1)


@transaction.atomic
def claim_unspread(limit: int = 50) -> list[Event]:
    """Take events to spread, each leased for a minute: a worker that dies gives them back by dying."""
    now = clock.now()
    due = Unspread.objects.filter(due_at__lte=now).order_by("due_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    ids = [row.event_id for row in due[:limit]]
    Unspread.objects.filter(event_id__in=ids).update(due_at=now + LEASE, attempts=models.F("attempts") + 1)
    return sorted(Event.objects.filter(Q(id__in=ids)), key=lambda event: event.id)


@transaction.atomic
def mark_spread(event: Event) -> None:
    """Say that every subscriber heard of it."""
    Unspread.objects.filter(event_id=event.id).delete()


@transaction.atomic
def postpone_spreading(event: Event) -> None:
    """A subscriber failed: try again later, and later still each time, at most an hour apart."""
    row = Unspread.objects.filter(event_id=event.id).first()
    if row is not None:
        pause = min(timedelta(seconds=2 ** min(row.attempts, 12)), LONGEST_PAUSE)
        Unspread.objects.filter(event_id=event.id).update(due_at=clock.now() + pause)
