"""What leaves because of projects and timesheets: the mail that asks, bells on both sides, replies to what is said."""

from typing import Any

import pytest

from counterfoil.books.conversations import comments
from counterfoil.books.organizations import notifications
from counterfoil.books.organizations.notifications import Preference
from counterfoil.books.projects import approvals, projects
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_period
from counterfoil.outbound import enclosures, links, mailing, words
from counterfoil.outbound.models import Mail, Notification
from tests.support import projects as make
from tests.support.cast import Cast, actor
from tests.support.switches import switch
from tests.support.telling import spread


@pytest.fixture
def shown(quiet_cast: Cast) -> Cast:
    switch(quiet_cast, projects=True)
    return quiet_cast


def asked(cast: Cast, *to: Any, name: str = "Shop window") -> Any:
    one = make.project(cast, name=name)
    make.time(cast, make.task(cast, one), 90)
    return make.approval(cast, one, to=[person.id for person in to] or [cast.ana.id])


def lines_for(person: Any, door: Any = "portal") -> list[str]:
    who = {"contact": person} if door == "portal" else {"staff": person}
    rows = Notification.objects.filter(**who).select_related("event").order_by("id")
    return [words.sentence(one.event, door=door, reader_language="en", customer_name="Harbour").text for one in rows]


def test_whoever_is_asked_gets_a_mail_with_the_way_to_it(shown: Cast) -> None:
    one = asked(shown)
    spread()
    mail = Mail.objects.get(template="approval_request")
    assert mail.recipient == shown.ana.email
    assert mail.subject == f"Timesheet {one.number} from Lindqvist & Zhou Studio waits for your approval"
    assert f"/portal/lindqvist-zhou/{shown.bakery.id}/approvals/{one.id}/" in mail.text
    period = format_period(one.first, one.last, "en", shown.studio.date_format)
    for text in ("Review timesheet", "Shop window", "1:30", period):
        assert text in mail.text
    assert enclosures.of(mail) == ()


def test_the_mail_is_in_the_language_of_its_reader_and_in_ones_own_words(shown: Cast) -> None:
    from counterfoil.books.organizations import mail_templates
    from counterfoil.books.organizations.mail_templates import Text

    text = Text("{number}: {hours} on {project}", "Dear {person},\n\n{period}, for {customer} by {organization}.")
    mail_templates.change(shown.studio, text, kind="approval_request", language="en", revision=0, by=shown.by_olga)
    one = asked(shown)
    spread()
    mail = Mail.objects.get(template="approval_request")
    assert mail.subject == f"{one.number}: 1:30 on Shop window"
    assert "for Harbour Bakery Ltd by Lindqvist & Zhou Studio." in mail.text


def test_asked_again_is_mailed_again_and_each_sending_once(shown: Cast) -> None:
    one = asked(shown, shown.ana, shown.sam)
    spread()
    mailing.ask_for_approval(Event.objects.get(name="approval.sent"))
    assert Mail.objects.filter(template="approval_request").count() == 2
    approvals.send(one, to=[shown.sam.id], by=shown.by_olga, revision=one.revision)
    spread()
    assert Mail.objects.filter(template="approval_request", recipient=shown.sam.email).count() == 2


def test_what_was_taken_back_at_once_is_not_mailed(shown: Cast) -> None:
    one = asked(shown)
    one = approvals.recall(one, by=shown.by_olga, revision=one.revision)
    gone = asked(shown, name="Awning")
    gone = approvals.recall(gone, by=shown.by_olga, revision=gone.revision)
    approvals.delete(gone, by=shown.by_olga, revision=gone.revision)
    spread()
    assert not Mail.objects.filter(template="approval_request").exists()
    approvals.send(one, to=[shown.ana.id], by=shown.by_olga, revision=one.revision)
    spread()
    assert Mail.objects.filter(template="approval_request").count() == 1


def test_a_mail_that_still_waits_is_withdrawn_when_it_asks_for_nothing_any_more(shown: Cast) -> None:
    one = asked(shown)
    spread()
    mail = Mail.objects.get(template="approval_request")
    approvals.approve(one, by=shown.by_ana, revision=one.revision)
    with pytest.raises(links.Withdrawn):
        enclosures.of(mail)


def test_everybody_at_the_customer_hears_a_bell(shown: Cast) -> None:
    one = asked(shown)
    spread()
    asks = f"Timesheet {one.number} with 1:30 hours waits for your approval."
    assert lines_for(shown.ana) == lines_for(shown.sam) == [asks]
    assert lines_for(shown.bruno) == []
    approvals.recall(one, by=shown.by_olga, revision=one.revision)
    spread()
    assert lines_for(shown.sam)[1:] == [f"Timesheet {one.number} was taken back. You need not decide it now."]


def test_where_the_portal_has_none_nobody_is_told(shown: Cast) -> None:
    one = asked(shown)
    comments.add(one.project, "Done.", by=shown.by_olga, shown=True)
    switch(shown, projects=False)
    spread()
    assert not Notification.objects.filter(contact__isnull=False).exists()
    assert not Mail.objects.filter(template="approval_request").exists()


def test_the_office_hears_of_the_first_view_and_of_the_decision(shown: Cast) -> None:
    one, other = asked(shown), asked(shown, name="Awning")
    approvals.view(one, by=shown.by_ana)
    approvals.approve(one, by=shown.by_ana, revision=one.revision)
    approvals.reject(other, by=shown.by_ana, revision=other.revision, reason="One hour less")
    spread()
    told = [
        f"Ana Moreau of Harbour opened {one.number} for the first time.",
        f"Ana Moreau of Harbour approved {one.number} with 1:30 hours.",
        f"Ana Moreau of Harbour rejected {other.number} with 1:30 hours.",
    ]
    assert lines_for(shown.olga, "office") == lines_for(shown.stig, "office") == told
    assert not Mail.objects.filter(template="office_notice").exists()


def test_who_wants_a_mail_of_a_decision_reads_the_hours_the_period_and_why(shown: Cast) -> None:
    wished = Preference(mail_primary=False, in_list=True, staff_ids=(shown.stig.id,))
    kinds = dict.fromkeys(("approval.approved", "approval.rejected"), wished)
    notifications.change(shown.studio, kinds, by=shown.by_olga)
    one, other = asked(shown), asked(shown, name="Awning")
    approvals.approve(one, by=shown.by_ana, revision=one.revision)
    approvals.reject(other, by=shown.by_ana, revision=other.revision, reason="One hour <less>")
    spread()
    approved, rejected = Mail.objects.filter(template="office_notice", recipient=shown.stig.email).order_by("id")
    period = format_period(one.first, one.last, "en")
    for mail in (approved, rejected):
        assert "1:30" in mail.text
        assert period in mail.text
    assert "They wrote: “One hour <less>”" in rejected.text
    assert "One hour &lt;less&gt;" in rejected.html
    assert f"/office/{shown.studio.id}/approvals/{other.id}/" in rejected.text
    assert "They wrote" not in approved.text


def test_who_only_logs_time_hears_of_nothing(shown: Cast) -> None:
    tess = make.timekeeper(shown)
    one = asked(shown)
    approvals.approve(one, by=shown.by_ana, revision=one.revision)
    spread()
    assert lines_for(tess, "office") == []


def test_a_reply_on_a_project_or_a_timesheet_leads_to_where_it_stands(shown: Cast) -> None:
    one = asked(shown)
    spread()
    Mail.objects.all().delete()
    about = {one.project: ("projects", "Shop window"), one: ("approvals", one.number)}
    for subject, (folder, name) in about.items():
        comments.add(subject, "How is it?", by=shown.by_ana)
        comments.add(subject, "Nearly done.", by=shown.by_olga, shown=True, mentions=[shown.stig.id])
        comments.add(subject, "Only for us.", by=shown.by_olga)
        spread()
        reply = Mail.objects.get(template="reply")
        assert reply.recipient == shown.ana.email
        assert reply.subject == f"Olga Lindqvist commented on {name}."
        assert "Nearly done." in reply.text
        assert f"/{shown.bakery.id}/{folder}/{subject.id}/#conversation" in reply.text
        notice = Mail.objects.get(template="office_notice")
        assert f"/office/{shown.studio.id}/{folder}/{subject.id}/#conversation" in notice.text
        Mail.objects.all().delete()
    assert lines_for(shown.stig, "office") == [
        "Ana Moreau of Harbour commented on Shop window.",
        "Olga Lindqvist wants you to read a comment on Shop window of Harbour.",
        f"Ana Moreau of Harbour commented on {one.number}.",
        f"Olga Lindqvist wants you to read a comment on {one.number} of Harbour.",
    ]


def test_a_reply_on_what_the_customer_no_longer_sees_is_for_us(shown: Cast) -> None:
    one = make.project(shown)
    one = projects.deactivate(one, by=shown.by_olga, revision=1)
    comments.add(one, "Finished at last.", by=actor(shown.stig))
    spread()
    assert not Mail.objects.exists()
    assert not Notification.objects.filter(contact__isnull=False).exists()
