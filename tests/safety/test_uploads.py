"""What people upload runs nowhere, is called nothing that misleads, and is given to nobody whom it isn't for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from counterfoil.books.conversations import comments
from counterfoil.books.files import keeping
from counterfoil.books.files.models import StoredFile
from counterfoil.books.files.store import Folder
from counterfoil.books.sharing import shared_files
from counterfoil.foundation.events import Event
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Notification
from tests.routes import catalogue
from tests.routes.catalogue import ROWS, row
from tests.support.attacks import nothing_changes, text_of
from tests.support.cast import actor, visitor
from tests.support.uploads import PAGE, PDF, Sent, docx, packed, picture, put, upload
from tests.support.world import Side, World

# What is imported is read as figures and kept for nobody: office/test_imports.py.
TAKING = [one for one in ROWS if one.form and "file" in one.form and one.name != "office:settings_imports"]
TALKING = [one for one in ROWS if "comment_on_" in one.name]
GIVING = ("portal:file", "portal:file_small", "office:customer_file", "office:customer_file_small")
SECRET = "Kestrel-7391"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, world: World) -> Folder:
    """What is uploaded from now on goes here."""
    own = Folder(tmp_path / "files")
    monkeypatch.setattr(keeping, "the_store", lambda: own)
    return own


@pytest.mark.every_route
@pytest.mark.parametrize(
    "false",
    [
        Sent("photo.png", PAGE, "image/png"),
        Sent("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/png"),
        Sent("page.html", PAGE, "text/html"),
        Sent("all.zip", packed({"a.txt": b"hello"}), "application/pdf"),
        Sent("run.exe", b"MZ\x90\x00\x03", "application/pdf"),
        Sent("bomb.docx", docx(**{f"word/{n}.xml": b"\x00" * 8_000_000 for n in range(3)})),
        Sent("empty.pdf", b""),
    ],
    ids=lambda sent: sent.name,
)
def test_no_route_takes_what_is_not_what_it_is_called(world: World, store: Folder, false: Sent) -> None:
    """Beside one that would be taken: then neither is."""
    tried = 0
    for one in [*TAKING, *TALKING]:
        client, body = world.harbour.browser(one.who), one.body(world.harbour)
        with nothing_changes(f"{one} with {false.name}"):
            answer = client.post(one.address(world.harbour), body | {"file": [Sent("plan.pdf", PDF), false]})
        assert answer.status_code == 422, f"{one} answered {answer.status_code}"
        assert false.name in text_of(answer)
        tried += 1
    assert list(store.kept()) == []
    assert tried > 20


def test_more_than_may_be_sent_is_kept_nowhere_and_refused_in_words(
    world: World, store: Folder, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LARGEST_UPLOAD = settings.LARGEST_ARRIVAL = 1024 * 1024
    came, taken_in = list[int](), keeping.taken_in
    written, write = list[int](), TemporaryFileUploadHandler.receive_data_chunk

    def counted(handler: TemporaryFileUploadHandler, raw_data: bytes, start: int) -> None:
        written.append(len(raw_data))
        write(handler, raw_data, start)

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", counted)

    def watched(uploads: Any) -> Any:
        came[:] = [len(upload.content.read()) for upload in uploads]
        return taken_in(uploads)

    monkeypatch.setattr(keeping, "taken_in", watched)
    ana, one = world.harbour.browser("contact"), row("portal:files")
    for many in (1, 13):
        with nothing_changes(one):
            large = Sent("plan.pdf", PDF + b" " * (12 if many == 1 else 1) * 1024 * 1024)
            answer = ana.post(one.address(world.harbour), {"file": [large] * many})
        assert answer.status_code == 422
        assert ("A file may have up to 1 MB." if many == 1 else "At most 10 files") in text_of(answer)
        assert came == [0] * many
        assert sum(written) <= min(many, 10) * settings.LARGEST_ARRIVAL
        written.clear()
    together = [Sent(f"{n}.pdf", PDF + b" " * 1000 * 1024) for n in range(12)]
    answer = ana.post(one.address(world.harbour), {"file": together})
    assert answer.status_code == 422
    assert len(came) == 12
    assert sum(came) <= 10 * settings.LARGEST_UPLOAD
    assert list(store.kept()) == []


def test_whatever_is_given_out_is_kept_by_the_browser_and_neither_run_nor_shown(world: World) -> None:
    side = world.harbour
    for name in GIVING:
        one = row(name)
        answer = side.browser(one.who).get(one.address(side))
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; "), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Type"] == ("image/webp" if "small" in name else "image/png")
        head = side.browser(one.who).head(one.address(side))
        assert head.headers["Content-Disposition"] == answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "name",
    [
        '../../etc/"passwd".pdf',
        "a\u202efdp.exe.pdf",
        "a; filename=evil.pdf",
        "<script>alert(1)</script>.pdf",
        "云杉 \u200f合同.pdf",
        "x" * 400 + ".pdf",
    ],
)
def test_no_name_leads_astray(world: World, name: str) -> None:
    ana, side = world.harbour.browser("contact"), world.harbour
    answer = ana.post(row("portal:files").address(side), {"file": [Sent(name, PDF)]}, follow=True)
    assert answer.status_code == 200
    file = StoredFile.objects.latest("id")
    assert not set(file.name) & set("\u202e\u200f\r\n/\\\x00")
    assert file.name.endswith(".pdf")
    text = text_of(answer)
    assert "<script>alert" not in text
    given = ana.get(row("portal:file").address(side, file_id=file.id))
    told = given.headers["Content-Disposition"]
    assert told.startswith("attachment; filename")
    assert not set(told.removeprefix("attachment; ")) & set(";/\\<>\r\n")
    assert b"".join(given.streaming_content) == PDF


def hidden(world: World, side: Side) -> dict[str, StoredFile]:
    """What the customer must not get: the office's own, everywhere that it can be."""
    by = actor(side.people["staff"])

    def said(subject: str, **more: Any) -> StoredFile:
        with keeping.taken_in([upload(f"{SECRET}.png", picture())]) as kept:
            comment = comments.add(side[subject], f"about {subject}", by=by, files=kept, **more)
        return StoredFile.objects.get(comment_id=comment.id)

    def on(subject: str, **more: Any) -> StoredFile:
        file: StoredFile = put(side[subject], (f"{SECRET}.png", picture()), by=by, **more)
        return file

    removed = on("customer", shown=True)
    shared_files.remove(removed, by=by)
    withdrawn = on("customer", shown=True)
    shared_files.withdraw(withdrawn, by=by)
    return {
        "an internal file": on("customer"),
        "an internal attachment": on("invoice"),
        "what belongs to a draft": on("draft", shown=True),
        "a comment's on the customer": said("customer"),
        "an internal comment's": said("invoice"),
        "a draft's comment's": said("draft"),
        "what was removed": removed,
        "what was withdrawn": withdrawn,
    }


def visitors(side: Side) -> Iterator[tuple[str, Any]]:
    bearer = visitor()
    bearer.post(row("portal:link").address(side), {"open": "yes"})
    yield from (("contact", side.browser("contact")), ("link", bearer), ("anybody", visitor()))


def test_what_is_internal_reaches_the_portal_by_no_path(world: World) -> None:
    side = world.harbour
    files = hidden(world, side)
    for who, client in visitors(side):
        for what, file in files.items():
            for name in ("portal:file", "portal:file_small", "portal:file_remove"):
                one = row(name)
                with nothing_changes(f"{what}, {name}"):
                    for method in sorted(one.methods):
                        answer = client.generic(method, one.address(side, file_id=file.id))
                        assert answer.status_code == (404 if who == "contact" else answer.status_code)
                        assert answer.status_code in (302, 404), f"{who} gets {what} by {name}"
        for one in catalogue.of("portal"):
            if "GET" in one.methods:
                assert SECRET not in text_of(client.get(one.address(side))), f"{one} tells {who}"


def test_nor_any_mail_or_bell_of_theirs(world: World) -> None:
    hidden(world, world.harbour)
    while spreading.spread_due():
        pass
    assert {event.subject_id for event in Event.objects.filter(name="file.shared")} == {
        world.harbour.key("customer"),
        *(side.key("part_paid") for side in (world.harbour, *world.others)),
        *(side.key("customer") for side in world.others),
    }
    for line in Notification.objects.filter(contact__isnull=False, event__name__startswith="file."):
        assert line.event.name in ("file.shared", "file.uploaded")
        assert line.event.subject_id != world.harbour.key("draft")


def test_a_mailed_link_gives_out_what_its_document_shows_and_nothing_beside_it(world: World) -> None:
    side = world.harbour
    by = actor(side.people["staff"])
    shown = put(side["invoice"], ("plan.png", picture()), by=by, shown=True)
    with keeping.taken_in([upload("said.png", picture())]) as kept:
        said = comments.add(side["invoice"], "Look", by=by, shown=True, files=kept)
    of_comment = StoredFile.objects.get(comment_id=said.id)
    ana = side.browser("contact")
    for file in (shown, of_comment):
        assert ana.get(row("portal:file").address(side, file_id=file.id)).status_code == 200
    bearer = visitor()
    bearer.post(row("portal:link").address(side), {"open": "yes"})
    for name in ("portal:file", "portal:file_small"):
        assert bearer.get(row(name).address(side, file_id=shown.id)).status_code == 200
        for other in (of_comment, side["file"], side["shared_file"], side["attached_file"]):
            assert bearer.get(row(name).address(side, file_id=other.pk)).status_code == 302
    page = text_of(bearer.get(row("portal:invoice").address(side)))
    assert "plan.png" in page
    assert "said.png" not in page
    assert "Add files" not in page
    with nothing_changes("A link"):
        answer = bearer.post(row("portal:attach_to_invoice").address(side), {"file": [Sent("a.pdf", PDF)]})
        assert answer.status_code == 302


def test_one_customers_file_is_not_removed_shown_or_fetched_by_anothers_address(world: World) -> None:
    stig = world.harbour.browser("staff")
    for one in [one for one in ROWS if one.door == "office" and "file_id" in one.parameters]:
        theirs = one.address(world.tidewater, customer_id=world.harbour.key("customer"))
        with nothing_changes(one):
            answer = stig.post(theirs, {}) if "POST" in one.methods else stig.get(theirs)
            assert answer.status_code == 404, str(one)


def test_every_kind_of_visitor_was_thought_of() -> None:
    """Routes that give files out are these; another one must be thought of here."""
    found = {one.name for one in ROWS if "file_id" in one.parameters and one.kind == "file"}
    assert found == set(GIVING)
