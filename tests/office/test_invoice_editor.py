"""Writing an invoice in the office: drafts, lines, totals, revisions, copies, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import taxes
from counterfoil.books.payments import gateway_accounts
from counterfoil.books.sales import invoices, items
from counterfoil.books.sales.models import Invoice
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, visitor
from tests.support.refusals import everything

NEW = "invoices/new/"


def url(cast: Cast, path: str = "") -> str:
    return f"/office/{cast.studio.id}/{path}"


def line(place: int = 0, **more: Any) -> dict[str, Any]:
    """One line of the editor as its page posts it."""
    typed = {"name": "Menu boards", "quantity": "2", "rate": "125.50"} | more
    return {f"line-{place}-{name}": value for name, value in typed.items()}


def typed(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The editor as its page posts it."""
    whole: dict[str, Any] = {"making_key": "key", "dated": "2026-11-02", "payment_days": "30"} | more
    for one in lines or (line(),):
        whole |= one
    return whole


def write(cast: Cast, data: dict[str, Any], *, person: Any = None, customer: Any = None, query: str = "") -> Any:
    customer = customer or cast.bakery
    return visitor(person or cast.olga).post(url(cast, f"{NEW}?customer={customer.id}{query}"), data)


def save(cast: Cast, one: Any, data: dict[str, Any], *, person: Any = None) -> Any:
    data = {"revision": one.revision, **data}
    return visitor(person or cast.olga).post(url(cast, f"invoices/{one.id}/edit/"), data)


@pytest.fixture
def vat(cast: Cast) -> Any:
    return taxes.add_rate(cast.studio, name="VAT 20%", percent=Decimal(20), by=cast.by_olga)


def test_an_invoice_of_two_lines_with_discount_and_tax_adds_up(cast: Cast, vat: Any) -> None:
    lines = line(0, tax_rate=vat.id), line(1, name="Photography", quantity="1", rate="450", discount="10%")
    answer = write(cast, typed(*lines, discount="5%", shipping="12.50", adjustment="-0.48", order_number="HB-2290"))
    draft = Invoice.objects.get()
    assert (answer.status_code, answer.url) == (303, url(cast, f"invoices/{draft.id}/"))
    assert (draft.subtotal_minor, draft.discount_minor, draft.tax_minor) == (65_600, 3_280, 4_769)
    assert draft.total_minor == 65_600 - 3_280 + 4_769 + 1_250 - 48
    assert (draft.state, draft.order_number, draft.due_on.isoformat()) == ("draft", "HB-2290", "2026-12-02")
    assert [one.name for one in draft.lines.all()] == ["Menu boards", "Photography"]


def test_save_and_send_opens_the_question_to_whom(cast: Cast) -> None:
    answer = write(cast, typed(do="send"))
    draft = Invoice.objects.get()
    assert answer.url == url(cast, f"invoices/{draft.id}/?ask=send")
    assert "Ana Moreau" in visitor(cast.olga).get(answer.url).text


def test_the_same_form_sent_twice_makes_one_draft(cast: Cast) -> None:
    first, second = write(cast, typed()), write(cast, typed())
    assert first.url == second.url
    assert Invoice.objects.count() == 1


def test_without_a_customer_the_customers_are_offered(cast: Cast) -> None:
    page = visitor(cast.olga).get(url(cast, NEW))
    assert f"{NEW}?customer={cast.bakery.id}" in page.text
    assert "Foyle Kitchens" not in page.text
    found = visitor(cast.olga).get(url(cast, f"{NEW}?q=云杉"))
    assert [one["name"] for one in found.context["customers"]] == ["云杉设计有限公司"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (line(quantity="0"), "line-0-quantity"),
        (line(quantity="-1"), "line-0-quantity"),
        (line(quantity="abc"), "line-0-quantity"),
        (line(rate="1.2345678"), "line-0-rate"),
        (line(rate="9" * 30), "line-0-rate"),
        (line(name=""), "line-0-name"),
        (line(discount="101%"), "line-0-discount"),
        (line(discount="251.01"), "line-0-discount"),
        (line(tax_rate="1"), "line-0-tax_rate"),
        ({"shipping": "-1"}, "shipping"),
        ({"shipping": "€5"}, "shipping"),
        ({"shipping": "1.234"}, "shipping"),
        ({"discount": "300"}, "discount"),
        ({"adjustment": "-300"}, "adjustment"),
        ({"dated": "yesterday"}, "dated"),
        ({"payment_days": "date", "due_on": "2026-11-01"}, "due_on"),
        ({"payment_days": "date", "due_on": ""}, "due_on"),
        ({"order_number": "x" * 61}, "order_number"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    before = everything()
    data = typed(line(description="Hand lettered"), wrong, notes="Thank you")
    answer = write(cast, data)
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in answer.text
    for name, value in data.items():
        if name not in ("making_key", "line-0-tax_rate", "payment_days"):
            assert str(value) in answer.text, name
    assert everything() == before


def test_figures_from_a_chinese_keyboard_are_read(cast: Cast) -> None:
    write(cast, typed(line(quantity="２", rate="１２５．５０", discount="１０％")))
    assert Invoice.objects.get().total_minor == 22_590


def test_lines_left_empty_vanish_and_an_invoice_without_lines_is_refused(cast: Cast) -> None:
    empty = line(1, name="", quantity="1", rate="")
    write(cast, typed(line(0), empty))
    assert Invoice.objects.get().lines.count() == 1
    answer = write(cast, typed(line(0, name="", rate=""), making_key="other"))
    assert answer.status_code == 422
    assert Invoice.objects.count() == 1


def test_more_lines_than_an_invoice_may_have_are_refused_in_words(cast: Cast) -> None:
    answer = write(cast, typed(*(line(place) for place in range(301))))
    assert answer.status_code == 422
    assert "at most 300 lines" in answer.text
    assert not Invoice.objects.exists()


def test_buttons_add_move_and_remove_lines_without_saving(cast: Cast) -> None:
    two = line(0, name="First"), line(1, name="Second", rate="")

    def names(act: str) -> list[str]:
        answer = write(cast, typed(*two, do=act))
        assert answer.status_code == 200
        assert "-error" not in answer.text
        return [one["form"]["name"].value() for one in answer.context["lines"]]

    assert names("add") == ["First", "Second", ""]
    assert names("up-1") == ["Second", "First"]
    assert names("remove-0") == ["Second"]
    assert names("remove-7") == ["First", "Second"]
    assert not Invoice.objects.exists()


def test_the_totals_are_those_that_saving_makes(cast: Cast, vat: Any) -> None:
    data = typed(line(tax_rate=vat.id), is_inclusive="on", discount="1.03")
    sums = write(cast, data | {"do": "update"}).context["sums"]
    write(cast, data)
    saved = Invoice.objects.get()
    assert sums.total == "£249.97"
    assert saved.total_minor == 24_997
    assert (sums.rows[0], sums.rows[1]) == (("Subtotal", "251.00"), ("Discount", "−1.03"))
    shown = visitor(cast.olga).get(url(cast, f"invoices/{saved.id}/edit/")).context["sums"]
    assert shown == sums


def test_a_line_named_like_an_item_is_filled_from_it(cast: Cast, vat: Any) -> None:
    content = items.ItemContent(
        name="Illustration", rate=Decimal("260.5"), description="Per piece", unit="pc", tax_rate_id=vat.id
    )
    item = items.create(cast.studio, content, by=cast.by_olga)
    filled = write(cast, typed(line(name="illustration", rate=""), do="update")).context["lines"][0]["form"]
    assert [filled[name].value() for name in ("rate", "unit", "description", "tax_rate")] == [
        "260.5",
        "pc",
        "Per piece",
        str(vat.id),
    ]
    write(cast, typed(line(name="Illustration", rate="99")))
    written = Invoice.objects.get().lines.get()
    assert (written.item_id, written.rate) == (item.id, 99)


def test_items_are_priced_in_our_currency_and_in_no_other(cast: Cast) -> None:
    items.create(cast.studio, items.ItemContent(name="Illustration", rate=Decimal(260)), by=cast.by_olga)
    answer = write(cast, typed(line(name="Illustration", rate=""), do="update"), customer=cast.yunshan)
    assert answer.context["lines"][0]["form"]["rate"].value() == ""


def test_a_draft_is_edited_in_place(cast: Cast) -> None:
    draft = draft_invoice(cast)
    save(cast, draft, typed(line(rate="10")))
    changed = Invoice.objects.get(id=draft.id)
    assert (changed.total_minor, changed.state, changed.revisions.count()) == (2_000, "draft", 0)


def test_an_issued_invoice_that_is_edited_keeps_its_revisions(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    assert "revision 2" in visitor(cast.olga).get(url(cast, f"invoices/{one.id}/edit/")).text
    save(cast, one, typed(line(name="Signs", quantity="1", rate="60")))
    changed = Invoice.objects.get(id=one.id)
    payment.refresh_from_db()
    assert (changed.revision, changed.total_minor, changed.balance_minor) == (2, 6_000, 0)
    assert payment.balance_minor == 4_000
    assert differences() == []
    page = visitor(cast.olga).get(url(cast, f"invoices/{one.id}/"))
    assert [entry["revision"] for entry in page.context["revisions"]] == [2, 1]
    earlier = visitor(cast.olga).get(url(cast, f"invoices/{one.id}/revisions/1/"))
    assert "Menu boards" in earlier.text
    assert "Signs" not in earlier.text
    for missing in (2, 3):
        assert visitor(cast.olga).get(url(cast, f"invoices/{one.id}/revisions/{missing}/")).status_code == 404


def test_who_edits_what_somebody_else_changed_meanwhile_must_look_again(cast: Cast) -> None:
    one = invoice(cast)
    save(cast, one, typed(line(rate="60")))
    answer = save(cast, one, typed(line(rate="70"), notes="Keep me"))
    assert answer.status_code == 409
    assert "Keep me" in answer.text
    assert Invoice.objects.get(id=one.id).total_minor == 12_000


def test_a_void_invoice_is_not_edited(cast: Cast) -> None:
    one = invoice(cast)
    one = invoices.void(one, by=cast.by_olga, revision=one.revision)
    assert save(cast, one, typed()).status_code == 422
    assert Invoice.objects.get(id=one.id).total_minor == 10_000


def test_a_rate_that_is_offered_no_more_stays_on_the_invoice_that_has_it(cast: Cast, vat: Any) -> None:
    write(cast, typed(line(tax_rate=vat.id)))
    draft = Invoice.objects.get()
    taxes.retire(vat, by=cast.by_olga)
    page = visitor(cast.olga).get(url(cast, f"invoices/{draft.id}/edit/"))
    assert page.context["lines"][0]["form"]["tax_rate"].value() == vat.id
    save(cast, draft, typed(line(tax_rate=vat.id)))
    assert Invoice.objects.get().tax_minor == 5_020
    fresh = visitor(cast.olga).get(url(cast, f"{NEW}?customer={cast.bakery.id}"))
    assert "VAT 20%" not in fresh.text


def test_a_gateway_that_is_off_just_now_stays_on_the_invoice_that_names_it(cast: Cast, till: Any) -> None:
    write(cast, typed())
    draft = Invoice.objects.get()
    assert draft.gateway_ids == []
    save(cast, draft, typed(gateways=[till.account.id]))
    draft.refresh_from_db()
    assert draft.gateway_ids is None
    Invoice.objects.update(gateway_ids=[till.account.id])
    gateway_accounts.disable(till.account, by=cast.by_olga)
    page = visitor(cast.olga).get(url(cast, f"invoices/{draft.id}/edit/"))
    assert page.context["form"]["gateways"].value() == [till.account.id]


def test_a_copy_starts_anew_in_time(cast: Cast) -> None:
    one = invoice(cast, amount="75", order_number="HB-1", notes="Thank you")
    page = visitor(cast.olga).get(url(cast, f"{NEW}?customer={cast.bakery.id}&copy={one.id}"))
    form = page.context["form"]
    assert page.context["lines"][0]["form"]["rate"].value() == "75"
    assert (form["notes"].value(), form["order_number"].value()) == ("Thank you", "")
    assert form["revision"].value() is None
    other = invoice(cast, cast.tidewater)
    stolen = visitor(cast.olga).get(url(cast, f"{NEW}?customer={cast.bakery.id}&copy={other.id}"))
    assert stolen.status_code == 404


def test_a_viewer_writes_nothing_and_another_organization_finds_nothing(cast: Cast) -> None:
    draft = draft_invoice(cast)
    before = everything()
    assert write(cast, typed(), person=cast.vera).status_code == 403
    assert save(cast, draft, typed(), person=cast.vera).status_code == 403
    assert write(cast, typed(), person=cast.otto).status_code == 404
    assert write(cast, typed(), customer=cast.foyle).status_code == 404
    theirs = draft_invoice(cast, cast.foyle)
    before = everything()
    assert save(cast, theirs, typed()).status_code == 404
    assert everything() == before


def test_an_address_that_names_no_customer_offers_them_all(cast: Cast) -> None:
    for nonsense in ("", "abc", "²", "9" * 30):
        assert visitor(cast.olga).get(url(cast, f"{NEW}?customer={nonsense}")).status_code == 200


@pytest.mark.parametrize("count", [1, 200])
def test_the_editor_takes_twelve_queries(cast: Cast, vat: Any, count: int, django_assert_max_num_queries: Any) -> None:
    write(cast, typed(*(line(place, tax_rate=vat.id) for place in range(count))))
    draft, olga = Invoice.objects.get(), visitor(cast.olga)
    with django_assert_max_num_queries(12):
        olga.get(url(cast, f"invoices/{draft.id}/edit/"))
    with django_assert_max_num_queries(12):
        write_url = url(cast, f"{NEW}?customer={cast.bakery.id}")
        olga.post(write_url, typed(*(line(place) for place in range(count)), do="update"))
