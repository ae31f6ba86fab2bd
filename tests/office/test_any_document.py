"""What is done to documents of every type, done to one of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from counterfoil.books.sales import forwarding
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation.events import Event
from counterfoil.outbound import batches
from counterfoil.outbound.models import Batch, Mail
from tests.support import books
from tests.support.cast import Cast, visitor
from tests.support.switches import switch
from tests.support.telling import spread


@dataclass(frozen=True)
class Kind:
    """A type of document: its folder, its event's name, a draft, one that was issued, and where it is issued."""

    folder: str
    name: str
    draft: Callable[..., Any]
    issued: Callable[..., Any]
    issuing: str = "issue"

    def at(self, cast: Cast, one: Any, rest: str = "") -> str:
        return f"{self.all(cast)}{one.id}/{rest}"

    def all(self, cast: Cast, rest: str = "") -> str:
        return f"/office/{cast.studio.id}/{self.folder}/{rest}"


KINDS = (
    Kind("quotes", "quote", books.draft_quote, books.quote),
    Kind("retainer-invoices", "retainer_invoice", books.draft_retainer, books.retainer),
    Kind("sales-orders", "sales_order", books.draft_order, books.order, issuing="opening"),
    Kind("invoices", "invoice", books.draft_invoice, books.invoice),
    Kind("credit-notes", "credit_note", books.draft_credit_note, books.credit_note),
)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def test_the_list_has_drafts_and_what_was_issued(cast: Cast, kind: Kind) -> None:
    draft, issued = kind.draft(cast), kind.issued(cast)
    page = visitor(cast.vera).get(kind.all(cast))
    assert {row["url"] for row in page.context["rows"]} == {kind.at(cast, draft), kind.at(cast, issued)}
    assert issued.number in page.text


def test_its_page_and_its_pdf_carry_its_number(cast: Cast, kind: Kind) -> None:
    vera, one = visitor(cast.vera), kind.issued(cast)
    assert one.number in vera.get(kind.at(cast, one)).text
    answer = vera.get(kind.at(cast, one, "pdf/"))
    assert (answer.headers["Content-Type"], one.number in answer.headers["Content-Disposition"]) == (
        "application/pdf",
        True,
    )


def test_a_draft_is_issued_without_a_mail(cast: Cast, kind: Kind) -> None:
    stig, draft = visitor(cast.stig), kind.draft(cast)
    answer = stig.post(kind.at(cast, draft, f"{kind.issuing}/"), {"revision": draft.revision})
    assert (answer.status_code, answer.headers["Location"]) == (303, kind.at(cast, draft))
    draft.refresh_from_db()
    assert draft.state != "draft"
    assert draft.number
    spread()
    assert not Mail.objects.filter(event__subject_id=draft.id).exists()


def test_it_is_mailed_to_whom_is_ticked(cast: Cast, kind: Kind) -> None:
    draft = kind.draft(cast)
    sent = {"revision": draft.revision, "to": [str(cast.sam.id)]}
    assert visitor(cast.stig).post(kind.at(cast, draft, "sending/"), sent).status_code == 303
    told = [one.data.get("contact_ids") for one in Event.objects.filter(subject_id=draft.id)]
    assert [str(cast.sam.id)] in told


def test_a_draft_is_thrown_away_and_what_was_issued_is_not(cast: Cast, kind: Kind) -> None:
    stig, draft, issued = visitor(cast.stig), kind.draft(cast), kind.issued(cast)
    for one in (draft, issued):
        stig.post(kind.at(cast, one, "deletion/"), {"revision": one.revision})
    rows = stig.get(kind.all(cast)).context["rows"]
    assert [row["number"] for row in rows] == [issued.number]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name != "quote"], ids=lambda kind: kind.name)
def test_what_was_issued_is_made_void(cast: Cast, kind: Kind) -> None:
    one = kind.issued(cast)
    assert visitor(cast.vera).post(kind.at(cast, one, "void/"), {"revision": one.revision}).status_code == 403
    assert visitor(cast.stig).post(kind.at(cast, one, "void/"), {"revision": one.revision}).status_code == 303
    one.refresh_from_db()
    assert one.state == "void"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name != "credit_note"], ids=lambda kind: kind.name)
def test_a_mailed_link_is_closed(cast: Cast, kind: Kind) -> None:
    switch(cast, sales_orders=True)
    one, stig = kind.issued(cast), visitor(cast.stig)
    forwarding.forward(one, email="ida@elsewhere.test", by=cast.by_ana)
    spread()
    link = DocumentLink.objects.get()
    where = kind.at(cast, one, f"links/{link.id}/revocation/")
    assert where in stig.get(kind.at(cast, one)).text
    assert stig.post(where).status_code == 303
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_what_is_ticked_is_packed_together(cast: Cast, kind: Kind) -> None:
    first, second, vera = kind.issued(cast), kind.issued(cast), visitor(cast.vera)
    ticked = {"document": [str(first.id), str(second.id)], "act": "zip", "batch_key": "k"}
    where = vera.post(kind.all(cast, "together/"), ticked).headers["Location"]
    batches.run_due()
    assert "The ZIP file is ready" in vera.get(where).text
    assert vera.get(f"{where}file/").content[:2] == b"PK"


def test_drafts_that_are_ticked_are_sent_together(cast: Cast, kind: Kind) -> None:
    drafts = [kind.draft(cast), kind.draft(cast, cast.tidewater)]
    ticked = {"document": [str(one.id) for one in drafts], "batch_key": "k"}
    where = visitor(cast.stig).post(kind.all(cast, "sending/"), ticked).headers["Location"]
    batches.run_due()
    assert "2 documents were sent." in visitor(cast.stig).get(where).text
    assert Batch.objects.count() == 1
    for one in drafts:
        one.refresh_from_db()
        assert one.number


def test_what_the_office_says_of_it_is_read_by_the_customer_if_it_is_shown(cast: Cast, kind: Kind) -> None:
    switch(cast, sales_orders=True)
    one, stig = kind.issued(cast), visitor(cast.stig)
    for text, shown in (("Net 45 last year.", {}), ("Ready on Friday.", {"shown": "on"})):
        assert stig.post(kind.at(cast, one, "comments/"), {"text": text} | shown).status_code == 303
    lines = stig.get(kind.at(cast, one)).context["conversation"].lines
    assert [(str(line.text), line.is_internal) for line in lines] == [
        ("Net 45 last year.", True),
        ("Ready on Friday.", False),
    ]
