"""The office's invoices and payments: what is shown, what buttons do, who may."""

from typing import Any

import pytest
from django.utils.html import strip_tags

from counterfoil.books.conversations import comments
from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.outbound.worker import run_once
from tests.support.books import credit_note, draft_invoice, invoice, many_invoices, pay
from tests.support.cast import Cast, visitor


def url(cast: Cast, path: str = "") -> str:
    return f"/office/{cast.studio.id}/{path}"


def press(cast: Cast, one: Any, act: str, person: Any = None, **data: Any) -> Any:
    data = {"revision": one.revision, **data}
    return visitor(person or cast.olga).post(url(cast, f"invoices/{one.id}/{act}/"), data)


def test_the_list_shows_drafts_and_who_has_seen_what(cast: Cast) -> None:
    draft_invoice(cast)
    one = invoice(cast)
    visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    rows = visitor(cast.olga).get(url(cast, "invoices/")).context["rows"]
    assert {strip_tags(row["pill"]) for row in rows} == {"Draft", "Viewed"}
    assert any("Ana Moreau" in row["seen"] for row in rows)
    drafts = visitor(cast.olga).get(url(cast, "invoices/?status=draft")).context["rows"]
    assert [strip_tags(row["pill"]) for row in drafts] == ["Draft"]


def test_a_draft_is_sent_to_whom_is_ticked(cast: Cast) -> None:
    draft = draft_invoice(cast)
    press(cast, draft, "sending", to=[cast.ana.id])
    sent = Invoice.objects.get(id=draft.id)
    assert (sent.state, bool(sent.number), bool(sent.sent_at)) == ("issued", True, True)


def test_sending_to_nobody_says_so_and_issues_nothing(cast: Cast) -> None:
    draft = draft_invoice(cast)
    answer = press(cast, draft, "sending")
    assert answer.status_code == 303
    assert Invoice.objects.get(id=draft.id).state == "draft"


def test_voiding_what_was_partly_paid_leaves_credit(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    payment = pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    press(cast, one, "void")
    payment.refresh_from_db()
    assert (Invoice.objects.get(id=one.id).state, payment.balance_minor) == ("void", 4_000)
    press(cast, one, "reinstatement")
    assert Invoice.objects.get(id=one.id).balance_minor == 10_000
    assert differences() == []


def test_what_is_still_owed_is_written_off_and_expected_again(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    one.refresh_from_db()
    for act, owed in (("write-off", 0), ("write-off/undoing", 6_000)):
        assert press(cast, one, act).status_code == 303
        one.refresh_from_db()
        assert one.balance_minor == owed
    assert not differences()


def test_a_stale_page_changes_nothing(cast: Cast) -> None:
    one = invoice(cast)
    press(cast, one, "void", revision=99)
    assert Invoice.objects.get(id=one.id).state == "issued"


def test_only_drafts_are_deleted(cast: Cast) -> None:
    one, draft = invoice(cast), draft_invoice(cast)
    press(cast, one, "deletion")
    press(cast, draft, "deletion")
    assert list(Invoice.objects.values_list("id", flat=True)) == [one.id]


@pytest.mark.parametrize("act", ["sending", "issue", "void", "reinstatement", "deletion"])
def test_a_viewer_reads_and_changes_nothing(cast: Cast, act: str) -> None:
    one = invoice(cast)
    assert visitor(cast.vera).get(url(cast, f"invoices/{one.id}/")).status_code == 200
    assert press(cast, one, act, cast.vera).status_code == 403
    assert press(cast, one, act, cast.otto).status_code == 404
    assert Invoice.objects.get(id=one.id).state == "issued"


def test_another_organizations_documents_are_not_found(cast: Cast) -> None:
    theirs = invoice(cast, cast.foyle)
    for path in (f"invoices/{theirs.id}/", f"invoices/{theirs.id}/pdf/"):
        assert visitor(cast.olga).get(url(cast, path)).status_code == 404


def test_a_payment_shows_what_it_was_used_for(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    payment = pay(cast, cast.bakery, 15_000, {one.id: 10_000})
    text = visitor(cast.olga).get(url(cast, f"payments/{payment.id}/")).text
    assert one.number in text
    assert "£50.00" in text
    assert visitor(cast.olga).get(url(cast, f"payments/{payment.id}/pdf/")).content.startswith(b"%PDF")
    assert payment.number in visitor(cast.olga).get(url(cast, "payments/")).text


@pytest.mark.parametrize("count", [10, 1000])
def test_list_and_page_take_twelve_queries(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    many_invoices(cast, cast.bakery, count)
    Invoice.objects.update(viewed_at=clock.now(), viewed_by=cast.ana)
    one = Invoice.objects.filter(customer=cast.bakery).first()
    client = visitor(cast.olga)
    for path in ("invoices/", "invoices/?status=unpaid&sort=due", f"invoices/{one.id}/", "payments/"):
        with django_assert_max_num_queries(12):
            assert client.get(url(cast, path)).status_code == 200


def test_the_page_takes_twelve_queries_with_all_that_there_can_be(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    """Mailed, opened, talked about, paid in part, with credits used for it and more of them left."""
    draft = draft_invoice(cast)
    one = invoices.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=draft.revision)
    run_once()
    visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    comments.add(one, "When?", by=cast.by_ana)
    pay(cast, cast.bakery, 1_000, {one.id: 1_000})
    pay(cast, cast.bakery, 3_000)
    note = credit_note(cast)
    one.refresh_from_db()
    allocations.apply(one, {note.id: 700}, by=cast.by_olga, balance_seen=one.balance_minor)
    client = visitor(cast.olga)
    with django_assert_max_num_queries(12):
        page = client.get(url(cast, f"invoices/{one.id}/"))
    shown = page.context
    assert all(shown[part] for part in ("links", "payments", "credits", "credits_url"))


def test_the_list_is_searched_by_the_customers_name_too(cast: Cast) -> None:
    ours, theirs = invoice(cast, cast.yunshan), invoice(cast, cast.bakery)
    other = invoice(cast, cast.foyle)
    for text, found in (("云杉", ours), ("bakery", theirs), (theirs.number, theirs)):
        page = visitor(cast.olga).get(url(cast, "invoices/"), {"q": text}).text
        assert {one.id for one in (ours, theirs) if f"/invoices/{one.id}/" in page} == {found.id}
        assert f"/invoices/{other.id}/" not in page
    narrowed = visitor(cast.olga).get(url(cast, "invoices/"), {"q": "云杉", "status": "paid"}).text
    assert f"/invoices/{ours.id}/" not in narrowed
