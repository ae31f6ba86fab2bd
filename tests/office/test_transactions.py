"""A customer's transactions: what was offered, billed, paid and worked, in one list."""

from collections.abc import Callable
from typing import Any

from counterfoil.books.payments.models import Payment
from tests.support import projects as make
from tests.support.books import credit_note, draft_quote, invoice, order, pay, quote, recurring, retainer
from tests.support.cast import Cast, visitor


def at(cast: Cast, customer: Any = None) -> str:
    return f"/office/{cast.studio.id}/customers/{(customer or cast.bakery).id}/transactions/"


def everything(cast: Cast) -> dict[str, str]:
    """One of each kind: its number or name, by the kind as the address calls it."""
    make.show_projects(cast.studio, by=cast.by_olga)
    project = make.project(cast)
    make.time(cast, make.task(cast, project), 90)
    pay(cast, cast.bakery, 100)
    return {
        "quotes": quote(cast).number,
        "orders": order(cast).number,
        "invoices": invoice(cast).number,
        "payments": Payment.objects.get().number,
        "retainers": retainer(cast).number,
        "credit-notes": credit_note(cast).number,
        "timesheets": make.approval(cast, project).number,
        "recurring": recurring(cast).name,
        "projects": project.name,
    }


def test_what_has_a_day_is_one_list_and_each_kind_one_of_its_own(cast: Cast) -> None:
    made, olga = everything(cast), visitor(cast.olga)
    dated = {number for kind, number in made.items() if kind not in ("recurring", "projects")}
    assert {row["number"] for row in olga.get(at(cast)).context["rows"]} == dated
    for kind, number in made.items():
        page = olga.get(at(cast), {"kind": kind})
        (row,) = page.context["rows"]
        assert (row["number"], bool(row["kind"]), bool(row["amount"])) == (number, True, True)
        assert olga.get(row["url"]).status_code == 200, row["url"]
        assert [one["url"] for one in page.context["kinds"] if one["current"]] == [f"{at(cast)}?kind={kind}"]
    assert not olga.get(at(cast, cast.tidewater)).context["rows"]


def test_hours_stand_where_others_have_amounts(cast: Cast) -> None:
    everything(cast)
    rows = {row["kind"]: row for kind in ("timesheets", "projects") for row in rows_of(cast, kind)}
    assert (rows["Timesheet"]["amount"], rows["Timesheet"]["status"]) == ("1:30 hours", "awaiting")
    assert (rows["Project"]["amount"], rows["Project"]["balance"]) == ("1:30 hours", "1:30 unbilled")


def rows_of(cast: Cast, kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = visitor(cast.vera).get(at(cast), {"kind": kind}).context["rows"]
    return rows


def test_a_draft_is_called_one_and_an_unknown_kind_is_no_kind(cast: Cast) -> None:
    draft_quote(cast)
    assert [row["number"] for row in rows_of(cast, "nonsense")] == ["Draft"]
    assert [row["number"] for row in rows_of(cast, "quotes")] == ["Draft"]
    assert "Nothing of this kind yet" in visitor(cast.vera).get(at(cast), {"kind": "orders"}).text


def test_a_kind_has_pages_of_its_own(cast: Cast) -> None:
    for place in range(51):
        make.project(cast, name=f"Part {place}")
    first = visitor(cast.vera).get(at(cast), {"kind": "projects"})
    older = visitor(cast.vera).get(at(cast) + first.context["older"])
    assert [row["number"] for row in older.context["rows"]] == ["Part 0"]
    back = visitor(cast.vera).get(at(cast) + older.context["newer"])
    assert [row["number"] for row in back.context["rows"]] == [row["number"] for row in first.context["rows"]]


def test_it_takes_few_queries(cast: Cast, django_assert_max_num_queries: Callable[..., Any]) -> None:
    everything(cast)
    olga = visitor(cast.olga)
    for asked in ("", "?kind=projects", "?kind=recurring"):
        with django_assert_max_num_queries(12):
            olga.get(at(cast) + asked)


def test_a_quote_and_an_order_are_begun_for_the_customer(cast: Cast) -> None:
    page = visitor(cast.stig).get(at(cast)).text
    for kind in ("quotes", "sales-orders"):
        begin = f"/office/{cast.studio.id}/{kind}/new/?customer={cast.bakery.id}"
        assert begin in page
        assert "Harbour Bakery Ltd" in visitor(cast.stig).get(begin).text
    assert "New quote" not in visitor(cast.vera).get(at(cast)).text
