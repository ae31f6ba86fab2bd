"""**Available credits**: what a customer sees of credit notes and of what they paid too much."""

from collections.abc import Callable
from typing import Any

from counterfoil.books.payments import allocations
from counterfoil.books.sales import credit_notes
from counterfoil.books.sales.models import CreditNote
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support.books import credit_note, draft_credit_note, invoice, pay
from tests.support.cast import Cast, visitor


def home(cast: Cast) -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/"


def at(cast: Cast, note: Any = None, rest: str = "") -> str:
    return f"{home(cast)}credit-notes/{f'{note.id}/' if note else ''}{rest}"


def use(cast: Cast, credit: Any, minor: int) -> Any:
    one = invoice(cast, credit.customer)
    return allocations.apply(one, {credit.id: minor}, by=cast.by_olga, balance_seen=one.balance_minor)


def rows(answer: Any) -> dict[str, str]:
    return {row["number"]: row["left"] for row in answer.context["rows"]}


def test_the_home_page_leads_to_what_its_figure_counts(cast: Cast) -> None:
    note, used, payment = credit_note(cast), credit_note(cast, amount="20"), pay(cast, cast.bakery, 3_000)
    use(cast, used, 2_000)
    use(cast, note, 1_000)
    ana = visitor(cast.ana)
    card = ana.get(home(cast)).text
    assert "£120.00" in card
    assert f'href="{at(cast)}?status=open"' in card
    listed = ana.get(f"{at(cast)}?status=open")
    assert rows(listed) == {note.number: "£90.00", payment.number: "£30.00"}
    assert listed.context["left"] == "£120.00"
    assert rows(ana.get(at(cast))) == {note.number: "£90.00", used.number: "£0.00", payment.number: "£30.00"}


def test_an_empty_list_says_what_will_appear(cast: Cast) -> None:
    ana = visitor(cast.ana)
    assert "Credit notes, and what you pay beyond an invoice, appear here." in ana.get(at(cast)).text
    assert "No credit is left" in ana.get(f"{at(cast)}?status=open").text


def test_drafts_and_others_credit_notes_are_not_there(cast: Cast) -> None:
    draft, theirs, elsewhere = draft_credit_note(cast), credit_note(cast, cast.tidewater), credit_note(cast, cast.foyle)
    mine = credit_note(cast)
    ana = visitor(cast.ana)
    for note in (draft, theirs, elsewhere):
        for rest in ("", "pdf/"):
            assert ana.get(at(cast, note, rest)).status_code == 404
    assert rows(ana.get(at(cast))) == {mine.number: "£100.00"}
    for stranger in (cast.bruno, cast.fia):
        assert visitor(stranger).get(at(cast, mine)).status_code == 404
    assert not Event.objects.filter(name="credit_note.viewed").exists()


def test_one_says_what_it_was_used_for_what_went_back_and_what_is_left(cast: Cast) -> None:
    note = credit_note(cast)
    one = use(cast, note, 2_000)
    wish = credit_notes.RefundWish(amount=Money(3_000, "GBP"), mode=credit_notes.MODES.CASH, reference="till 2")
    credit_notes.refund(note, wish, by=cast.by_olga, form_key="")
    ana = visitor(cast.ana)
    answer = ana.get(at(cast, note))
    for said in (one.number, "£20.00", "£30.00", "till 2", "£50.00"):
        assert said in answer.text, said
    assert CreditNote.objects.get(id=note.id).viewed_by_id == cast.ana.id
    assert ana.get(at(cast, note, "pdf/"))["Content-Type"] == "application/pdf"
    assert note.number in ana.get(f"{home(cast)}invoices/{one.id}/").text


def test_a_void_one_says_that_it_does_not_count(cast: Cast) -> None:
    note = credit_notes.void(credit_note(cast), by=cast.by_olga, revision=1)
    assert "This credit note is void." in visitor(cast.ana).get(at(cast, note)).text


def test_who_came_by_a_mailed_link_sees_none(cast: Cast) -> None:
    from counterfoil.books.sales import document_links, invoices
    from counterfoil.books.sales.models import DocumentLink
    from counterfoil.outbound import spreading
    from tests.support.books import draft_invoice

    note = credit_note(cast)
    draft = draft_invoice(cast)
    one = invoices.send(draft, to=[cast.ana.id], by=cast.by_olga, revision=1)
    allocations.apply(one, {note.id: 1_000}, by=cast.by_olga, balance_seen=one.balance_minor)
    while spreading.spread_due():
        pass
    token = document_links.token_of(DocumentLink.objects.get())
    bearer = visitor(None)
    bearer.post(f"/portal/lindqvist-zhou/link/{token}/", {"open": "yes"})
    shown = bearer.get(f"{home(cast)}invoices/{one.id}/")
    assert (shown.status_code, note.number in shown.text) == (200, False)
    for address in (at(cast), at(cast, note), at(cast, note, "pdf/")):
        assert bearer.get(address).status_code in (302, 303, 404)


def test_the_list_takes_as_many_queries_however_long_it_is(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    ana, note = visitor(cast.ana), credit_note(cast)
    for _ in range(12):
        credit_note(cast)
        pay(cast, cast.bakery, 100)
    use(cast, note, 100)
    for address in (at(cast), f"{at(cast)}?status=open", at(cast, note)):
        ana.get(address)
        with django_assert_max_num_queries(8):
            assert ana.get(address).status_code == 200
