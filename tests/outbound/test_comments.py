"""Who hears of a comment by bell and mail, in which words, and who never does."""

from typing import Any

import pytest

from counterfoil.books.conversations import comments
from counterfoil.books.organizations import notifications, staff
from counterfoil.books.organizations.notifications import Preference
from counterfoil.foundation.events import Event
from counterfoil.outbound import comments as outbound
from counterfoil.outbound import letters, spreading, words
from counterfoil.outbound.models import Mail, Notification
from tests.support.books import draft_invoice, invoice
from tests.support.cast import actor, person, visitor
from tests.support.telling import mailed, readers, spread

PAYLOAD = '"><script>alert(1)</script>'


def test_the_office_hears_of_a_customers_comment_with_its_words(quiet_cast: Any, sent: Any) -> None:
    comments.add(sent, "Could it wait\nuntil Friday?", by=quiet_cast.by_ana)
    spread()
    assert readers("comment.added") == {"Olga Lindqvist", "Stig Holm", "Vera Zhou"}
    assert mailed("office_notice") == {"hello@lindqvist-zhou.test"}
    mail = Mail.objects.get()
    assert mail.subject == f"Ana Moreau of Harbour Bakery Ltd commented on {sent.number}."
    assert "Could it wait\nuntil Friday?" in mail.text
    assert f"/office/{quiet_cast.studio.id}/invoices/{sent.id}/#conversation" in mail.text


def test_colleagues_at_the_customer_who_take_part_hear_of_it_by_bell_alone(quiet_cast: Any, sent: Any) -> None:
    comments.add(sent, "Could it wait until Friday?", by=actor(quiet_cast.sam))
    spread()
    assert "Ana Moreau" in readers("comment.added"), "it was mailed to her"
    assert "Sam Okafor" not in readers("comment.added"), "he said it"
    assert mailed("reply") == set()


def test_a_reply_reaches_those_who_take_part_each_in_their_language(quiet_cast: Any, sent: Any) -> None:
    mia = person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga, language="zh-Hans")
    comments.add(sent, "Could it wait until Friday?", by=actor(mia))
    spread()
    Mail.objects.all().delete()
    reply = comments.add(sent, "Yes, gladly.", by=actor(quiet_cast.stig), shown=True)
    spread()
    lines = Notification.objects.filter(event__data__comment_id=str(reply.id))
    assert {str(line.staff or line.contact) for line in lines} == {"Ana Moreau", "Mia Grant"}
    assert mailed("reply") == {"ana@harbour.test", "mia@harbour.test"}
    to_ana, to_mia = (Mail.objects.get(recipient=one) for one in ("ana@harbour.test", "mia@harbour.test"))
    assert to_ana.subject == f"Stig Holm commented on {sent.number}."
    assert "Yes, gladly." in to_ana.text
    assert f"/portal/lindqvist-zhou/{quiet_cast.bakery.id}/invoices/{sent.id}/#conversation" in to_ana.text
    assert (to_mia.language, "查看并回复" in to_mia.text) == ("zh-Hans", True)
    assert mailed("office_notice") == set(), "the office knows what it said itself"


def test_without_anybody_taking_part_everybody_with_access_hears(quiet_cast: Any) -> None:
    comments.add(invoice(quiet_cast), "Any questions?", by=quiet_cast.by_olga, shown=True)
    spread()
    assert readers("comment.added") == {"Ana Moreau", "Sam Okafor"}
    assert mailed("reply") == {"ana@harbour.test", "sam@harbour.test"}


def test_of_what_is_internal_nobody_hears_but_who_is_mentioned(quiet_cast: Any, sent: Any) -> None:
    for subject in (sent, quiet_cast.bakery, draft_invoice(quiet_cast)):
        comments.add(subject, "Do not lend them money", by=quiet_cast.by_olga, mentions=[quiet_cast.stig.id])
    spread()
    assert readers("comment.added") == set()
    assert readers("comment.mentioned") == {"Stig Holm"}
    assert not Mail.objects.exists()


def test_a_mention_says_where_and_not_what(quiet_cast: Any, sent: Any) -> None:
    draft = draft_invoice(quiet_cast)
    for subject in (sent, quiet_cast.bakery, draft):
        comments.add(subject, "Do not lend them money", by=quiet_cast.by_olga, mentions=[quiet_cast.stig.id])
    spread()
    stig = visitor(quiet_cast.stig)
    told = [
        (f"invoices/{sent.id}/", f"Olga Lindqvist wants you to read a comment on {sent.number} of Harbour Bakery Ltd."),
        (
            f"customers/{quiet_cast.bakery.id}/comments/",
            "Olga Lindqvist wants you to read a comment on Harbour Bakery Ltd.",
        ),
        (f"invoices/{draft.id}/", "Olga Lindqvist wants you to read a comment on a draft of Harbour Bakery Ltd."),
    ]
    page = stig.get(f"/office/{quiet_cast.studio.id}/bell/").text
    lines = Notification.objects.filter(event__name="comment.mentioned").order_by("id")
    for line, (where, text) in zip(lines, told, strict=True):
        assert text in page
        followed = stig.get(f"/office/{quiet_cast.studio.id}/bell/{line.id}/")
        assert followed.headers["Location"] == f"/office/{quiet_cast.studio.id}/{where}#conversation"
        assert stig.get(followed.headers["Location"]).status_code == 200
    assert "lend" not in page


def test_a_mention_is_mailed_to_who_is_chosen_for_it_and_mentioned(quiet_cast: Any, sent: Any) -> None:
    wished = Preference(mail_primary=False, in_list=False, staff_ids=(quiet_cast.stig.id, quiet_cast.vera.id))
    notifications.change(quiet_cast.studio, {"comment.mentioned": wished}, by=quiet_cast.by_olga)
    comments.add(sent, "Do not lend them money", by=quiet_cast.by_olga, mentions=[quiet_cast.stig.id])
    spread()
    assert readers("comment.mentioned") == set()
    assert mailed("office_notice") == {"stig@studio.test"}
    assert "lend" not in repr(Mail.objects.values_list("subject", "text", "html").get())


def test_who_left_meanwhile_is_not_told(quiet_cast: Any, sent: Any) -> None:
    comments.add(sent, "Have a look", by=quiet_cast.by_olga, mentions=[quiet_cast.stig.id])
    staff.remove(quiet_cast.stig, by=quiet_cast.by_olga)
    spread()
    assert readers("comment.mentioned") == set()


def test_the_office_can_have_it_otherwise(quiet_cast: Any, sent: Any) -> None:
    quiet = Preference(mail_primary=False, in_list=False)
    notifications.change(quiet_cast.studio, {"comment.added": quiet}, by=quiet_cast.by_olga)
    comments.add(sent, "Could it wait?", by=quiet_cast.by_ana)
    spread()
    assert readers("comment.added") == set()
    assert not Mail.objects.exists()


def test_heard_twice_it_is_told_once(quiet_cast: Any, sent: Any) -> None:
    comments.add(sent, "Yes, gladly.", by=quiet_cast.by_olga, shown=True)
    event = Event.objects.get(name="comment.added")
    for _again in range(2):
        spreading.spread(event)
    assert Mail.objects.count() == Notification.objects.filter(event=event).count() == 1


def test_no_mail_can_be_written_of_what_is_internal(quiet_cast: Any, sent: Any) -> None:
    """Whoever calls it, and whatever the event says."""
    comments.add(sent, "Do not lend them money", by=quiet_cast.by_olga)
    event = Event.objects.get(name="comment.added")
    for for_customer in (False, True):
        event.for_customer = for_customer
        with pytest.raises(ValueError, match="internal"):
            letters.reply(event, quiet_cast.ana, quiet_cast.studio)
    event.for_customer = False
    assert not outbound.taking_part(event).exists()


def test_script_is_inert_in_the_mail(quiet_cast: Any, sent: Any) -> None:
    comments.add(sent, f"{PAYLOAD} https://a.test/{PAYLOAD}", by=quiet_cast.by_olga, shown=True)
    spread()
    mail = Mail.objects.get(template="reply")
    assert "<script" not in mail.html
    assert "&lt;script&gt;alert(1)" in mail.html


def test_a_line_of_the_customers_bell_leads_to_the_conversation(quiet_cast: Any, sent: Any) -> None:
    comments.add(sent, "Yes, gladly.", by=quiet_cast.by_olga, shown=True)
    spread()
    line = Notification.objects.get(contact=quiet_cast.ana, event__name="comment.added")
    said = words.sentence(line.event, door="portal", reader_language="zh-Hans")
    assert said.text == f"Olga Lindqvist 评论了 {sent.number}。"
    base = f"/portal/lindqvist-zhou/{quiet_cast.bakery.id}"
    followed = visitor(quiet_cast.ana).get(f"{base}/bell/{line.id}/")
    assert followed.headers["Location"] == f"{base}/invoices/{sent.id}/#conversation"
