"""The lock date: nothing is posted, voided or changed on or before it, except by an owner who says why."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock, languages
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.formats import format_date
from counterfoil.foundation.refusal import Refused

from . import organizations
from .models import Organization

EARLIEST = date(1900, 1, 1)
READING = "SELECT id, locked_until, date_format FROM organizations_organization WHERE id = %s"


@transaction.atomic
def set(organization: Organization, until: date, *, revision: int, by: Actor) -> Organization:  # noqa: A001
    """Lock the books up to and including a day before today. Moving it back needs a reason, which `by` carries.

    Raises Refused: NOT_ALLOWED, ORGANIZATION_CHANGED, LOCK_TO_COME (today or later), DATE_FAR_OFF,
    LOCKED_ALREADY, REASON_MISSING.
    """
    organization = organizations.lock(organization, revision, by)
    if until >= clock.today(organization.time_zone):
        raise Refused("LOCK_TO_COME", _("Choose a day before today: today's payments must still count."), field="until")
    if until < EARLIEST:
        raise Refused("DATE_FAR_OFF", _("Please check the year."), field="until")
    if until == organization.locked_until:
        raise Refused("LOCKED_ALREADY", _("The books are locked up to that day already."), field="until")
    if organization.locked_until and until < organization.locked_until:
        _must_say_why(by)
    return _move(organization, until, by)


@transaction.atomic
def clear(organization: Organization, *, revision: int, by: Actor) -> Organization:
    """Lock nothing any more. Raises Refused: NOT_ALLOWED, ORGANIZATION_CHANGED, NOT_LOCKED, REASON_MISSING."""
    organization = organizations.lock(organization, revision, by)
    if organization.locked_until is None:
        raise Refused("NOT_LOCKED", _("Nothing is locked."))
    _must_say_why(by)
    return _move(organization, None, by)


def must_be_open(organization_id: int, *days: date, actor: Actor, field: str | None = None) -> None:
    """Refuse (LOCKED) if one of these days is locked, unless an owner acts who says why.

    Until the transaction ends, nobody locks what is open now.
    """
    organization = _held(organization_id)
    until = organization.locked_until
    locked = [day for day in days if until and day <= until]
    if until is None or not locked or _may_pass(actor):
        return
    said = {"until": _written(until, organization), "day": _written(min(locked), organization)}
    if actor.role == "owner":
        sentence = _("The books are locked up to and including %(until)s, and this concerns %(day)s.")
    else:
        sentence = _(
            "The books are locked up to and including %(until)s, and this concerns %(day)s. "
            "An owner can do it all the same, by saying why."
        )
    raise Refused("LOCKED", sentence % said, field=field)


def first_open_day(organization_id: int, wished: date) -> date:
    """The day that is wished if it is open, or else the first that is: where money counts that can't be refused.

    Until the transaction ends, nobody locks that day.
    """
    until = _held(organization_id).locked_until
    return wished if until is None else max(wished, until + timedelta(days=1))


def _held(organization_id: int) -> Organization:
    """The organization with its lock date, which nobody moves until this transaction ends.

    On PostgreSQL by a lock that any number of postings share, so that they don't wait for each other. On SQLite the
    transaction is the only one that writes.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("The lock date was read outside a transaction.")
    sql = READING + " FOR SHARE" if connection.features.has_select_for_update else READING
    (row,) = Organization.objects.raw(sql, [organization_id])
    return row


def _may_pass(actor: Actor) -> bool:
    return actor.kind == "staff" and actor.role == "owner" and bool(actor.reason.strip())


def _must_say_why(by: Actor) -> None:
    if not by.reason.strip():
        raise Refused("REASON_MISSING", _("Say why: this opens days that were locked."), field="reason")


def _move(organization: Organization, until: date | None, by: Actor) -> Organization:
    was = organization.locked_until
    organization.locked_until = until
    organization.revision += 1
    organization.save(update_fields=["locked_until", "revision"])
    record(
        "lock_date.set" if until else "lock_date.cleared",
        organization,
        by=by,
        audience="office",
        was=was and was.isoformat(),
        until=until and until.isoformat(),
    )
    return organization


def _written(day: date, organization: Organization) -> str:
    return format_date(day, languages.current(), organization.date_format)
