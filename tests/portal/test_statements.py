"""**Statements** in the portal: the period, the figures, the pages of a long one, PDF and CSV, and whose it is."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from counterfoil.books.organizations.models import Organization
from counterfoil.books.payments.gateways.interface import DisputeState
from counterfoil.books.payments.models import Return
from counterfoil.books.sales import invoices, opening
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from tests.support.books import draft_invoice, invoice, many_transactions, pay
from tests.support.cast import Cast, visitor
from tests.support.histories import History
from tests.support.locking import days_ago, today
from tests.support.mailed import mail

ALL = {"period": "custom", "first": "2020-01-01", "last": "2100-01-01"}


def address(cast: Cast, rest: str = "", customer: Any = None) -> str:
    return f"/portal/lindqvist-zhou/{(customer or cast.bakery).id}/statements/{rest}"


def sums(answer: Any) -> list[str]:
    return [total.amount for total in answer.context["account"].sums]


def rows(answer: Any) -> list[tuple[str, str, str, str]]:
    return [(row.what, row.number, row.amount, row.balance) for row, _url in answer.context["rows"]]


def table(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def history(cast: Cast) -> Any:
    """Before this month £100.00 is invoiced; in it £40.00 of that is paid and £25.00 more is invoiced."""
    first = today().replace(day=1)
    one = invoice(cast, amount="100", dated=first - timedelta(days=1))
    payment = pay(cast, cast.bakery, 4_000, {one.id: 4_000})
    return one, payment, invoice(cast, amount="25", dated=today())


def test_it_shows_this_month_at_once_and_adds_up(cast: Cast) -> None:
    one, payment, other = history(cast)
    answer = visitor(cast.ana).get(address(cast))
    assert sums(answer) == ["£100.00", "£25.00", "−£40.00", "£0.00", "£0.00", "£0.00", "£85.00"]
    labels = [total.label for total in answer.context["account"].sums]
    assert labels == ["Opening balance", "Invoiced", "Paid", "Credited", "Refunded", "Adjusted", "Closing balance"]
    assert sorted(rows(answer)) == sorted(
        [("Payment", payment.number, "−£40.00", rows(answer)[0][3]), ("Invoice", other.number, "£25.00", "£85.00")]
    )
    text = plain(answer.text)
    assert "Generate" in text
    assert "Download PDF" in text
    assert f'/invoices/{other.id}/">{other.number}' in answer.text
    assert f'/payments/{payment.id}/">{payment.number}' in answer.text
    assert one.number not in text


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("this-month", "2026-05-01", "2026-05-31"),
        ("last-month", "2026-04-01", "2026-04-30"),
        ("this-quarter", "2026-04-01", "2026-06-30"),
        ("last-quarter", "2026-01-01", "2026-03-31"),
        ("this-year", "2026-01-01", "2026-12-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_has_its_name_in_the_address(cast: Cast, period: str, first: str, last: str) -> None:
    noon = clock.now().replace(year=2026, month=5, day=14, hour=12)
    client = visitor(cast.ana)
    with clock.travel(to=noon):
        client = visitor(cast.ana)
        answer = client.get(address(cast), {"period": period})
    statement_of = answer.context["csv_url"]
    assert f"first={first}&last={last}" in statement_of


def test_what_is_asked_for_most_is_one_press_away(cast: Cast) -> None:
    ana = visitor(cast.ana)
    often = ana.get(address(cast)).context["often"]
    assert [str(one["label"]) for one in often] == ["Last month", "This year", "Last year"]
    assert not any(one["current"] for one in often)  # the page shows this month
    for one in often:
        page = ana.get(address(cast, one["url"]))
        assert [other["url"] for other in page.context["often"] if other["current"]] == [one["url"]]
        assert f'<a href="{one["url"]}" aria-current="true">' in page.text
    asked = ana.get(address(cast), ALL).context["often"]
    assert not any(one["current"] for one in asked)


def test_the_closing_balance_of_today_is_that_of_the_home_page(cast: Cast) -> None:
    one, payment, _other = history(cast)
    History(cast).give_back(payment, 1_000, Return.Way.CREDIT, 0)
    pay(cast, cast.bakery, 700)
    client = visitor(cast.ana)
    home = client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").context
    assert (home["owing"]["total"], home["credit"]) == ("£95.00", "£17.00")
    assert sums(client.get(address(cast)))[-1] == "£78.00"
    assert one.number


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(cast: Cast) -> None:
    client = visitor(cast.ana)
    cases = (
        ({"first": "2026-03-31", "last": "2026-03-01"}, "This is before the first day.", "last"),
        ({"first": "0026-03-01", "last": "2026-03-31"}, "Please check the year.", "first"),
        ({"first": "2026-03-01", "last": "9999-03-31"}, "Please check the year.", "last"),
        ({"first": "2026-03-01", "last": ""}, "Choose a day.", "last"),
        ({"first": "soon", "last": "2026-03-31"}, "Enter a valid date.", "first"),
    )
    for asked, words, name in cases:
        answer = client.get(address(cast), {"period": "custom"} | asked)
        assert answer.status_code == 422
        assert words in answer.context["form"].errors[name][0]
        assert answer.text.count(words) == 2  # above, and beside it
        for value in filter(None, asked.values()):
            assert f'value="{value}"' in answer.text
        assert "Closing balance" not in answer.text
        assert client.get(address(cast, "pdf/"), {"period": "custom"} | asked).status_code == 404
    assert client.get(address(cast), {"period": "next-month"}).status_code == 422


def test_without_anything_in_it_a_statement_says_so(cast: Cast) -> None:
    answer = visitor(cast.ana).get(address(cast), {"period": "last-year"})
    assert "Nothing happened in this period." in answer.text
    assert sums(answer) == ["£0.00"] * 7


def test_an_opening_balance_goes_by_its_name(cast: Cast) -> None:
    opening.set_balance(cast.bakery, Money(5_000, "GBP"), days_ago(30), by=cast.by_olga)
    answer = visitor(cast.ana).get(address(cast), ALL)
    assert rows(answer) == [("Opening balance", "", "£50.00", "£50.00")]
    assert sums(answer)[:2] == ["£0.00", "£50.00"]


def test_credit_that_was_given_on_an_invoice_names_the_invoice(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    payment = pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    History(cast).give_back(payment, 3_000, Return.Way.OTHER, 1)
    found = rows(visitor(cast.ana).get(address(cast)))
    assert ("Credit", one.number, "−£30.00", "−£30.00") in found
    assert ("Refund", payment.number, "£30.00", "£0.00") in found


def test_a_draft_is_in_no_statement_and_a_void_invoice_is_in_it_twice(cast: Cast) -> None:
    draft_invoice(cast, amount="900")
    one = invoice(cast, amount="100")
    invoices.void(one, by=cast.by_olga, revision=one.revision)
    answer = visitor(cast.ana).get(address(cast))
    assert rows(answer) == [
        ("Invoice", one.number, "£100.00", "£100.00"),
        ("Made void", one.number, "−£100.00", "£0.00"),
    ]


def test_nothing_of_what_is_the_offices_alone_is_in_it(cast: Cast) -> None:
    """Who posted, bank charges and notes are not a customer's."""
    from counterfoil.books.payments import payments
    from counterfoil.books.payments.models import Payment

    payments.record(
        customer_id=cast.bakery.id,
        amount=Money(5_000, "GBP"),
        shares={},
        paid_on=today(),
        mode=Payment.Mode.CASH,
        recording_key="k",
        by=cast.by_olga,
        bank_charges_minor=123,
        notes="Paid late again",
    )
    client = visitor(cast.ana)
    page, file = client.get(address(cast)), client.get(address(cast), {"format": "csv"})
    for text in (page.text, "\n".join(",".join(row) for row in table(file))):
        assert "50.00" in text
        for words in ("1.23", "48.77", "Olga", "late again"):
            assert words not in text


def test_the_file_has_every_transaction_in_the_readers_language_and_no_formula(cast: Cast) -> None:
    _one, payment, other = history(cast)
    from counterfoil.books.sales.models import Invoice

    Invoice.objects.filter(id=other.id).update(number="=1+1")
    client = visitor(cast.ana)
    answer = client.get(address(cast), {"period": "this-month", "format": "csv"})
    found = table(answer)
    assert found[0] == ["Date", "Transaction", "Number", "Amount", "Balance", "Currency"]
    assert found[1][1:] == ["Opening balance", "", "", "100.00", "GBP"]
    assert ["Invoice", "'=1+1", "25.00"] in [row[1:4] for row in found]
    assert ["Payment", payment.number, "-40.00"] in [row[1:4] for row in found]
    assert found[-1][1:] == ["Closing balance", "", "", "85.00", "GBP"]
    first = today().replace(day=1).isoformat()
    assert f'filename="statement-{first}-' in answer.headers["Content-Disposition"]
    assert found[1][0] == first
    chinese = visitor(cast.wei).get(address(cast, customer=cast.yunshan), {"format": "csv"})
    assert table(chinese)[0][:2] == ["日期", "交易"]


def test_the_pdf_says_the_same(cast: Cast) -> None:
    _one, payment, other = history(cast)
    answer = visitor(cast.ana).get(address(cast, "pdf/"), {"period": "this-month"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="statement-')
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    for words in (payment.number, other.number, "−£40.00", "£85.00", "Statement of account", "Harbour Bakery Ltd"):
        assert words in text


def test_another_customers_statement_is_not_found(cast: Cast) -> None:
    invoice(cast, cast.tidewater, amount="77")
    for rest in ("", "pdf/"):
        assert visitor(cast.ana).get(address(cast, rest, cast.tidewater)).status_code == 404
        assert visitor(cast.bruno).get(address(cast, rest, cast.tidewater)).status_code == 200
    answer = visitor(cast.ana).get(address(cast), ALL)
    assert rows(answer) == []
    assert sums(answer)[-1] == "£0.00"


def test_whoever_came_by_a_mailed_link_has_no_statement(cast: Cast) -> None:
    mailed = mail(cast)
    client = visitor()
    client.post(mailed.address, {"open": "yes"})
    assert client.get(mailed.at()).status_code == 200
    for rest in ("", "pdf/"):
        answer = client.get(address(cast, rest))
        assert answer.status_code == 302
        assert "/account/login/" in answer.headers["Location"]


def test_where_statements_are_switched_off_there_are_none(cast: Cast) -> None:
    client = visitor(cast.ana)
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert f'href="{address(cast)}"' in client.get(home).text
    Organization.objects.filter(id=cast.studio.id).update(modules={"statements": False})
    assert f'href="{address(cast)}"' not in client.get(home).text
    for rest in ("", "pdf/", "?format=csv"):
        assert client.get(address(cast, rest)).status_code == 404


def test_a_long_one_has_pages_whose_balances_go_on(cast: Cast) -> None:
    many_transactions(cast, cast.bakery, 450)
    client = visitor(cast.ana)
    answer = client.get(address(cast), ALL)
    seen = []
    while True:
        carried = answer.context["account"].carried
        seen.append((carried.what, carried.balance, [row[3] for row in rows(answer)]))
        assert sums(answer)[-1] == "£450.00"
        if not answer.context["later"]:
            break
        answer = client.get(address(cast) + answer.context["later"])
    assert [len(balances) for _what, _balance, balances in seen] == [200, 200, 50]
    assert [balance for _what, _balance, balances in seen for balance in balances] == [
        f"£{place}.00" for place in range(1, 451)
    ]
    assert [(what, balance) for what, balance, _rows in seen] == [
        ("Opening balance", "£0.00"),
        ("Balance brought forward", "£200.00"),
        ("Balance brought forward", "£400.00"),
    ]
    assert "Transactions 401 to 450 of 450." in answer.text
    back = client.get(address(cast) + answer.context["earlier"])
    assert [row[3] for row in rows(back)] == seen[1][2]
    for nonsense in ("x", "2026-01-01", "2199-01-01.5", "2026-01-01.x", "2020-01-01." + "9" * 30):
        assert client.get(address(cast), ALL | {"page": nonsense}).context["place"]["first"] == 1


def test_what_is_too_much_for_one_pdf_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    history(cast)
    monkeypatch.setattr("counterfoil.books.ledger.statements.MOST_ON_PAPER", 1)
    client = visitor(cast.ana)
    answer = client.get(address(cast))
    assert "This is too much for one PDF. Choose a shorter period, or take the CSV file." in answer.text
    assert "Download PDF" not in answer.text
    assert client.get(address(cast, "pdf/")).status_code == 404
    assert len(table(client.get(address(cast), {"format": "csv"}))) == 5
    assert "Download PDF" in client.get(address(cast), {"period": "last-year"}).text


def test_it_stays_within_its_queries_at_a_thousand(cast: Cast, django_assert_max_num_queries: Any) -> None:
    _one, payment, _other = history(cast)
    of_gateway = History(cast)
    of_gateway.dispute(payment, 500, DisputeState.OPEN)
    of_gateway.dispute(payment, 500, DisputeState.WON)
    of_gateway.give_back(payment, 700, Return.Way.OTHER, 1)
    client = visitor(cast.ana)
    for _ in range(2):
        with django_assert_max_num_queries(8):
            answer = client.get(address(cast), ALL)
        many_transactions(cast, cast.bakery, 1_000)
    assert len(rows(answer)) == 200
