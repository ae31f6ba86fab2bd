"""What is behind a figure of a report: exactly the invoices or payments that it sums, on the page and in its file."""

import csv
import html
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from counterfoil.books.payments import payments, returns
from counterfoil.books.payments import reports as of_payments
from counterfoil.books.payments.models import Payment, Return
from counterfoil.books.payments.returns import Wish
from counterfoil.books.sales import invoices, opening, reports, write_offs
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation.money import Money
from tests.support.books import invoice, many_invoices, pay
from tests.support.cast import Cast, customer, visitor
from tests.support.locking import days_ago, today

LINK = re.compile(r'<a href="([^"]*/reports/[^"]*)">([^<]*)</a>')


def url(cast: Cast, report: str) -> str:
    return f"/office/{cast.studio.id}/reports/{report}/"


def links(answer: Any) -> list[tuple[str, str]]:
    """Where the figures of a page lead, with what they say."""
    found = [(html.unescape(address), text) for address, text in LINK.findall(answer.text)]
    return [(address, text) for address, text in found if "?" in address]


def table(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def decimal(text: str) -> Decimal:
    """What a figure says, as a number."""
    return Decimal(re.sub(r"[^0-9.\-]", "", text.replace("\N{MINUS SIGN}", "-")))


def history(cast: Cast) -> None:
    """Two customers in pounds and one in euro, with debts of every age, of which some ended since yesterday."""
    euro = customer(cast.studio, "Café Zürich", "EUR", by=cast.by_olga)
    other = customer(cast.studio, "Mill", "GBP", by=cast.by_olga)
    opening.set_balance(other, Money(7_700, "GBP"), days_ago(200), by=cast.by_olga)
    made = []
    for place, late in enumerate((-5, 0, 1, 30, 31, 60, 61, 90, 91)):
        made.append(invoice(cast, (cast.bakery, other)[place % 2], amount=str(place + 1), dated=days_ago(late + 30)))
    invoice(cast, euro, amount="40", dated=days_ago(50))
    pay(cast, cast.bakery, 300, {made[2].id: 300})
    pay(cast, other, 150, {made[1].id: 150})
    write_offs.write_off(made[8], by=cast.by_olga, revision=made[8].revision)
    invoices.void(made[7], by=cast.by_olga, revision=made[7].revision)
    invoice(cast, amount="99", dated=today())


@pytest.mark.parametrize("back", [0, 1, 31])
def test_each_figure_of_what_is_owed_opens_exactly_the_invoices_that_it_sums(cast: Cast, back: int) -> None:
    history(cast)
    client = visitor(cast.vera)
    found = links(client.get(url(cast, "receivables-by-age"), {"on": days_ago(back).isoformat()}))
    assert len(found) >= 15
    for address, text in found:
        rows = table(client.get(f"{address}&format=csv"))
        assert sum(Decimal(row["Owed"]) for row in rows) == decimal(text), address
        assert rows
        assert text in client.get(address).text


def test_a_figure_opens_invoices_of_its_customer_its_age_and_its_day(cast: Cast) -> None:
    late = invoice(cast, amount="10", dated=days_ago(40))
    invoice(cast, amount="20", dated=days_ago(70))
    invoice(cast, amount="30", dated=today())
    invoice(cast, customer(cast.studio, "Mill", "GBP", by=cast.by_olga), amount="40", dated=days_ago(40))
    pay(cast, cast.bakery, 1_000, {late.id: 1_000})
    client = visitor(cast.vera)
    asked = {"on": days_ago(1).isoformat(), "currency": "GBP", "customer": cast.bakery.id, "age": 1}
    answer = client.get(url(cast, "receivables-by-age/invoices"), asked)
    assert f'/office/{cast.studio.id}/invoices/{late.id}/">{late.number}</a>' in answer.text
    rows = table(client.get(url(cast, "receivables-by-age/invoices"), asked | {"format": "csv"}))
    assert [(row["Invoice"], row["Owed"]) for row in rows] == [(late.number, "10.00")]
    assert {cast.bakery.display_name, "1-30 days"} <= set(re.findall(r"<br>([^<]+)", answer.text))
    now = client.get(url(cast, "receivables-by-age/invoices"), asked | {"on": today().isoformat()})
    assert "Nobody owed anything." in now.text


def test_an_opening_balance_that_was_paid_and_taken_away_has_no_page_to_lead_to(cast: Cast) -> None:
    one = opening.set_balance(cast.bakery, Money(5_000, "GBP"), days_ago(90), by=cast.by_olga)
    assert one is not None
    payments.record(
        customer_id=cast.bakery.id,
        amount=Money(2_000, "GBP"),
        shares={one.id: 2_000},
        paid_on=days_ago(30),
        mode=Payment.Mode.CASH,
        recording_key="k",
        by=cast.by_olga,
    )
    opening.set_balance(cast.bakery, Money(0, "GBP"), None, by=cast.by_olga)
    # What was paid became credit on the day when it was taken away; until then more was paid than was ever owed.
    sums = [
        sum(row.total for row in reports.aged(cast.studio.id, days_ago(back), today=today())) for back in (31, 9, 0)
    ]
    assert sums == [0, -2_000, 0]
    asked = {"on": days_ago(9).isoformat(), "currency": "GBP"}
    text = visitor(cast.vera).get(url(cast, "receivables-by-age/invoices"), asked).text
    assert '<th scope="row" class="nowrap">Opening balance</th>' in text


def test_what_is_dated_ahead_is_owed_today_and_not_as_of_a_day_before_its_date(cast: Cast) -> None:
    invoice(cast, amount="10", dated=today() + timedelta(days=2))
    (now,) = reports.aged(cast.studio.id, today(), today=today())
    assert now.ages == (1_000, 0, 0, 0, 0)
    in_three_days = today() + timedelta(days=3)
    assert reports.aged(cast.studio.id, today(), today=in_three_days) == []
    (then,) = reports.aged(cast.studio.id, in_three_days - timedelta(days=1), today=in_three_days)
    assert then.total == 1_000


@pytest.mark.parametrize("back", [0, 40])
def test_the_database_adds_up_what_was_owed_on_a_day_in_one_query(
    cast: Cast, back: int, django_assert_num_queries: Any
) -> None:
    history(cast)
    with django_assert_num_queries(1):
        found = reports.aged(cast.studio.id, days_ago(back), today=today())
    assert found
    if connection.vendor == "sqlite" and back:
        # What came since is found by the document's id; among all of it, it would be read once for each invoice.
        owed = reports.owing(cast.studio.id, days_ago(back), today=today())
        assert "leg_by_document" in owed.explain()
        assert "payments_return_payment_id" in of_payments.listed(cast.studio.id, days_ago(back), today()).explain()


def test_the_page_says_that_it_has_not_all_rows_and_the_file_has_them(cast: Cast) -> None:
    many_invoices(cast, cast.bakery, 503)
    client = visitor(cast.vera)
    asked = {"on": today().isoformat(), "currency": "GBP"}
    text = client.get(url(cast, "receivables-by-age/invoices"), asked).text
    assert text.count('<th scope="row"') == 501
    assert "The page shows the first 500 rows. The CSV file has all, and the totals count all." in text
    assert "£50,300.00" in text
    rows = table(client.get(url(cast, "receivables-by-age/invoices"), asked | {"format": "csv"}))
    assert len({row["Invoice"] for row in rows}) == 503
    Invoice.objects.filter(id__in=Invoice.objects.order_by("due_on", "id").values("id")[:3]).update(balance_minor=0)
    text = client.get(url(cast, "receivables-by-age/invoices"), asked).text
    assert text.count('<th scope="row"') == 501
    assert "The page shows the first" not in text


@pytest.mark.parametrize("report", ["receivables-by-age/invoices", "payments-received/payments"])
def test_a_file_is_as_of_the_moment_in_which_its_sums_were_read(cast: Cast, report: str) -> None:
    one = invoice(cast)
    pay(cast, cast.bakery, 1_000, {one.id: 1_000})
    day = today().isoformat()
    asked = {"on": day, "first": day, "last": day, "currency": "GBP", "format": "csv"}
    answer = visitor(cast.vera).get(url(cast, report), asked)
    later = invoice(cast)
    pay(cast, cast.bakery, 500, {later.id: 500})
    (row,) = table(answer)
    assert (row.get("Owed"), row.get("Received")) in (("90.00", None), (None, "10.00"))


def test_a_day_of_payments_opens_them_each_with_its_page(cast: Cast) -> None:
    one = invoice(cast)
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    credit = pay(cast, cast.bakery, 2_000)
    pay(cast, cast.foyle, 500)
    Payment.objects.filter(id=payment.id).update(paid_on=days_ago(3), bank_charges_minor=120)
    wish = Wish(Money(3_000, "GBP"), Return.Way.OTHER, Return.Effect.OPEN_AGAIN, {one.id: 3_000})
    returns.begin(payment, wish, by=cast.by_olga, form_key="back")
    kept = Wish(Money(1_000, "GBP"), Return.Way.CREDIT, Return.Effect.OPEN_AGAIN, {one.id: 1_000})
    returns.begin(payment, kept, by=cast.by_olga, form_key="kept")
    client = visitor(cast.vera)
    asked = {"period": "custom", "first": days_ago(9).isoformat(), "last": today().isoformat()}
    found = links(client.get(url(cast, "payments-received"), asked))
    assert len(found) == 3
    names = ("Received", "Bank charges", "Went back", "Net")
    of_days = [
        [row["Payment"], *(row[name] for name in names)] for row in table(client.get(f"{found[0][0]}&format=csv"))
    ]
    assert of_days == [
        [credit.number, "20.00", "0.00", "0.00", "20.00"],
        [payment.number, "0.00", "0.00", "-30.00", "-30.00"],
    ]
    text = client.get(found[0][0]).text
    assert f'/office/{cast.studio.id}/payments/{credit.id}/">{credit.number}</a>' in text
    sums = {(row.day, row.mode): row for row in of_payments.received(cast.studio.id, date(2000, 1, 1), today())}
    for address, _text in found[:2]:
        rows = table(client.get(f"{address}&format=csv"))
        net = sum(Decimal(row["Net"]) for row in rows)
        assert net * 100 in {row.net_minor for row in sums.values()}
    whole = table(client.get(f"{found[2][0]}&format=csv"))
    assert sum(Decimal(row["Net"]) for row in whole) * 100 == sum(row.net_minor for row in sums.values()) == 8_880


def test_what_no_figure_leads_to_is_not_there(cast: Cast) -> None:
    client, path = visitor(cast.olga), url(cast, "receivables-by-age/invoices")
    whole = {"on": today().isoformat(), "currency": "GBP"}
    assert client.get(path, whole).status_code == 200
    wrong = [("on", "nonsense"), ("on", ""), ("age", "5"), ("age", "-1"), ("currency", "QQQ"), ("currency", "")]
    wrong += [("customer", "0"), ("customer", "9" * 20), ("customer", str(cast.foyle.id))]
    for name, value in wrong:
        assert client.get(path, whole | {name: value}).status_code == 404, (name, value)


def test_nor_is_a_list_of_payments_of_no_period(cast: Cast) -> None:
    client, path = visitor(cast.olga), url(cast, "payments-received/payments")
    whole = {"first": "2026-01-01", "last": "2026-12-31", "currency": "GBP", "mode": "cash"}
    assert client.get(path, whole).status_code == 200
    for name, value in (("first", "x"), ("last", ""), ("currency", "QQQ"), ("mode", "barter")):
        assert client.get(path, whole | {name: value}).status_code == 404, (name, value)
