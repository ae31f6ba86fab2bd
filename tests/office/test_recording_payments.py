"""Writing down a payment that came otherwise, and finding payments again."""

from datetime import date
from typing import Any

import pytest

from counterfoil.books.ledger.verify import differences
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import Invoice
from tests.support.books import invoice, many_invoices, pay
from tests.support.cast import Cast, visitor
from tests.support.refusals import everything


def url(cast: Cast, path: str = "") -> str:
    return f"/office/{cast.studio.id}/payments/{path}"


def typed(**more: Any) -> dict[str, Any]:
    """The form as its page posts it."""
    return {"recording_key": "key", "amount": "150.00", "paid_on": "2026-11-20", "mode": "bank_transfer"} | more


def record(cast: Cast, data: dict[str, Any], *, person: Any = None, customer: Any = None) -> Any:
    return visitor(person or cast.olga).post(url(cast, f"new/?customer={(customer or cast.bakery).id}"), data)


def test_a_transfer_pays_two_invoices_and_the_rest_is_credit(cast: Cast) -> None:
    first, second = invoice(cast, amount="100"), invoice(cast, amount="80")
    shares = {f"share-{first.id}": "100", f"share-{second.id}": "30.50"}
    more = {"reference": "FP-77", "bank_charges": "1.50", "deposited_on": "2026-11-22", "notes": "By post"}
    answer = record(cast, typed(**shares, **more))
    payment = Payment.objects.get()
    assert (answer.status_code, answer.url) == (303, url(cast, f"{payment.id}/"))
    assert (payment.amount_minor, payment.balance_minor, payment.bank_charges_minor) == (15_000, 1_950, 150)
    assert (payment.deposited_on, payment.paid_on) == (date(2026, 11, 22), date(2026, 11, 20))
    balances = dict(Invoice.objects.values_list("id", "balance_minor"))
    assert balances == {first.id: 0, second.id: 4_950}
    assert differences() == []
    page = visitor(cast.olga).get(answer.url).text
    for said in ("FP-77", "£1.50", "22 Nov 2026", "By post", "Olga Lindqvist"):
        assert said in page


def test_the_customer_sees_the_same_figures(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    record(cast, typed(amount="40", **{f"share-{one.id}": "40"}))
    portal = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/").text
    assert "£60.00" in portal
    assert Payment.objects.get().number in portal


def test_the_same_form_sent_twice_is_one_payment(cast: Cast) -> None:
    first, second = record(cast, typed()), record(cast, typed())
    assert first.url == second.url
    assert Payment.objects.count() == 1


def test_from_an_invoice_its_balance_is_offered(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    invoice(cast, amount="80")
    page = visitor(cast.olga).get(url(cast, f"new/?customer={cast.bakery.id}&invoice={one.id}"))
    form = page.context["form"]
    assert (form["amount"].value(), form[f"share-{one.id}"].value()) == ("100.00", "100.00")
    assert page.context["sums"][-1] == ("Left as credit", "£0.00")
    assert f"payments/new/?customer={cast.bakery.id}&amp;invoice={one.id}" in (
        visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/{one.id}/").text
    )


def test_the_amount_is_used_for_the_longest_due_first(cast: Cast) -> None:
    late = invoice(cast, amount="100", dated=date(2026, 1, 5))
    later = invoice(cast, amount="80", dated=date(2026, 2, 5))
    answer = record(cast, typed(amount="１２０", do="spread", notes="Keep me"))
    form = answer.context["form"]
    assert [form[f"share-{one.id}"].value() for one in (late, later)] == ["100.00", "20.00"]
    assert "Keep me" in answer.text
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1.234"}, "amount"),
        ({"amount": "abc"}, "amount"),
        ({"amount": "€150"}, "amount"),
        ({"amount": "9" * 30}, "amount"),
        ({"amount": ""}, "amount"),
        ({"paid_on": "soon"}, "paid_on"),
        ({"paid_on": "2062-11-20"}, "paid_on"),
        ({"mode": "barter"}, "mode"),
        ({"bank_charges": "150"}, "bank_charges"),
        ({"bank_charges": "-1"}, "bank_charges"),
        ({"share": "100.01"}, "share"),
        ({"share": "-1"}, "share"),
        ({"amount": "50", "share": "60"}, "amount"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, wrong: dict[str, str], field: str
) -> None:
    one = invoice(cast, amount="100")
    names = {"share": f"share-{one.id}"}
    data = typed(reference="FP-77", **{names.get(name, name): value for name, value in wrong.items()})
    before = everything()
    answer = record(cast, data)
    assert answer.status_code == 422
    assert f'id="id_{names.get(field, field)}-error"' in answer.text
    for name, value in data.items():
        if value and name != "mode":
            assert f'value="{value}"' in answer.text, name
    assert everything() == before


def test_an_invoice_of_somebody_else_is_not_paid(cast: Cast) -> None:
    other = invoice(cast, cast.tidewater)
    record(cast, typed(**{f"share-{other.id}": "100"}))
    assert Invoice.objects.get(id=other.id).balance_minor == 10_000
    assert Payment.objects.get().balance_minor == 15_000


def test_a_share_for_an_invoice_that_was_paid_meanwhile_is_not_silently_credit(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    answer = record(cast, typed(amount="100", **{f"share-{one.id}": "100"}))
    assert answer.status_code == 422
    assert f'id="id_share-{one.id}-error"' in answer.text
    assert Payment.objects.count() == 1


def test_a_viewer_records_nothing_and_another_organization_finds_nothing(cast: Cast) -> None:
    before = everything()
    assert record(cast, typed(), person=cast.vera).status_code == 403
    assert record(cast, typed(), person=cast.otto).status_code == 404
    assert record(cast, typed(), customer=cast.foyle).status_code == 404
    assert everything() == before


def test_payments_are_found_by_number_digits_reference_and_amount(cast: Cast) -> None:
    record(cast, typed(reference="FP-77"))
    payment = Payment.objects.get()

    def found(text: str) -> list[str]:
        return [row["number"] for row in visitor(cast.olga).get(url(cast, f"?q={text}")).context["rows"]]

    digits = payment.number.rsplit("-", maxsplit=1)[-1].lstrip("0")
    for text in (payment.number, payment.number.lower(), digits, "fp-7", "150", "£150.00"):
        assert found(text) == [payment.number], text
    assert found("nothing") == []


def test_payments_are_filtered_by_how_they_came_and_what_is_left(cast: Cast, till: Any) -> None:
    online = till.pay(invoice(cast, amount="100")).payment
    spent = pay(cast, cast.bakery, 5_000, {invoice(cast, amount="50").id: 5_000})
    kept = pay(cast, cast.bakery, 700)

    def shown(kind: str) -> set[str]:
        return {row["number"] for row in visitor(cast.olga).get(url(cast, f"?kind={kind}")).context["rows"]}

    assert shown("online") == {online.number}
    assert shown("recorded") == {spent.number, kept.number}
    assert shown("credit") == {kept.number}
    assert len(shown("nonsense")) == 3


@pytest.mark.parametrize("count", [10, 1000])
def test_the_form_takes_twelve_queries(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    many_invoices(cast, cast.bakery, count)
    olga = visitor(cast.olga)
    with django_assert_max_num_queries(12):
        page = olga.get(url(cast, f"new/?customer={cast.bakery.id}"))
    assert len(page.context["rows"]) == min(count, 100)
