"""Credit notes in the office: the list, writing, issuing, using, giving back, and making one of an invoice."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils.html import strip_tags

from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations
from counterfoil.books.sales import credit_notes
from counterfoil.books.sales.models import CreditNote, CreditNoteRefund
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from tests.support.books import credit_note, draft_credit_note, invoice, pay
from tests.support.cast import Cast, visitor
from tests.support.refusals import everything


def url(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/credit-notes/{rest}"


def typed(**more: str) -> dict[str, str]:
    line = {"line-0-name": "Boards sent back", "line-0-quantity": "2", "line-0-rate": "50"}
    return {"dated": clock.today("Europe/London").isoformat(), "do": "save", **line, **more}


def use(cast: Cast, note: Any, minor: int, one: Any = None) -> Any:
    one = one or invoice(cast, note.customer)
    return allocations.apply(one, {note.id: minor}, by=cast.by_olga, balance_seen=one.balance_minor)


def give_back(cast: Cast, note: Any, minor: int) -> CreditNoteRefund:
    wish = credit_notes.RefundWish(amount=Money(minor, "GBP"), mode=credit_notes.MODES.CASH, reference="till 2")
    return credit_notes.refund(note, wish, by=cast.by_olga, form_key="")


def numbers(answer: Any) -> set[str]:
    return {row["number"] for row in answer.context["rows"]}


def test_the_side_bar_has_them_after_the_payments(cast: Cast) -> None:
    text = visitor(cast.vera).get(f"/office/{cast.studio.id}/").text
    assert text.index("Payments received") < text.index(f'href="{url(cast)}"') < text.index("Reports")


def test_the_filters_show_what_they_say(cast: Cast) -> None:
    whole, part, closed, void = (credit_note(cast) for _ in range(4))
    use(cast, part, 4_000)
    give_back(cast, closed, 10_000)
    credit_notes.void(void, by=cast.by_olga, revision=1)
    draft_credit_note(cast)
    olga = visitor(cast.olga)
    expected = {
        "": {whole.number, part.number, closed.number, void.number, "Draft"},
        "draft": {"Draft"},
        "open": {whole.number, part.number},
        "closed": {closed.number},
        "void": {void.number},
    }
    for status, found in expected.items():
        assert numbers(olga.get(url(cast, f"?status={status}"))) == found, status
    rows = {row["number"]: row for row in olga.get(url(cast)).context["rows"]}
    assert [rows[one.number]["left"] for one in (whole, part, closed)] == ["£100.00", "£60.00", "£0.00"]
    labels = [strip_tags(rows[one.number]["pill"]) for one in (whole, part, closed, void)]
    assert labels == ["Open", "Partially applied", "Closed", "Void"]
    assert numbers(olga.get(url(cast, f"?q={part.number}"))) == {part.number}


def test_one_is_written_issued_and_then_no_longer_edited(cast: Cast) -> None:
    olga = visitor(cast.olga)
    answer = olga.post(url(cast, f"new/?customer={cast.bakery.id}"), typed(), follow=True)
    note = CreditNote.objects.get()
    assert (note.state, note.total_minor) == ("draft", 10_000)
    assert "Mark as sent" in answer.text
    olga.post(url(cast, f"{note.id}/edit/"), typed(**{"revision": "1", "line-0-rate": "40"}))
    note.refresh_from_db()
    assert (note.total_minor, note.revision) == (8_000, 2)
    answer = olga.post(url(cast, f"{note.id}/issue/"), {"revision": "2"}, follow=True)
    assert "The credit note is issued." in answer.text
    note.refresh_from_db()
    assert (note.number, note.balance_minor) == ("CN-000001", 8_000)
    before = everything()
    assert olga.get(url(cast, f"{note.id}/edit/")).status_code == 404
    assert olga.post(url(cast, f"{note.id}/edit/"), typed(revision="2")).status_code == 404
    assert everything() == before
    assert "Edit" not in [link.strip() for link in strip_tags(olga.get(url(cast, f"{note.id}/")).text).splitlines()]


def test_its_page_says_what_it_was_used_for_and_what_was_given_back(cast: Cast) -> None:
    note, one = credit_note(cast), invoice(cast)
    use(cast, note, 2_000, one)
    give_back(cast, note, 3_000)
    text = visitor(cast.olga).get(url(cast, f"{note.id}/")).text
    for said in (one.number, "£20.00", "£30.00", "till 2", "£50.00", "Partially applied", f"Take off {one.number}"):
        assert said in text, said
    assert "Make void" not in text
    looked = visitor(cast.vera).get(url(cast, f"{note.id}/")).text
    assert one.number in looked
    assert "Take off" not in looked


def test_taking_it_off_makes_the_invoice_owed_again(cast: Cast) -> None:
    note, one = credit_note(cast), invoice(cast)
    use(cast, note, 2_000, one)
    path = url(cast, f"{note.id}/invoices/{one.id}/taking-off/")
    assert visitor(cast.vera).post(path).status_code == 403
    assert visitor(cast.otto).post(path).status_code == 404
    theirs = credit_note(cast, cast.tidewater)
    assert visitor(cast.olga).post(url(cast, f"{theirs.id}/invoices/{one.id}/taking-off/")).status_code == 404
    answer = visitor(cast.olga).post(path, follow=True)
    assert f"no longer used for {one.number}" in answer.text
    note.refresh_from_db()
    one.refresh_from_db()
    assert (note.balance_minor, one.balance_minor) == (10_000, 10_000)
    assert "t used for that invoice any more" in visitor(cast.olga).post(path, follow=True).text


def test_apply_credits_offers_credit_notes_and_payments_the_oldest_first(cast: Cast) -> None:
    from tests.support.locking import days_ago

    payment, note = pay(cast, cast.bakery, 3_000), credit_note(cast, amount="90", dated=days_ago(3))
    draft_credit_note(cast)
    one, olga = invoice(cast), visitor(cast.olga)
    path = f"/office/{cast.studio.id}/invoices/{one.id}/credits/"
    answer = olga.get(path)
    assert [(row["number"], row["left"]) for row in answer.context["rows"]] == [
        (note.number, "£90.00"),
        (payment.number, "£30.00"),
    ]
    form = answer.context["form"]
    assert [form[f"share-{credit.id}"].value() for credit in (note, payment)] == ["90.00", "10.00"]
    sent = {"balance_seen": one.balance_minor, f"share-{note.id}": "90.00", f"share-{payment.id}": "10.00"}
    assert olga.post(path, sent).status_code == 303
    assert olga.post(path, sent).status_code == 409
    text = olga.get(f"/office/{cast.studio.id}/invoices/{one.id}/").text
    assert "Credits applied" in text
    assert f'href="{url(cast, f"{note.id}/")}"' in text
    assert differences() == []


def test_what_was_used_up_meanwhile_is_still_there_to_say_so(cast: Cast) -> None:
    note, one = credit_note(cast), invoice(cast)
    use(cast, note, 10_000)
    path = f"/office/{cast.studio.id}/invoices/{one.id}/credits/"
    answer = visitor(cast.olga).post(path, {"balance_seen": one.balance_minor, f"share-{note.id}": "10"})
    assert answer.status_code == 422
    assert f'id="id_share-{note.id}-error"' in answer.text


def test_anothers_credit_note_is_not_offered_and_not_used(cast: Cast) -> None:
    theirs, elsewhere, one = credit_note(cast, cast.tidewater), credit_note(cast, cast.foyle), invoice(cast)
    path = f"/office/{cast.studio.id}/invoices/{one.id}/credits/"
    for note in (theirs, elsewhere):
        before = everything()
        answer = visitor(cast.olga).post(path, {"balance_seen": one.balance_minor, f"share-{note.id}": "10"})
        assert answer.status_code == 422
        assert note.number not in strip_tags(answer.text) or note.number == theirs.number == elsewhere.number
        assert everything() == before


def test_it_asks_once_before_money_is_written_down_as_given_back(cast: Cast) -> None:
    note, olga = credit_note(cast), visitor(cast.olga)
    path = url(cast, f"{note.id}/refund/")
    form = olga.get(path).context["form"]
    assert form["amount"].value() == "100.00"
    sent = {"form_key": form["form_key"].value(), "amount": "40.00", "mode": "cash", "reference": "till 2"}
    asked = olga.post(path, sent | {"do": "look"})
    assert "You give £40.00 back yourself" in asked.text
    assert not CreditNoteRefund.objects.exists()
    answer = olga.post(path, sent | {"do": "confirm"}, follow=True)
    assert "The refund is done." in answer.text
    assert olga.post(path, sent | {"do": "confirm"}).status_code == 303
    assert CreditNoteRefund.objects.get().amount_minor == 4_000
    note.refresh_from_db()
    assert note.balance_minor == 6_000
    assert "gave £40.00 of CN-000001 back" in olga.get(url(cast, f"{note.id}/")).text


@pytest.mark.parametrize(
    "wrong", [{"amount": "100.01"}, {"amount": "0"}, {"amount": "abc"}, {"mode": "card"}, {"amount": "-1"}]
)
def test_what_is_wrong_with_a_refund_is_said_and_nothing_goes_back(cast: Cast, wrong: dict[str, str]) -> None:
    note = credit_note(cast)
    before = everything()
    sent = {"form_key": "k" * 24, "amount": "10", "mode": "cash", "do": "confirm", **wrong}
    answer = visitor(cast.olga).post(url(cast, f"{note.id}/refund/"), sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert everything() == before


def test_a_credit_note_is_made_of_an_invoice_and_both_lead_to_each_other(cast: Cast) -> None:
    one, olga = invoice(cast), visitor(cast.olga)
    page = f"/office/{cast.studio.id}/invoices/{one.id}/"
    assert "Make a credit note" in olga.get(page).text
    answer = olga.post(f"{page}credit-note/", {"revision": "1"})
    note = CreditNote.objects.get()
    assert (answer["Location"], note.total_minor) == (url(cast, f"{note.id}/"), 10_000)
    assert page in olga.get(answer["Location"]).text
    assert "Credit notes of this invoice" in olga.get(page).text
    credit_notes.mark_as_sent(note, by=cast.by_olga, revision=note.revision)
    assert "Make a credit note" not in olga.get(page).text
    again = olga.post(f"{page}credit-note/", {"revision": "1"}, follow=True)
    assert "All of this invoice was credited already." in again.text
    assert "A credit note was made of this invoice" in olga.post(f"{page}void/", {"revision": "1"}, follow=True).text


def test_the_customers_page_lists_them_among_the_others(cast: Cast) -> None:
    note, one, olga = credit_note(cast), invoice(cast), visitor(cast.olga)
    path = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/transactions/"
    assert {row["number"] for row in olga.get(path).context["rows"]} == {note.number, one.number}
    (row,) = olga.get(f"{path}?kind=credit-notes").context["rows"]
    assert (row["number"], row["kind"], row["balance"]) == (note.number, "Credit note", "£100.00 unused")
    assert f"credit-notes/new/?customer={cast.bakery.id}" in olga.get(path).text


def test_the_pdf_says_what_is_left(cast: Cast) -> None:
    note = credit_note(cast)
    use(cast, note, 2_500)
    answer = visitor(cast.vera).get(url(cast, f"{note.id}/pdf/"))
    assert answer["Content-Type"] == "application/pdf"
    totals = visitor(cast.vera).get(url(cast, f"{note.id}/")).context["sheet"].totals
    assert [(one.label, one.amount) for one in totals][-3:] == [
        ("Total", "£100.00"),
        ("Used or refunded", "−25.00"),
        ("Left as credit", "£75.00"),
    ]


def test_its_pages_take_as_many_queries_however_much_there_is(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    olga = visitor(cast.olga)
    note = credit_note(cast, amount="1000")
    for _ in range(8):
        use(cast, note, 1_000)
        give_back(cast, note, 500)
        credit_note(cast)
    one = invoice(cast, amount=str(Decimal(60)))
    for page in ("", f"{note.id}/", f"{note.id}/refund/"):
        olga.get(url(cast, page))
        with django_assert_max_num_queries(12):
            assert olga.get(url(cast, page)).status_code == 200
    with django_assert_max_num_queries(12):
        assert olga.get(f"/office/{cast.studio.id}/invoices/{one.id}/credits/").status_code == 200
