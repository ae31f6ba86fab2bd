"""Comments: who may say what about what, who reads it, and that it is said once and for good."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.books.customers import contacts, portal_access
from counterfoil.books.organizations import staff
from counterfoil.books.sales import document_links, invoices, opening
from counterfoil.books.sales.models import DocumentLink, Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.actors import SYSTEM
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support import mailed
from tests.support.books import draft_invoice, invoice
from tests.support.cast import Cast, actor, person
from tests.support.refusals import refused

KEY = "a-form-of-twenty-two-c"


def taking_part(one: Any) -> set[Any]:
    return set(comments.takes_part(one.customer_id, document_kind="invoice", document_id=one.id))


def told(name: str) -> list[tuple[bool, bool]]:
    return [(one.for_office, one.for_customer) for one in Event.objects.filter(name=name).order_by("id")]


def test_what_ana_says_is_shown_to_both_sides(cast: Cast) -> None:
    one = invoice(cast)
    said = comments.add(one, "Could the vinyl go up on the 30th?", by=cast.by_ana)
    assert (said.is_shown, said.contact_id, said.by.name) == (True, cast.ana.id, "Ana Moreau")
    assert (said.organization_id, said.customer_id) == (cast.studio.id, cast.bakery.id)
    assert list(Comment.objects.on(one).visible_to_customer()) == [said]
    event = Event.objects.get(name="comment.added")
    assert (event.for_office, event.for_customer) == (True, True)
    assert (event.subject_kind, event.subject_id, event.data["number"]) == ("invoice", one.id, one.number)


def test_what_the_office_says_is_internal_unless_it_is_shown(cast: Cast) -> None:
    one = invoice(cast)
    internal = comments.add(one, "They asked for Net 45 last year.", by=cast.by_olga)
    shown = comments.add(one, "Yes, in the morning.", by=actor(cast.stig), shown=True)
    assert (internal.is_shown, shown.is_shown) == (False, True)
    assert list(Comment.objects.on(one).visible_to_customer()) == [shown]
    assert told("comment.added") == [(True, False), (True, True)]


def test_the_log_has_none_of_the_words(cast: Cast) -> None:
    comments.add(invoice(cast), "Do not lend them money", by=cast.by_olga, mentions=[cast.stig.id])
    assert "lend" not in repr([(one.data, one.reason) for one in Event.objects.all()])


def test_a_comment_on_a_customer_is_the_offices_own(cast: Cast) -> None:
    said = comments.add(cast.bakery, "Pays late in August.", by=cast.by_olga)
    assert (said.document_kind, said.document_id, said.is_shown) == ("", None, False)
    assert list(Comment.objects.on(cast.bakery)) == [said]
    assert not Comment.objects.on(cast.tidewater).exists()
    with refused("NOT_SEEN_THERE"):
        comments.add(cast.bakery, "Hello", by=cast.by_olga, shown=True)
    with refused("NOT_YOURS"):
        comments.add(cast.bakery, "Hello", by=cast.by_ana)


def test_of_a_draft_only_the_office_talks_and_to_itself(cast: Cast) -> None:
    draft = draft_invoice(cast)
    comments.add(draft, "Ask about the discount first.", by=cast.by_olga)
    with refused("NOT_SEEN_THERE"):
        comments.add(draft, "Here it comes", by=cast.by_olga, shown=True)
    with refused("NOT_YOURS"):
        comments.add(draft, "What is this?", by=cast.by_ana)
    sent = invoices.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)
    assert not Comment.objects.on(sent).visible_to_customer().exists()


def test_nor_is_an_opening_balance_talked_about_once_it_was_taken_away(cast: Cast) -> None:
    today = clock.today("Europe/London")
    one = opening.set_balance(cast.bakery, Money(4_500, "GBP"), today, by=cast.by_olga)
    comments.add(one, "What was this for?", by=cast.by_ana)
    opening.set_balance(cast.bakery, Money(0, "GBP"), today, by=cast.by_olga)
    with refused("NOT_YOURS"):
        comments.add(one, "And now?", by=cast.by_ana)


def test_only_the_customers_own_people_and_the_offices_staff_take_part(cast: Cast) -> None:
    one = invoice(cast)
    strangers = [(cast.bruno, "NOT_YOURS"), (cast.fia, "NOT_YOURS"), (cast.otto, "NOT_ALLOWED")]
    for who, code in [*strangers, (cast.vera, "NOT_ALLOWED")]:
        with refused(code):
            comments.add(one, "Let me in", by=actor(who))
    comments.add(one, "Sent by itself", by=SYSTEM)


def test_who_came_by_a_mailed_link_takes_no_part(cast: Cast) -> None:
    sent = mailed.mail(cast, cast.ana)
    link = DocumentLink.objects.select_related("contact").get(document_id=sent.invoice.id)
    with refused("NOT_ALLOWED"):
        comments.add(sent.invoice, "It is me", by=document_links.bearer(link))


def test_whose_access_ended_a_moment_ago_says_nothing_more(cast: Cast) -> None:
    one, by_ana = invoice(cast), cast.by_ana
    portal_access.configure(cast.bakery, set(), by=cast.by_olga, seen={cast.ana.id, cast.sam.id})
    with refused("NOT_YOURS"):
        comments.add(one, "Still here", by=by_ana)


def test_a_document_that_says_it_is_anothers_is_asked_for_anew(cast: Cast) -> None:
    """The row that a caller has is not believed: what Bruno may see is looked up."""
    one = invoice(cast)
    one.customer_id = cast.tidewater.id
    with refused("NOT_YOURS"):
        comments.add(one, "Mine?", by=actor(cast.bruno))


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\u2060", "\u202e", "\x00\x07"])
def test_nothing_is_not_said(cast: Cast, text: str) -> None:
    one = invoice(cast)
    with refused("NOTHING_SAID", field="text"):
        comments.add(one, text, by=cast.by_ana)


def test_four_thousand_characters_are_enough(cast: Cast) -> None:
    one = invoice(cast)
    longest = "字" * 3_999 + "。"
    assert comments.add(one, longest, by=cast.by_ana).text == longest
    with refused("COMMENT_TOO_LONG", field="text"):
        comments.add(one, longest + "!", by=cast.by_ana)
    assert len(comments.add(one, "\r\n".join("a" * 2_000), by=cast.by_ana).text) == 3_999, "a line break is one"


def test_what_is_not_seen_but_acts_is_left_out(cast: Cast) -> None:
    cook = "\U0001f469\u200d\U0001f373"
    said = comments.add(invoice(cast), f" a\x00b\x1b[31m\r\nc\td\u202egpj.exe\u2066 {cook} ", by=cast.by_ana)
    assert said.text == f"ab[31m\nc dgpj.exe {cook}"


def test_the_same_form_sent_twice_says_it_once(cast: Cast) -> None:
    one = invoice(cast)
    first = comments.add(one, "Thank you", by=cast.by_ana, making_key=KEY)
    assert comments.add(one, "Thank you\r\n", by=cast.by_ana, making_key=KEY) == first
    assert Event.objects.filter(name="comment.added").count() == 1
    others = [
        comments.add(one, "And one more thing", by=cast.by_ana, making_key=KEY),
        comments.add(one, "Thank you", by=actor(cast.sam), making_key=KEY),
        comments.add(invoice(cast), "Thank you", by=cast.by_ana, making_key=KEY),
        comments.add(one, "Thank you", by=cast.by_ana),
    ]
    assert len({said.id for said in [first, *others]}) == 5


def test_colleagues_are_told_by_name(cast: Cast) -> None:
    said = comments.add(invoice(cast), "Have a look", by=cast.by_olga, mentions=[cast.stig.id, cast.vera.id])
    assert [one["name"] for one in said.mentions] == ["Stig Holm", "Vera Zhou"]
    event = Event.objects.get(name="comment.mentioned")
    assert event.data["staff_ids"] == [str(cast.stig.id), str(cast.vera.id)]
    assert (event.for_office, event.for_customer) == (True, False)


def test_nobody_is_told_who_does_not_work_here(cast: Cast) -> None:
    one = invoice(cast)
    invited = staff.invite(cast.studio, name="Nina", email="nina@studio.test", role="staff", by=cast.by_olga)
    staff.remove(cast.vera, by=cast.by_olga)
    for outsider in (cast.otto, invited, cast.vera):
        with refused("NOT_A_COLLEAGUE", field="tell"):
            comments.add(one, "Have a look", by=cast.by_olga, mentions=[cast.stig.id, outsider.id])
    with refused("NOT_YOURS"):
        comments.add(one, "Have a look", by=cast.by_ana, mentions=[cast.stig.id])


def test_those_who_spoke_or_were_mailed_to_take_part_and_else_everybody(cast: Cast) -> None:
    mia = person(cast.bakery, "Mia", "Grant", "mia@harbour.test", by=cast.by_olga, access=False)
    quiet, sent = invoice(cast), mailed.mail(cast, mia).invoice
    assert taking_part(quiet) == {cast.ana, cast.sam}
    assert taking_part(sent) == {cast.ana, cast.sam}, "Mia can't come in, so she is not it"
    comments.add(quiet, "One question", by=cast.by_ana)
    comments.add(sent, "One question", by=actor(cast.sam))
    assert taking_part(quiet) == {cast.ana}
    assert taking_part(sent) == {cast.sam}
    assert taking_part(mailed.mail(cast, cast.ana).invoice) == {cast.ana}
    contacts.retire(cast.ana, by=cast.by_olga)
    assert taking_part(quiet) == {cast.sam}


def test_what_was_said_is_neither_changed_nor_taken_back(cast: Cast) -> None:
    said = comments.add(invoice(cast), "Never mind", by=cast.by_ana)
    said.text = "Forget it"
    for attempt in (said.save, Comment.objects.all().delete, lambda: Comment.objects.update(text="Forget it")):
        with pytest.raises(TypeError):
            attempt()
    assert Comment.objects.get().text == "Never mind"


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_shown": True, "document_kind": "", "document_id": None},
        {"is_shown": False, "contact_id": "ana"},
        {"document_kind": "invoice", "document_id": None},
        {"text": ""},
    ],
)
def test_the_database_holds_the_walls_too(cast: Cast, wrong: dict[str, Any]) -> None:
    said = comments.add(invoice(cast), "Well", by=cast.by_olga)
    columns = {field.attname: getattr(said, field.attname) for field in Comment._meta.concrete_fields}
    del columns["id"]
    wrong = {name: cast.ana.id if value == "ana" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.create(**columns | wrong)


def test_two_who_press_at_once_say_it_once(both_databases: str) -> None:
    """The same form from two processes: one waits for the other's customer, and finds what it said."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from django.db import connections

    from tests.support import cast as people

    cast = people.make()
    one, barrier = invoice(cast), Barrier(4)

    def say(_place: int) -> int:
        try:
            barrier.wait()
            return comments.add(Invoice.objects.get(id=one.id), "Twice", by=cast.by_ana, making_key=KEY).id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(say, range(4)))) == 1
    assert Comment.objects.count() == 1
