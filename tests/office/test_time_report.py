"""**Time by project**: what was worked in a period, what of it is billed, and what the rest comes to."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from counterfoil.books.projects import billing
from counterfoil.books.projects.billing import Wish
from counterfoil.foundation import clock
from tests.support import projects as make
from tests.support.cast import Cast, visitor


def at(cast: Cast) -> str:
    return f"/office/{cast.studio.id}/reports/time-by-project/"


def tables(page: Any) -> dict[str, list[list[str]]]:
    """The texts of each currency's rows, its sums last."""
    return {
        group["currency"]: [[cell["text"] for cell in row] for row in [*group["rows"], group["sums"]]]
        for group in page.context["groups"]
    }


def worked(cast: Cast) -> Any:
    """Two projects of two currencies: one with billed time, and time that is not billable; and time long ago."""
    one = make.project(cast)
    drawing = make.task(cast, one)
    make.time(cast, drawing, 600)
    billing.bill(one, Wish(until=clock.today("Europe/London")), by=cast.by_olga, revision=1)
    make.time(cast, drawing, 90)
    make.time(cast, make.task(cast, one, "Meeting", is_billable=False), 30)
    make.time(cast, drawing, 45, days_ago=800)
    make.time(cast, make.task(cast, make.project(cast, name="A menu", billing="staff")), 20)
    abroad = make.project(cast, customer=cast.yunshan, billing="task")
    make.time(cast, make.task(cast, abroad, rate=Decimal(100)), 60)
    return one


def test_it_sums_the_time_of_each_project_by_currency(cast: Cast) -> None:
    one = worked(cast)
    page = visitor(cast.vera).get(at(cast), {"period": "this-month"})
    assert tables(page) == {
        "GBP": [
            ["A menu", "Harbour Bakery Ltd", "0:20", "0:20", "0:00", "0:20", "£16.67"],
            ["Shop window", "Harbour Bakery Ltd", "12:00", "11:30", "10:00", "1:30", "£90.00"],
            ["Total", "", "12:20", "11:50", "10:00", "1:50", "£106.67"],
        ],
        "CNY": [
            ["Shop window", "云杉设计有限公司", "1:00", "1:00", "0:00", "1:00", "CN¥100.00"],
            ["Total", "", "1:00", "1:00", "0:00", "1:00", "CN¥100.00"],
        ],
    }
    assert page.context["groups"][0]["rows"][1][0]["url"] == f"/office/{cast.studio.id}/projects/{one.id}/"


def test_hours_of_a_fixed_cost_come_to_nothing_of_their_own(cast: Cast) -> None:
    make.time(cast, make.task(cast, make.project(cast, billing="fixed", fixed_minor=480_000)), 60)
    page = visitor(cast.vera).get(at(cast), {"period": "this-month"})
    assert [row[-2:] for row in tables(page)["GBP"]] == [["1:00", "Fixed cost"], ["1:00", "£0.00"]]


def test_the_file_has_hours_and_amounts_as_numbers(cast: Cast) -> None:
    worked(cast)
    answer = visitor(cast.vera).get(at(cast), {"period": "this-month", "format": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Project,Customer,Logged,Billable,Billed,Unbilled,Unbilled amount,Currency",
        "A menu,Harbour Bakery Ltd,0.3333,0.3333,0,0.3333,16.67,GBP",
        "Shop window,Harbour Bakery Ltd,12,11.5,10,1.5,90.00,GBP",
        "Shop window,云杉设计有限公司,1,1,0,1,100.00,CNY",
    ]


def test_other_periods_and_organizations_are_left_out(cast: Cast) -> None:
    worked(cast)
    long_ago = {"period": "custom", "first": "2000-01-01", "last": "2000-01-31"}
    assert "No time was logged in this period." in visitor(cast.vera).get(at(cast), long_ago).text
    assert not visitor(cast.otto).get(f"/office/{cast.quay.id}/reports/time-by-project/").context["groups"]
    wrong = visitor(cast.vera).get(at(cast), long_ago | {"first": "never"})
    assert wrong.status_code == 422
    assert 'value="never"' in wrong.text


def test_the_reports_lead_to_it(cast: Cast) -> None:
    assert at(cast) in visitor(cast.vera).get(f"/office/{cast.studio.id}/reports/").text


def test_it_takes_as_many_queries_however_much_there_is(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    vera = visitor(cast.vera)
    for few in (2, 20):
        for place in range(few):
            make.time(cast, make.task(cast, make.project(cast, name=f"Part {place} of {few}")), 10)
        vera.get(at(cast))
        with django_assert_max_num_queries(8):
            assert vera.get(at(cast)).status_code == 200
