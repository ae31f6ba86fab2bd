"""Retainer invoices in the office: the list, writing, sending, recording, using, giving back, making one of a quote."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.html import strip_tags

from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments import allocations
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.sales import quotes, retainer_invoices
from counterfoil.books.sales.models import RetainerInvoice
from counterfoil.foundation import clock
from tests.support.books import draft_retainer, invoice, paid_retainer, quote, retainer
from tests.support.cast import Cast, visitor
from tests.support.locking import days_ago
from tests.support.refusals import everything


def office(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/{rest}"


def url(cast: Cast, rest: str = "") -> str:
    return office(cast, f"retainer-invoices/{rest}")


def typed(**more: str) -> dict[str, str]:
    line = {"line-0-name": "Campaign, first half", "line-0-quantity": "2", "line-0-rate": "50"}
    return {"dated": clock.today("Europe/London").isoformat(), "do": "save", **line, **more}


def draw(cast: Cast, one: Any, minor: int, bill: Any = None) -> Any:
    bill = bill or invoice(cast, one.customer)
    allocations.draw(one, {bill.id: minor}, by=cast.by_olga, held_seen=one.balance_minor)
    return bill


def numbers(answer: Any) -> set[str]:
    return {row["number"] for row in answer.context["rows"]}


def test_the_side_bar_has_them_after_the_quotes(cast: Cast) -> None:
    text = visitor(cast.vera).get(office(cast)).text
    assert text.index("Quotes") < text.index(f'href="{url(cast)}"') < text.index("Sales orders")


def test_the_filters_show_what_they_say(cast: Cast) -> None:
    sent, paid, part, drawn, void = (
        retainer(cast),
        paid_retainer(cast),
        paid_retainer(cast),
        paid_retainer(cast),
        retainer(cast),
    )
    late = retainer(cast, dated=days_ago(5), due_on=days_ago(1))
    draw(cast, part, 4_000)
    draw(cast, drawn, 10_000)
    retainer_invoices.void(void, by=cast.by_olga, revision=1)
    draft_retainer(cast)
    olga = visitor(cast.olga)
    expected = {
        "": {one.number for one in (sent, paid, part, drawn, void, late)} | {"Draft"},
        "draft": {"Draft"},
        "unpaid": {sent.number, late.number},
        "overdue": {late.number},
        "paid": {paid.number, part.number, drawn.number},
        "available": {paid.number, part.number},
        "drawn": {drawn.number},
        "void": {void.number},
    }
    for status, found in expected.items():
        assert numbers(olga.get(url(cast, f"?status={status}"))) == found, status
    rows = {row["number"]: row for row in olga.get(url(cast)).context["rows"]}
    labels = [strip_tags(rows[one.number]["pill"]) for one in (sent, late, paid, part, drawn, void)]
    assert labels == ["Sent", "Overdue", "Paid", "Partially drawn", "Drawn", "Void"]


def test_one_is_written_without_tax_sent_and_then_no_longer_edited(cast: Cast) -> None:
    olga = visitor(cast.olga)
    editor = olga.get(url(cast, f"new/?customer={cast.bakery.id}"))
    assert "Tax on shipping" not in editor.text
    assert "line-0-tax_rate" not in editor.text
    olga.post(url(cast, f"new/?customer={cast.bakery.id}"), typed(due_on=days_ago(-9).isoformat()), follow=True)
    one = RetainerInvoice.objects.get()
    assert (one.state, one.total_minor, one.due) == ("draft", 10_000, days_ago(-9))
    olga.post(url(cast, f"{one.id}/edit/"), typed(**{"revision": "1", "line-0-rate": "40"}))
    one.refresh_from_db()
    assert (one.total_minor, one.revision, one.due) == (8_000, 2, None)
    answer = olga.post(url(cast, f"{one.id}/sending/"), {"revision": "2", "to": [cast.ana.id]}, follow=True)
    assert "The retainer invoice is on its way." in answer.text
    one.refresh_from_db()
    assert (one.number, one.unpaid_minor) == ("RET-000001", 8_000)
    before = everything()
    assert olga.get(url(cast, f"{one.id}/edit/")).status_code == 404
    assert olga.post(url(cast, f"{one.id}/edit/"), typed(revision="2")).status_code == 404
    assert everything() == before


def test_a_due_date_before_its_date_is_said_beside_the_field(cast: Cast) -> None:
    before = everything()
    answer = visitor(cast.olga).post(url(cast, f"new/?customer={cast.bakery.id}"), typed(due_on="2020-01-01"))
    assert (answer.status_code, 'id="id_due_on-error"' in answer.text) == (422, True)
    assert everything() == before


def test_a_payment_of_it_is_recorded_from_its_page(cast: Cast) -> None:
    one, olga = retainer(cast), visitor(cast.olga)
    page = olga.get(url(cast, f"{one.id}/"))
    address = page.context["record_url"]
    assert "Record payment" in page.text
    form = olga.get(address)
    assert form.context["form"][f"share-{one.id}"].value() == "100.00"
    sent = {"recording_key": "k" * 24, "amount": "100", "paid_on": days_ago(0).isoformat(), "mode": "cash"}
    wrong = olga.post(address, sent | {f"share-{one.id}": "60"})
    assert (wrong.status_code, "is paid in one sum." in wrong.text) == (422, True)
    answer = olga.post(address, sent | {f"share-{one.id}": "100"}, follow=True)
    assert one.number in answer.text
    one.refresh_from_db()
    assert one.balance_minor == 10_000
    assert "Record payment" not in olga.get(url(cast, f"{one.id}/")).text
    assert differences() == []


def test_it_is_applied_to_invoices_from_its_own_page_and_taken_off_again(cast: Cast) -> None:
    one, olga = paid_retainer(cast), visitor(cast.olga)
    late, bill = invoice(cast, amount="70", dated=days_ago(60)), invoice(cast, amount="80")
    path = url(cast, f"{one.id}/invoices/")
    form = olga.get(path).context["form"]
    assert [form[f"share-{row.id}"].value() for row in (late, bill)] == ["70.00", "30.00"]
    sent = {"held_seen": one.balance_minor, f"share-{late.id}": "70.00", f"share-{bill.id}": "20.00"}
    answer = olga.post(path, sent, follow=True)
    assert "The retainer is used for what you chose." in answer.text
    again = olga.post(path, sent)
    assert (again.status_code, "What is held changed" in again.text) == (409, True)
    for said in (late.number, "£70.00", bill.number, "£20.00", f"Take off {bill.number}", "£10.00"):
        assert said in answer.text, said
    assert "Take off" not in visitor(cast.vera).get(url(cast, f"{one.id}/")).text
    off = url(cast, f"{one.id}/invoices/{bill.id}/taking-off/")
    assert visitor(cast.vera).post(off).status_code == 403
    assert visitor(cast.otto).post(off).status_code == 404
    assert f"no longer used for {bill.number}" in olga.post(off, follow=True).text
    one.refresh_from_db()
    assert one.balance_minor == 3_000
    assert differences() == []


@pytest.mark.parametrize("share", ["100.01", "-1", "abc"])
def test_what_is_wrong_with_a_use_is_said_and_nothing_is_used(cast: Cast, share: str) -> None:
    one, bill = paid_retainer(cast), invoice(cast, amount="300")
    before = everything()
    sent = {"held_seen": one.balance_minor, f"share-{bill.id}": share}
    answer = visitor(cast.olga).post(url(cast, f"{one.id}/invoices/"), sent)
    assert answer.status_code == 422
    assert f'id="id_share-{bill.id}-error"' in answer.text
    assert everything() == before


def test_it_is_applied_from_the_invoices_page_with_other_credit(cast: Cast) -> None:
    one, bill, olga = paid_retainer(cast), invoice(cast, amount="60"), visitor(cast.olga)
    page = office(cast, f"invoices/{bill.id}/")
    assert "Apply credits" in olga.get(page).text
    form = olga.get(f"{page}credits/").context["form"]
    assert form[f"share-{one.id}"].value() == "60.00"
    sent = {"balance_seen": bill.balance_minor, f"share-{one.id}": "60.00"}
    assert olga.post(f"{page}credits/", sent).status_code == 303
    text = olga.get(page).text
    assert "Payments applied" in text
    assert f'href="{url(cast, f"{one.id}/")}"' in text
    assert differences() == []


def test_what_is_held_goes_back_by_the_payment_that_it_came_with(cast: Cast) -> None:
    one, olga = paid_retainer(cast), visitor(cast.olga)
    draw(cast, one, 4_000)
    payment = Payment.objects.get()
    path = office(cast, f"payments/{payment.id}/refund/")
    assert path in olga.get(url(cast, f"{one.id}/")).text
    shown = olga.get(path)
    assert "What becomes of the invoice" not in shown.text
    assert shown.context["form"]["amount"].value() == "60.00"
    assert "At most £60.00 of this payment can go back." in shown.text
    form = {"form_key": "k" * 24, "amount": "60", "way": "other", "mode": "cash"}
    assert f"£60.00 of {one.number} is held no longer." in olga.post(path, form | {"do": "look"}).text
    too_much = olga.post(path, form | {"amount": "61", "do": "confirm"})
    assert (too_much.status_code, "Take it off the invoices" in too_much.text) == (422, True)
    answer = olga.post(path, form | {"do": "confirm"}, follow=True)
    assert "The refund is done." in answer.text
    assert Return.objects.get().shares.get().document == one
    one.refresh_from_db()
    assert str(one.status(clock.today("Europe/London"))) == "drawn"
    assert one.number in answer.text
    assert differences() == []


def test_one_is_made_of_an_accepted_quote_and_both_lead_to_each_other(cast: Cast) -> None:
    offer, olga = quote(cast), visitor(cast.olga)
    quotes.accept(offer, by=cast.by_ana, revision=1)
    page = office(cast, f"quotes/{offer.id}/")
    assert "Make a retainer invoice" in olga.get(page).text
    answer = olga.post(f"{page}retainer-invoice/", {"revision": "1"})
    one = RetainerInvoice.objects.get()
    assert answer["Location"] == url(cast, f"{one.id}/")
    assert page in olga.get(answer["Location"]).text
    text = olga.get(page).text
    assert url(cast, f"{one.id}/") in text
    assert "Make a retainer invoice" not in text
    assert "Make an invoice" in text


def test_the_customers_page_tells_what_is_held_and_lists_them(cast: Cast) -> None:
    one, olga = paid_retainer(cast), visitor(cast.olga)
    page = olga.get(office(cast, f"customers/{cast.bakery.id}/"))
    assert {"label": "Retainers held", "amount": "£100.00", "note": ""} in page.context["figures"]
    listed = olga.get(office(cast, f"customers/{cast.bakery.id}/transactions/?kind=retainers"))
    assert [(row["number"], row["balance"]) for row in listed.context["rows"]] == [(one.number, "£100.00 held")]


def test_nothing_of_it_is_receivable(cast: Cast) -> None:
    retainer(cast, dated=days_ago(90), due_on=days_ago(60))
    page = visitor(cast.olga).get(office(cast, f"customers/{cast.bakery.id}/"))
    assert page.context["figures"][0] == {"label": "Outstanding receivables", "amount": "£0.00", "note": ""}
    report = visitor(cast.olga).get(office(cast, "reports/receivables-by-age/"))
    assert "Harbour Bakery" not in strip_tags(report.text)


def test_the_pages_take_as_many_queries_however_long_they_are(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    olga, one = visitor(cast.olga), paid_retainer(cast)
    bill = draw(cast, one, 500)
    for _ in range(12):
        draw(cast, RetainerInvoice.objects.get(id=one.id), 100)
        retainer(cast)
    pages = (
        url(cast),
        url(cast, f"{one.id}/"),
        url(cast, f"{one.id}/invoices/"),
        url(cast, f"{retainer(cast).id}/"),
        office(cast, f"invoices/{bill.id}/"),
        office(cast, f"customers/{cast.bakery.id}/transactions/"),
        office(cast, f"payments/{Payment.objects.get().id}/"),
        office(cast, f"payments/new/?customer={cast.bakery.id}"),
    )
    for address in pages:
        olga.get(address)
        with django_assert_max_num_queries(12, info=address):
            assert olga.get(address).status_code == 200, address
