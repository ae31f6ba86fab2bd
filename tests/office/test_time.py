"""**Timesheets**: the list of time, and each piece of it."""

from typing import Any

from tests.support import projects as make
from tests.support.cast import Cast, visitor


def at(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/timesheets/{rest}"


def rows(page: Any) -> list[dict[str, Any]]:
    return list(page.context["rows"])


def test_time_is_listed_with_what_it_was_for(cast: Cast) -> None:
    drawing = make.task(cast, make.project(cast))
    make.time(cast, drawing, 90, days_ago=1, notes="Two sketches")
    make.time(cast, drawing, 30)
    page = visitor(cast.vera).get(at(cast))
    assert page.status_code == 200
    assert [(row["hours"], row["task"], row["who"]) for row in rows(page)] == [
        ("0:30", "Drawing", "Olga Lindqvist"),
        ("1:30", "Drawing", "Olga Lindqvist"),
    ]
    assert "Two sketches" in page.text
    assert "Harbour Bakery Ltd" in page.text
