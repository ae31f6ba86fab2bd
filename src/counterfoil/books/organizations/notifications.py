"""What the office is told of, and how: in its list, by mail to the primary address, by mail to chosen staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record

from .models import NotificationPreference, Organization, StaffMember


@dataclass(frozen=True)
class Preference:
    """How one kind of event reaches the office. `staff_ids` are those who are mailed besides the primary address."""

    mail_primary: bool
    in_list: bool
    staff_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Kind:
    """An event that the office can be told of, and what holds until somebody chooses."""

    event: str
    label: Any
    at_first: Preference


KINDS = (
    Kind("quote.viewed", _("Quote viewed"), Preference(mail_primary=False, in_list=True)),
    Kind("quote.accepted", _("Quote accepted"), Preference(mail_primary=True, in_list=True)),
    Kind("quote.declined", _("Quote declined"), Preference(mail_primary=True, in_list=True)),
    Kind(
        "sales_order.viewed", _("Sales order viewed for the first time"), Preference(mail_primary=False, in_list=True)
    ),
    Kind("invoice.viewed", _("Invoice viewed for the first time"), Preference(mail_primary=False, in_list=True)),
    Kind("recurring_invoice.made", _("Recurring invoice made"), Preference(mail_primary=False, in_list=True)),
    Kind(
        "recurring_invoice.not_made",
        _("Recurring invoice could not be made"),
        Preference(mail_primary=True, in_list=True),
    ),
    Kind(
        "retainer_invoice.viewed",
        _("Retainer invoice viewed for the first time"),
        Preference(mail_primary=False, in_list=True),
    ),
    Kind(
        "approval.first_viewed", _("Timesheet viewed for the first time"), Preference(mail_primary=False, in_list=True)
    ),
    Kind("approval.viewed", _("Timesheet viewed"), Preference(mail_primary=False, in_list=True)),
    Kind("approval.approved", _("Timesheet approved"), Preference(mail_primary=False, in_list=True)),
    Kind("approval.rejected", _("Timesheet rejected"), Preference(mail_primary=False, in_list=True)),
    Kind("comment.added", _("Comment of a customer"), Preference(mail_primary=True, in_list=True)),
    Kind("comment.mentioned", _("Mentioned in a comment"), Preference(mail_primary=False, in_list=True)),
    Kind("file.uploaded", _("Document uploaded"), Preference(mail_primary=False, in_list=True)),
    Kind("details.updated", _("Details updated"), Preference(mail_primary=True, in_list=True)),
    Kind("payment.made", _("Invoice paid"), Preference(mail_primary=True, in_list=True)),
    Kind("payment.failed", _("Payment failed"), Preference(mail_primary=False, in_list=True)),
    Kind("payment.charged_back", _("Chargeback"), Preference(mail_primary=True, in_list=True)),
    Kind("gateway.differed", _("Gateway and books differ"), Preference(mail_primary=True, in_list=True)),
    Kind("gateway.silent", _("Gateway does not answer"), Preference(mail_primary=False, in_list=True)),
    Kind("payment.refund_failed", _("Refund failed"), Preference(mail_primary=True, in_list=True)),
    Kind("review.submitted", _("Review submitted"), Preference(mail_primary=False, in_list=True)),
    Kind("portal.invitation_accepted", _("Portal invitation accepted"), Preference(mail_primary=False, in_list=True)),
)
_BY_EVENT = {kind.event: kind for kind in KINDS}


def preference(organization_id: int, event: str) -> Preference:
    """How the office hears of an event now. Raises KeyError for one that it is never told of."""
    at_first = _BY_EVENT[event].at_first
    row = NotificationPreference.objects.filter(organization_id=organization_id, event=event).first()
    if row is None:
        return at_first
    return Preference(row.mail_primary, row.in_list, _still_here(organization_id, row.staff_ids))


def preferences(organization_id: int) -> dict[str, Preference]:
    """How the office hears of each event, in the order of `KINDS`; two queries."""
    rows = {row.event: row for row in NotificationPreference.objects.filter(organization_id=organization_id)}
    here = set(_still_here(organization_id, [one for row in rows.values() for one in row.staff_ids]))
    found = {}
    for kind in KINDS:
        row = rows.get(kind.event)
        found[kind.event] = (
            Preference(row.mail_primary, row.in_list, tuple(one for one in row.staff_ids if one in here))
            if row
            else kind.at_first
        )
    return found


@transaction.atomic
def change(organization: Organization, chosen: Mapping[str, Preference], *, by: Actor) -> None:
    """Set how the office hears of some events. Staff who don't work here are left out.

    Raises KeyError as `preference`.
    """
    Organization.objects.select_for_update().only("id").get(id=organization.id)
    by.must_be_staff_of(organization.id, "owner")
    before = preferences(organization.id)
    changed = []
    for event, wished in chosen.items():
        new = Preference(wished.mail_primary, wished.in_list, _still_here(organization.id, wished.staff_ids))
        if new == before[event]:
            continue
        NotificationPreference.objects.update_or_create(
            organization=organization,
            event=event,
            defaults={
                "mail_primary": new.mail_primary,
                "in_list": new.in_list,
                "staff_ids": list(new.staff_ids),
            },
        )
        changed.append(event)
    if changed:
        record("organization.notifications_changed", organization, by=by, audience="office", events=changed)


def _still_here(organization_id: int, staff_ids: Any) -> tuple[int, ...]:
    """Those of these staff members who work here and have accepted, in order of their ids."""
    if not staff_ids:
        return ()
    members = StaffMember.objects.told_of_business().filter(organization_id=organization_id, id__in=staff_ids)
    return tuple(members.order_by("id").values_list("id", flat=True))
