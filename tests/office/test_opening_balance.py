"""An opening balance as people meet it: on the customer's form, in lists, on its page, on paper, in mail and bell."""

from typing import Any

import pytest

from counterfoil.books.sales import invoices, opening
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from tests.support.books import invoice, many_invoices, pay
from tests.support.cast import Cast, visitor
from tests.support.locking import days_ago, lock
from tests.support.refusals import everything


def url(cast: Cast, path: str = "") -> str:
    return f"/office/{cast.studio.id}/{path}"


def put(cast: Cast, customer: Any = None, minor: int = 25_000) -> Invoice:
    customer = customer or cast.bakery
    made = opening.set_balance(customer, Money(minor, customer.currency), days_ago(60), by=cast.by_olga)
    assert made is not None
    return made


def form(cast: Cast, **more: Any) -> dict[str, Any]:
    """The customer's form as its page posts it."""
    cast.bakery.refresh_from_db()
    return {
        "revision": cast.bakery.revision,
        "opening_revision": 0,
        "display_name": "Harbour Bakery Ltd",
        "kind": "company",
        "currency": "GBP",
        "language": "en",
        "payment_days": "30",
        "shipping_same": "on",
    } | more


def save(cast: Cast, *, person: Any = None, **more: Any) -> Any:
    return visitor(person or cast.stig).post(url(cast, f"customers/{cast.bakery.id}/edit/"), form(cast, **more))


def test_a_new_customer_with_an_opening_balance(cast: Cast) -> None:
    data = form(cast, display_name="Newcomers", opening_balance="1,250.50", opening_date="2026-01-31", making_key="k")
    answer = visitor(cast.stig).post(url(cast, "customers/new/"), data)
    assert answer.status_code == 303
    one = Invoice.objects.get(is_opening=True)
    assert (one.customer.display_name, one.balance_minor) == ("Newcomers", 125_050)
    page = visitor(cast.stig).get(answer.url).text
    for said in ("Opening balance", "£1,250.50", "As of 31 Jan 2026"):
        assert said in page


def test_it_is_in_the_currency_that_is_chosen_with_it(cast: Cast) -> None:
    data = form(cast, display_name="Tokyo", currency="JPY", opening_balance="5000", opening_date="2026-01-31")
    assert visitor(cast.stig).post(url(cast, "customers/new/"), data).status_code == 303
    one = Invoice.objects.get(is_opening=True)
    assert (one.currency, one.total_minor) == ("JPY", 5_000)


def test_it_is_set_changed_and_taken_away_on_the_customers_form(cast: Cast) -> None:
    assert save(cast, opening_balance="250", opening_date="2026-01-31").status_code == 303
    page = visitor(cast.stig).get(url(cast, f"customers/{cast.bakery.id}/edit/")).text
    assert 'value="250.00"' in page
    assert 'value="2026-01-31"' in page
    stale = save(cast, opening_balance="300", opening_date="2026-01-31")
    assert stale.status_code == 409
    assert save(cast, opening_balance="300", opening_date="2026-01-31", opening_revision=1).status_code == 303
    one = Invoice.objects.get(is_opening=True)
    assert (one.total_minor, one.revision) == (30_000, 2)
    assert save(cast, opening_balance="", opening_date="2026-01-31", opening_revision=2).status_code == 303
    assert visitor(cast.stig).get(url(cast, f"invoices/{one.id}/")).status_code == 404
    assert visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/").status_code == 404
    text = visitor(cast.stig).get(url(cast, f"customers/{cast.bakery.id}/")).text
    assert "Stig Holm set the opening balance of Harbour Bakery Ltd to £300.00." in text
    assert "Stig Holm took the opening balance of Harbour Bakery Ltd away." in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"opening_balance": "-5", "opening_date": "2026-01-31"}, "Record what you owe them as a payment."),
        ({"opening_balance": "5"}, "Say as of which day they owe it."),
        ({"opening_balance": "5", "opening_date": "2999-01-31"}, "come yet."),
        ({"opening_balance": "many", "opening_date": "2026-01-31"}, "many"),
        ({"opening_balance": "999999999999999", "opening_date": "2026-01-31"}, "too large"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_saved(cast: Cast, typed: dict[str, str], said: str) -> None:
    before = everything()
    answer = save(cast, display_name="Renamed", **typed)
    assert answer.status_code == 422
    for kept in ("Renamed", said, typed["opening_balance"]):
        assert kept in answer.text
    assert everything() == before


def test_a_locked_day_asks_an_owner_why(cast: Cast) -> None:
    lock(cast, 30)
    typed = {"opening_balance": "250", "opening_date": days_ago(60).isoformat()}
    refused = save(cast, **typed)
    assert (refused.status_code, "lock_reason" in refused.text) == (422, False)
    asked = save(cast, person=cast.olga, **typed)
    assert (asked.status_code, "Do it all the same" in asked.text) == (422, True)
    assert save(cast, person=cast.olga, lock_reason="We forgot it", **typed).status_code == 303
    assert Event.objects.get(name="opening_balance.set").reason == "We forgot it"


def test_it_is_listed_found_and_named_at_both_doors(cast: Cast) -> None:
    one = put(cast)
    invoice(cast)
    portal = f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/"
    for who, where in ((cast.vera, url(cast, "invoices/")), (cast.ana, portal)):
        for query in ("?q=opening", "?q=期初", "?status=overdue", "?status=unpaid&sort=number"):
            page = visitor(who).get(where + query).text
            assert "Opening balance" in page, (where, query)
            assert f"{where}{one.id}/" in page, (where, query)
        assert "INV-" not in visitor(who).get(where + "?q=opening").text
    for place in ("", f"customers/{cast.bakery.id}/", f"customers/{cast.bakery.id}/transactions/"):
        assert "£250.00" in visitor(cast.olga).get(url(cast, place)).text


def test_its_page_leads_to_the_customers_form_and_offers_no_other_change(cast: Cast) -> None:
    one = put(cast)
    page = visitor(cast.olga).get(url(cast, f"invoices/{one.id}/")).text
    assert f"customers/{cast.bakery.id}/edit/#opening" in page
    assert "Opening balance as of" in page
    for absent in ("Make void", "copy=", f"invoices/{one.id}/edit/", "Invoice Opening"):
        assert absent not in page
    olga = visitor(cast.olga)
    assert olga.get(url(cast, f"invoices/{one.id}/edit/")).status_code == 404
    assert olga.get(url(cast, f"invoices/new/?customer={cast.bakery.id}&copy={one.id}")).status_code == 404
    before = everything()
    assert olga.post(url(cast, f"invoices/{one.id}/void/"), {"revision": one.revision}).status_code == 303
    assert everything() == before


def test_the_receipt_and_the_payment_form_call_it_by_its_name(cast: Cast) -> None:
    one = put(cast)
    olga = visitor(cast.olga)
    assert "Use for Opening balance" in olga.get(url(cast, f"payments/new/?customer={cast.bakery.id}")).text
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    assert "Opening balance" in olga.get(url(cast, f"payments/{payment.id}/")).text
    portal = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    ana = visitor(cast.ana)
    assert "Opening balance" in ana.get(f"{portal}payments/{payment.id}/").text
    assert "£150.00" in ana.get(f"{portal}invoices/{one.id}/").text
    pdf = ana.get(f"{portal}invoices/{one.id}/pdf/")
    assert (pdf.status_code, "opening-balance.pdf" in pdf["content-disposition"]) == (200, True)


def test_its_paper_says_as_of_when_in_the_customers_language(cast: Cast) -> None:
    from counterfoil.books.sales.snapshots import snapshot
    from counterfoil.paper.documents import document_sheet, standing_of

    one = put(cast, cast.yunshan)
    for language, title, words in (("en", "Opening balance", "Opening balance as of"), ("zh-Hans", "期初余额", "截至")):
        sheet = document_sheet(snapshot(one), cast.studio, language, standing_of(one, days_ago(0)))
        assert (sheet.title, sheet.number, sheet.lines) == (title, "", ())
        assert sheet.notes is not None
        assert words in sheet.notes.text
        assert len(sheet.totals) == 2


def test_mail_and_bell_call_it_by_its_name_in_the_readers_language(cast: Cast) -> None:
    from counterfoil.outbound import spreading, words
    from counterfoil.outbound.models import Mail

    for customer, contact in ((cast.bakery, cast.ana), (cast.yunshan, cast.wei)):
        one = put(cast, customer)
        invoices.send(one, to=[contact.id], by=cast.by_olga, revision=one.revision)
    while spreading.spread_due():
        pass
    english, chinese = Mail.objects.filter(template="invoice").order_by("id")
    assert english.subject == "Opening balance of your account with Lindqvist & Zhou Studio"
    assert "期初余额" in chinese.subject
    sent = Event.objects.filter(name="invoice.sent").earliest("id")
    line = words.sentence(sent, door="portal", reader_language="en")
    assert (line.title, line.text) == ("Opening balance", "Your opening balance of £250.00 is here.")


def test_the_office_reads_its_name_in_the_history(cast: Cast) -> None:
    one = put(cast)
    from counterfoil.books.sales import write_offs

    write_offs.write_off(one, by=cast.by_olga, revision=one.revision)
    page = visitor(cast.olga).get(url(cast, f"invoices/{one.id}/")).text
    assert "Olga Lindqvist wrote off £250.00 of Opening balance of Harbour Bakery Ltd." in page


def test_the_customers_pages_keep_to_twelve_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    many_invoices(cast, cast.bakery, 40)
    one = put(cast)
    client = visitor(cast.olga)
    for path in (f"customers/{cast.bakery.id}/", f"customers/{cast.bakery.id}/edit/", f"invoices/{one.id}/"):
        with django_assert_max_num_queries(12):
            assert client.get(url(cast, path)).status_code == 200
