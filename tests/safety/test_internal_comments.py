"""What the office says to itself leaves by no path: every page, file, bell, mail and event is looked through for it."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.foundation.events import Event
from counterfoil.outbound import spreading, words
from counterfoil.outbound.models import Mail, Notification
from tests.routes import catalogue
from tests.routes.catalogue import row
from tests.support.attacks import nothing_changes, text_of
from tests.support.cast import actor, visitor
from tests.support.world import Side, World

pytestmark = pytest.mark.every_route

INTERNAL, SHOWN = "Kestrel-7391", "Wagtail-5512"
TALKED_ABOUT = ("invoice", "draft", "part_paid", "paid", "overdue", "void", "written_off", "edited", "opening")


def talk(world: World) -> None:
    """Something internal about everything that each side has, which colleagues are told of; one answer is shown."""
    for side in (world.harbour, *world.others):
        by, told = actor(side.people["staff"]), [side.people["owner"].id]
        for name in (*TALKED_ABOUT, "customer"):
            comments.add(side[name], f"{INTERNAL} of {name}", by=by, mentions=told)
        comments.add(side["invoice"], f"{SHOWN} it is", by=by, shown=True)
    while spreading.spread_due():
        pass


def everything_of_the_portal(side: Side, client: Any) -> Iterator[tuple[str, str]]:
    """What can be fetched there, and what a mistake is answered with."""
    for one in catalogue.of("portal"):
        names = [name for name in TALKED_ABOUT if name != "draft"] if "invoice_id" in one.parameters else [""]
        for name in names:
            there = {"invoice_id": side.key(name)} if name else {}
            if "GET" in one.methods:
                yield f"{one} {name}", told(client.get(one.address(side, **there)))
    mistake = client.post(row("portal:comment_on_invoice").address(side), {"text": ""})
    assert mistake.status_code in (302, 422)
    yield "a mistake", told(mistake)


def told(answer: Any) -> str:
    if answer.headers.get("Content-Type") != "application/pdf":
        return text_of(answer)
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_nothing_of_it_is_in_the_portal(world: World) -> None:
    talk(world)
    side, seen = world.harbour, 0
    bearer = visitor()
    bearer.post(row("portal:link").address(side), {"open": "yes"})
    for who, client in (("contact", side.browser("contact")), ("link", bearer), ("anybody", visitor())):
        for where, text in everything_of_the_portal(side, client):
            assert INTERNAL not in text, f"{where} tells {who}"
            assert who == "contact" or SHOWN not in text, f"{where} tells {who}"
            seen += SHOWN in text
    assert seen >= 2, "what is shown is there to be found"


def test_nor_in_any_mail_bell_or_event(world: World) -> None:
    talk(world)
    mails = list(Mail.objects.values_list("subject", "text", "html"))
    assert SHOWN in repr(mails)
    assert INTERNAL not in repr(mails)
    assert INTERNAL not in repr(list(Event.objects.values()))
    internal = {str(id) for id in Comment.objects.filter(is_shown=False).values_list("id", flat=True)}
    for line in Notification.objects.filter(contact__isnull=False).select_related("event"):
        assert line.event.data.get("comment_id") not in internal
        assert line.event.name != "comment.mentioned"
        assert INTERNAL not in words.sentence(line.event, door="portal", reader_language="en").text
    marked = Event.objects.filter(name__startswith="comment.", for_customer=True)
    assert not [event for event in marked if event.data["comment_id"] in internal]


def test_nor_in_what_the_office_prints_or_takes_away(world: World) -> None:
    talk(world)
    side, owner = world.harbour, world.harbour.browser("owner")
    for name in TALKED_ABOUT:
        pdf = owner.get(row("office:invoice_pdf").address(side, invoice_id=side.key(name)))
        assert INTERNAL not in told(pdf)
    for one in [
        one for one in catalogue.of("office") if one.name.startswith("office:report_") and "GET" in one.methods
    ]:
        address = one.address(side)
        answer = owner.get(f"{address}{'&' if '?' in address else '?'}format=csv")
        assert INTERNAL not in text_of(answer), str(one)


def test_the_office_itself_reads_it_and_another_office_does_not(world: World) -> None:
    talk(world)
    for name in ("office:invoice", "office:customer_comments"):
        assert INTERNAL in text_of(world.harbour.browser("viewer").get(row(name).address(world.harbour)))
        with nothing_changes(name):
            assert world.quay.browser("owner").get(row(name).address(world.harbour)).status_code == 404
