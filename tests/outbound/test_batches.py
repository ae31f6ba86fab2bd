"""What is done to many documents at once: by whom, in which order, and that it is done once whatever dies."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from counterfoil.books.organizations import staff as staff_members
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound import batches, enclosures
from counterfoil.outbound.models import Batch, BatchFile, Mail
from counterfoil.outbound.worker import run_once
from tests.support.books import draft_invoice, invoice, quote
from tests.support.cast import Cast, actor
from tests.support.races import at_once


def begin(cast: Cast, act: str, *documents: Any, kind: str = "invoice", key: str = "k", person: Any = None) -> Batch:
    person = person or cast.olga
    return batches.begin(
        act, kind, [one.id for one in documents], by=actor(person), making_key=key, language="en", owner=person
    )


def content_of(batch: Batch) -> bytes:
    return bytes(BatchFile.objects.get(batch=batch).content)


def test_a_zip_has_each_document_under_its_number_and_drafts_told_apart(cast: Cast) -> None:
    first, second = invoice(cast), invoice(cast, cast.yunshan)
    batch = begin(cast, "zip", second, first, draft_invoice(cast), draft_invoice(cast))
    assert batches.run_due() == 1
    with zipfile.ZipFile(io.BytesIO(content_of(batch))) as packed:
        assert packed.namelist() == [f"{second.number}.pdf", f"{first.number}.pdf", "draft.pdf", "draft-2.pdf"]
        text = PdfReader(io.BytesIO(packed.read(f"{first.number}.pdf"))).pages[0].extract_text()
    assert first.number in text
    batch.refresh_from_db()
    assert (batch.done, batch.refused, batch.finished_at is not None) == (4, [], True)


def test_one_pdf_has_every_document_in_the_order_of_the_list(cast: Cast) -> None:
    first, second = quote(cast), quote(cast)
    batch = begin(cast, "pdf", second, first, kind="quote")
    batches.run_due()
    pages = PdfReader(io.BytesIO(content_of(batch))).pages
    assert [one.number in page.extract_text() for one, page in zip((second, first), pages, strict=True)] == [True, True]


def test_sending_issues_drafts_mails_the_primary_contact_and_says_what_was_not_sent(cast: Cast) -> None:
    draft, void = draft_invoice(cast), invoice(cast)
    invoices.void(void, by=cast.by_olga, revision=void.revision)
    batch = begin(cast, "send", draft, void)
    batches.run_due()
    run_once()
    sent = Invoice.objects.get(id=draft.id)
    assert (sent.state, Mail.objects.get(template="invoice", event__subject_id=sent.id).recipient) == (
        "issued",
        cast.ana.email,
    )
    batch.refresh_from_db()
    assert (batch.done, batch.refused) == (2, [[void.number, "A void invoice is not sent."]])


def test_where_nobody_has_an_address_it_is_said(cast: Cast) -> None:
    from counterfoil.books.customers import contacts

    for person in (cast.ana, cast.sam):
        contacts.retire(person, by=cast.by_olga)
    draft = draft_invoice(cast)
    batch = begin(cast, "send", draft)
    batches.run_due()
    batch.refresh_from_db()
    ((name, sentence),) = batch.refused
    assert (name, "with an e-mail address" in sentence) == ("Draft", True)
    assert Invoice.objects.get(id=draft.id).state == "draft"


def test_what_died_in_the_middle_goes_on_where_it_was(cast: Cast, monkeypatch: Any) -> None:
    drafts = [draft_invoice(cast) for _one in range(3)]
    batch = begin(cast, "send", *drafts)
    found, calls = enclosures.document_of, []

    def dies_at_the_second(kind: str, document_id: int) -> Any:
        calls.append(document_id)
        if len(calls) == 2:
            raise MemoryError
        return found(kind, document_id)

    monkeypatch.setattr(enclosures, "document_of", dies_at_the_second)
    batches.run_due()
    assert batches.run_due() == 0  # nobody else takes it while it may be under way
    with clock.travel(by=batches.LEASE + timedelta(seconds=1)):
        assert batches.run_due() == 1
        run_once()
    batch.refresh_from_db()
    assert (batch.done, batch.finished_at is not None) == (3, True)
    assert Mail.objects.filter(template="invoice").count() == 3
    assert Invoice.objects.filter(state="issued", id__in=[one.id for one in drafts]).count() == 3


def test_what_fails_each_time_ends_and_has_no_file(cast: Cast, monkeypatch: Any) -> None:
    batch = begin(cast, "zip", invoice(cast))
    monkeypatch.setattr(enclosures, "document_of", lambda *_asked: 1 / 0)
    for tried in range(batches.MOST_TRIES):
        with clock.travel(by=tried * (batches.LEASE + timedelta(seconds=1))):
            batches.run_due()
    batch.refresh_from_db()
    assert (batch.tries, batch.finished_at is not None) == (batches.MOST_TRIES, True)
    assert not BatchFile.objects.exists()


def test_the_same_form_sent_twice_is_one(cast: Cast) -> None:
    one = invoice(cast)
    assert begin(cast, "zip", one).id == begin(cast, "zip", one).id


def test_who_was_removed_meanwhile_sends_nothing_more(cast: Cast) -> None:
    draft = draft_invoice(cast)
    batch = begin(cast, "send", draft, person=cast.stig)
    staff_members.remove(cast.stig, by=cast.by_olga)
    batches.run_due()
    batch.refresh_from_db()
    assert [sentence for _name, sentence in batch.refused] == ["Your role doesn't allow this. Ask an owner."]
    assert Invoice.objects.get(id=draft.id).state == "draft"


@pytest.mark.parametrize(("count", "code"), [(0, "NONE_CHOSEN"), (batches.MOST + 1, "TOO_MANY")])
def test_none_and_too_many_are_refused(cast: Cast, count: int, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        batches.begin("zip", "quote", range(count), by=cast.by_olga, making_key="k", language="en", owner=cast.olga)
    assert refusal.value.code == code


def test_what_is_a_day_old_is_thrown_away(cast: Cast) -> None:
    begin(cast, "zip", invoice(cast))
    batches.run_due()
    batches.throw_old_away()
    assert BatchFile.objects.count() == 1
    with clock.travel(by=timedelta(days=1, minutes=1)):
        begin(cast, "zip", invoice(cast), key="new")
        batches.throw_old_away()
    assert Batch.objects.get().making_key == "new"
    assert not BatchFile.objects.exists()


def test_several_workers_send_each_document_once(both_databases: str) -> None:
    from tests.support.cast import make

    cast = make()
    drafts = [draft_invoice(cast) for _one in range(3)]
    for place, draft in enumerate(drafts):
        begin(cast, "send", draft, key=f"k{place}")
    at_once(6, lambda _place: batches.run_due())
    while batches.run_due():
        pass
    assert {(one.done, *one.refused) for one in Batch.objects.all()} == {(1,)}
    assert Event.objects.filter(name="invoice.sent").count() == 3
