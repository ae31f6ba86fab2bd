"""What a customer is asked to approve: time of a project over a period. Decided once, by them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import numbering
from counterfoil.books.organizations.models import Organization
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.sales.taking import move
from counterfoil.books.sales.viewing import SAME_VISIT
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.events import Event, record
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.refusal import Refused

from .models import MODULE, Approval, Project, TimeEntry, TimeEntryQuerySet
from .taking import again, must_be_as_seen, take

FIRST_VIEWED, VIEWED = "approval.first_viewed", "approval.viewed"
MOST_ENTRIES = 300
LONGEST_REASON = LONGEST_NOTES = 1_000


@dataclass(frozen=True, kw_only=True)
class ApprovalContent:
    """What is to be approved: these pieces of time, of those in the period; None is all of them."""

    first: date
    last: date
    entry_ids: Collection[int] | None = None
    notes: str = ""


@transaction.atomic
def create(project: Project, content: ApprovalContent, *, by: Actor, making_key: str = "") -> Approval:
    """Draw up what a customer is to approve. The same form sent again (by its `making_key`) gives what it made.

    Raises Refused: NOT_ALLOWED, PERIOD, NOTHING_CHOSEN, TOO_MANY_ENTRIES, NOT_FREE (some of it is in another approval
    or billed), NOTES_TOO_LONG.
    """
    project = take(project, staff=by)
    made = Approval.objects.filter(organization_id=project.organization_id, making_key=making_key)
    if making_key and (earlier := made.first()):
        return earlier
    approval = Approval(
        organization_id=project.organization_id,
        customer_id=project.customer_id,
        project=project,
        making_key=making_key,
        made_at=clock.now(),
        made_by=by.as_json(),
    )
    _write(approval, content)
    record("approval.created", approval, by=by, audience="office", **told(approval))
    return approval


@transaction.atomic
def edit(approval: Approval, content: ApprovalContent, *, by: Actor, revision: int) -> Approval:
    """Change a draft, or what was rejected, before it is sent.

    Raises Refused: APPROVAL_CHANGED, WRONG_STATE, and as `create`.
    """
    approval = take(approval, staff=by, revision=revision)
    _must_be_open_to_change(approval)
    approval.revision += 1
    _write(approval, content)
    record("approval.edited", approval, by=by, audience="office", **told(approval))
    return approval


@transaction.atomic
def send(approval: Approval, *, to: Sequence[int], by: Actor, revision: int) -> Approval:
    """Ask contact persons (ids), by mail, who decide in the portal. What was rejected and mended is asked for again.

    One that waits already can be mailed again. Raises Refused: APPROVAL_CHANGED, APPROVAL_DECIDED, MODULE_OFF,
    NOTHING_CHOSEN, NO_RECIPIENT.
    """
    approval = take(approval, staff=by, revision=revision)
    if approval.state == Approval.State.APPROVED:
        raise Refused("APPROVAL_DECIDED", how_it_was_decided(approval))
    if not is_on(Organization.objects.only("modules").get(id=approval.organization_id), MODULE):
        raise Refused(
            "MODULE_OFF",
            _("Customers don't see timesheets yet. Switch them on in Settings > Preferences > Customer portal."),
        )
    if not approval.minutes:
        raise Refused("NOTHING_CHOSEN", _("There is no time in it to approve."))
    ids = _recipients(approval, to)
    if approval.state != Approval.State.AWAITING:
        _ask(approval)
    people = [str(one) for one in ids]
    record("approval.sent", approval, by=by, audience="both", contact_ids=people, **told(approval))
    return approval


@transaction.atomic
def recall(approval: Approval, *, by: Actor, revision: int) -> Approval:
    """Take back what waits, so that it can be changed.

    Raises Refused: APPROVAL_CHANGED, APPROVAL_DECIDED, WRONG_STATE.
    """
    approval = take(approval, staff=by)
    _must_wait(approval)
    must_be_as_seen(approval, revision)
    move(approval, Approval.State.DRAFT)
    approval.revision += 1
    approval.viewed_at = approval.viewed_by = None
    approval.save()
    record("approval.recalled", approval, by=by, audience="both", **told(approval))
    return approval


@transaction.atomic
def delete(approval: Approval, *, by: Actor, revision: int) -> None:
    """Throw away a draft, or what was taken back; its time is free again.

    Raises Refused: APPROVAL_CHANGED, NOT_A_DRAFT.
    """
    approval = take(approval, staff=by, revision=revision)
    if approval.state != Approval.State.DRAFT:
        raise Refused("NOT_A_DRAFT", _("What waits for the customer or was decided can't be deleted."))
    record("approval.deleted", approval, by=by, audience="office", **told(approval))
    entries_of(approval).update(approval=None)
    approval.delete()


@transaction.atomic
def view(approval: Approval, *, by: Actor) -> Approval:
    """Remember the first time that the customer opened it, and record each, of one person once in half an hour."""
    if by.kind != "contact" or was_just_seen(approval, actor=by):
        return approval
    approval = again(approval)
    by.must_act_for(approval.customer_id, organization_id=approval.organization_id)
    if approval.state == Approval.State.DRAFT or was_just_seen(approval, actor=by):
        return approval
    is_first = approval.viewed_at is None
    if is_first:
        approval.viewed_at, approval.viewed_by_id = clock.now(), by.id
        approval.save(update_fields=["viewed_at", "viewed_by"])
    about = {"number": approval.number, "revision": approval.revision}
    record(FIRST_VIEWED if is_first else VIEWED, approval, by=by, audience="office", **about)
    return approval


def was_just_seen(approval: Approval, *, actor: Actor) -> bool:
    """Whether this person opened it, as it is now, within the last half hour. Reads only."""
    seen = Event.objects.filter(
        organization_id=approval.organization_id,
        subject_kind=approval.kind(),
        subject_id=approval.id,
        name__in=(FIRST_VIEWED, VIEWED),
        at__gt=clock.now() - SAME_VISIT,
    )
    return any(one.data["revision"] == approval.revision and one.by.id == actor.id for one in seen)


@transaction.atomic
def approve(approval: Approval, *, by: Actor, revision: int) -> Approval:
    """The customer agrees with the time as they read it. The same person approving twice changes nothing.

    Raises Refused: NOT_YOURS, APPROVAL_CHANGED, APPROVAL_DECIDED (by whom and how), WRONG_STATE.
    """
    approval = _take_to_decide(approval, by)
    if _was_decided_so(approval, Approval.State.APPROVED, by, revision):
        return approval
    return _decide(approval, Approval.State.APPROVED, by, revision)


@transaction.atomic
def reject(approval: Approval, *, by: Actor, revision: int, reason: str) -> Approval:
    """The customer doesn't agree, and says why; it can be mended and sent again. The same person twice is once.

    Raises Refused: REASON_MISSING, REASON_TOO_LONG, and as `approve`.
    """
    approval, reason = _take_to_decide(approval, by), reason.strip()
    if _was_decided_so(approval, Approval.State.REJECTED, by, revision):
        return approval
    if not reason:
        raise Refused("REASON_MISSING", _("Please say why, so that it can be put right."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("REASON_TOO_LONG", _("Please write at most 1,000 characters."), field="reason")
    return _decide(approval, Approval.State.REJECTED, by, revision, reason=reason)


def could_have(project: Project, first: date, last: date, approval: Approval | None = None) -> TimeEntryQuerySet:
    """The time of a project in a period that can be approved: billable, not billed yet, and in no other approval."""
    free = Q(approval__isnull=True) | Q(approval=approval) if approval and approval.pk else Q(approval__isnull=True)
    entries = TimeEntry.objects.filter(free, project=project, worked_on__range=(first, last))
    return entries.unbilled()


def entries_of(approval: Approval) -> TimeEntryQuerySet:
    """The time that it is about, in the order in which it was worked."""
    return TimeEntry.objects.filter(approval=approval).order_by("worked_on", "id")


def add_up(approval_id: int) -> None:
    """Its time was changed: keep the sum, and let who read it before read it again. Within a verb's transaction."""
    Approval.objects.filter(id=approval_id).update(minutes=_sum(approval_id), revision=F("revision") + 1)


def decided_by(approval: Approval) -> Actor | None:
    """Who decided it."""
    return actor_from(approval.decided_by) if approval.decided_by else None


def how_it_was_decided(approval: Approval) -> Any:
    """A sentence on who decided it, and how."""
    actor = decided_by(approval)
    who = {"who": actor.name if actor else ""}
    if approval.state == Approval.State.REJECTED:
        return _("%(who)s has already rejected this timesheet.") % who
    return _("%(who)s has already approved this timesheet.") % who


def told(approval: Approval) -> dict[str, Any]:
    """What events tell of it."""
    return {
        "number": approval.number,
        "is_draft": not approval.number,
        "hours": format_hours(approval.minutes),
        "minutes": approval.minutes,
        "first": approval.first.isoformat(),
        "last": approval.last.isoformat(),
        "revision": approval.revision,
    }


def _write(approval: Approval, content: ApprovalContent) -> None:
    """Into the rows; refuses before anything is written."""
    if content.last < content.first:
        raise Refused("PERIOD", _("The last day is before the first."), field="last")
    if len(content.notes) > LONGEST_NOTES:
        raise Refused("NOTES_TOO_LONG", _("Please write at most 1,000 characters."), field="notes")
    able = could_have(approval.project, content.first, content.last, approval)
    if content.entry_ids is None:
        ids = set(able.values_list("id", flat=True)[: MOST_ENTRIES + 1])
    else:
        wanted = set(content.entry_ids)
        ids = set(able.filter(id__in=wanted).values_list("id", flat=True))
        if ids != wanted:
            raise Refused(
                "NOT_FREE",
                _("Some of this time is in another approval or on an invoice by now. Please choose again."),
                field="entries",
            )
    if not ids:
        raise Refused("NOTHING_CHOSEN", _("Choose the time that is to be approved."), field="entries")
    if len(ids) > MOST_ENTRIES:
        raise Refused("TOO_MANY_ENTRIES", _("At most 300 entries at once. Choose a shorter period."), field="last")
    approval.first, approval.last, approval.notes = content.first, content.last, content.notes.strip()
    approval.save()
    TimeEntry.objects.filter(approval=approval).exclude(id__in=ids).update(approval=None)
    TimeEntry.objects.filter(id__in=ids).update(approval=approval)
    approval.minutes = _sum(approval.id)
    approval.save(update_fields=["minutes"])


def _sum(approval_id: int) -> int:
    found = TimeEntry.objects.filter(approval_id=approval_id).aggregate(sum=Sum("minutes"))["sum"]
    return found or 0


def _ask(approval: Approval) -> None:
    move(approval, Approval.State.AWAITING)
    approval.decided_at = approval.decided_by = None
    approval.reason = ""
    approval.viewed_at = approval.viewed_by = None
    approval.sent_at = clock.now()
    approval.revision += 1
    if not approval.number:
        approval.number = numbering.take(approval.organization_id, Approval.numbered_as)
        approval.number_key = approval.number.casefold()
    approval.save()


def _recipients(approval: Approval, to: Sequence[int]) -> list[int]:
    people = ContactPerson.objects.with_access().filter(customer_id=approval.customer_id, id__in=to).exclude(email="")
    ids = sorted(people.values_list("id", flat=True))
    if not ids:
        raise Refused(
            "NO_RECIPIENT",
            _("Choose at least one contact person who can open the portal: it is approved there."),
            field="to",
        )
    return ids


def _take_to_decide(approval: Approval, actor: Actor) -> Approval:
    """As it is now, for one of the customer's people who may enter the portal. Raises Refused: NOT_YOURS."""
    approval = again(approval)
    people = ContactPerson.objects.with_access().filter(id=actor.id or 0, customer_id=approval.customer_id)
    if actor.kind != "contact" or not people.exists():
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    return approval


def _was_decided_so(approval: Approval, state: Approval.State, actor: Actor, revision: int) -> bool:
    """Whether the same person has just decided the same."""
    earlier = decided_by(approval)
    same = earlier is not None and (earlier.kind, earlier.id) == (actor.kind, actor.id)
    return same and approval.state == state and approval.revision == revision


def _must_wait(approval: Approval) -> None:
    """Refuse (APPROVAL_DECIDED, WRONG_STATE) unless it waits for its customer."""
    if approval.decided_at is not None:
        raise Refused("APPROVAL_DECIDED", how_it_was_decided(approval))
    if approval.state != Approval.State.AWAITING:
        raise Refused("WRONG_STATE", _("This timesheet was taken back by who sent it."))


def _decide(approval: Approval, to: Approval.State, by: Actor, revision: int, *, reason: str = "") -> Approval:
    _must_wait(approval)
    must_be_as_seen(approval, revision)
    move(approval, to)
    approval.decided_at, approval.decided_by, approval.reason = clock.now(), by.as_json(), reason
    approval.save()
    why = {"why": reason} if reason else {}
    record(f"approval.{to.value}", approval, by=by, audience="both", **why, **told(approval))
    return approval


def _must_be_open_to_change(approval: Approval) -> None:
    if approval.state not in (Approval.State.DRAFT, Approval.State.REJECTED):
        raise Refused("WRONG_STATE", _("This waits for the customer, or is approved. Take it back to change it."))
