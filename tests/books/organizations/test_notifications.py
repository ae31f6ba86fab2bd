"""What the office is told of, and how."""

import pytest

from counterfoil.books.organizations import notifications, staff
from counterfoil.books.organizations.notifications import Preference
from counterfoil.foundation.events import Event
from tests.support.cast import actor
from tests.support.refusals import refused

EVENTS = (
    "quote.viewed",
    "quote.accepted",
    "quote.declined",
    "sales_order.viewed",
    "invoice.viewed",
    "recurring_invoice.made",
    "recurring_invoice.not_made",
    "retainer_invoice.viewed",
    "approval.first_viewed",
    "approval.viewed",
    "approval.approved",
    "approval.rejected",
    "comment.added",
    "comment.mentioned",
    "file.uploaded",
    "details.updated",
    "payment.made",
    "payment.failed",
    "payment.charged_back",
    "gateway.differed",
    "gateway.silent",
    "payment.refund_failed",
    "review.submitted",
    "portal.invitation_accepted",
)


def change(cast, chosen, by=None):
    notifications.change(cast.studio, chosen, by=by or cast.by_olga)


def test_at_first_all_are_in_the_list_and_what_asks_for_an_answer_or_is_of_money_is_mailed(cast):
    found = notifications.preferences(cast.studio.id)
    assert tuple(found) == EVENTS
    assert all(one.in_list and not one.staff_ids for one in found.values())
    assert [event for event in EVENTS if found[event].mail_primary] == [
        "quote.accepted",
        "quote.declined",
        "recurring_invoice.not_made",
        "comment.added",
        "details.updated",
        "payment.made",
        "payment.charged_back",
        "gateway.differed",
        "payment.refund_failed",
    ]
    assert all(notifications.preference(cast.studio.id, event) == found[event] for event in EVENTS)


def test_a_choice_holds_for_its_event_and_organization_alone(cast):
    change(cast, {"payment.failed": Preference(mail_primary=True, in_list=False, staff_ids=(cast.stig.id,))})
    chosen = notifications.preference(cast.studio.id, "payment.failed")
    assert chosen == Preference(mail_primary=True, in_list=False, staff_ids=(cast.stig.id,))
    assert notifications.preference(cast.studio.id, "payment.made").mail_primary
    assert not notifications.preference(cast.quay.id, "payment.failed").mail_primary
    assert Event.objects.get(name="organization.notifications_changed").data["events"] == ["payment.failed"]


def test_the_same_again_is_no_change(cast):
    change(cast, notifications.preferences(cast.studio.id))
    assert not Event.objects.filter(name="organization.notifications_changed").exists()


def test_nobody_is_mailed_who_does_not_work_here(cast):
    invited = staff.invite(cast.studio, name="Nina", email="nina@studio.test", role="staff", by=cast.by_olga)
    wished = (cast.otto.id, invited.id, cast.stig.id)
    change(cast, {"payment.made": Preference(mail_primary=True, in_list=True, staff_ids=wished)})
    assert notifications.preference(cast.studio.id, "payment.made").staff_ids == (cast.stig.id,)
    staff.remove(cast.stig, by=cast.by_olga)
    assert notifications.preference(cast.studio.id, "payment.made").staff_ids == ()
    assert notifications.preferences(cast.studio.id)["payment.made"].staff_ids == ()


def test_an_event_that_the_office_is_never_told_of_is_a_mistake(cast):
    with pytest.raises(KeyError):
        notifications.preference(cast.studio.id, "invoice.deleted")
    with pytest.raises(KeyError):
        change(cast, {"invoice.deleted": Preference(mail_primary=True, in_list=True)})


def test_only_an_owner_of_this_organization_chooses(cast):
    for person in (cast.stig, cast.vera, cast.otto):
        with refused("NOT_ALLOWED"):
            change(cast, {"payment.made": Preference(mail_primary=False, in_list=False)}, by=actor(person))
