"""What `docs/coverage.md` says that each side can do is all that there is, and each row names a test that exists."""

import ast
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from tests.routes import catalogue

from .sources import ROOT, name, verbs

TESTS = ROOT / "tests"
PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
HEADS = ("| What one does | ", "| What it does | ", "| --- | ")
CELL = "`([^`|]+)`"
ROUTE = re.compile(rf"\| [^|`]+ \| {CELL} \| {CELL} \| {CELL} \|")
VERB = re.compile(rf"\| [^|`]+ \| `(books/[\w/]+\.py: \w+)` \| {CELL} \|")

# What all addresses of a family begin with is written as an ellipsis.
BEGINNINGS = {
    "account": "account/",
    "portal": "portal/<portal_name>/<customer_id>/",
    "office": "office/<organization_id>/",
}

# They try every route in one way or another, and show of none what it is for.
WALKERS = {
    "browser/test_every_page.py",
    "browser/test_touch.py",
    "routes/test_catalogue.py",
    "safety/test_doors.py",
    "safety/test_forms.py",
    "safety/test_policy.py",
    "safety/test_script.py",
}


class Row(NamedTuple):
    """One line of a table; a verb has no address."""

    what: str
    address: str
    test: str


def rows() -> list[str]:
    """The lines of all tables, without their heads."""
    return [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(HEADS)]


def of_routes() -> list[Row]:
    return [Row(*found.groups()) for line in rows() if (found := ROUTE.fullmatch(line))]


def of_verbs() -> list[Row]:
    return [Row(found[1], "", found[2]) for line in rows() if (found := VERB.fullmatch(line))]


def written(route: str, pattern: str) -> str:
    """An address as the page writes it: without what its parts may consist of, nor what its family begins with."""
    address = re.sub(r"<\w+:(\w+)>", r"<\1>", re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern))
    address = address.replace("^", "").replace("$", "")
    family = route.partition("_")[0] if route.startswith("account_") else route.partition(":")[0]
    beginning = BEGINNINGS.get(family, "/")
    if not address.startswith(beginning):
        return f"/{address}"
    return ("…/account/" if family == "account" else "…/") + address.removeprefix(beginning)


@cache
def functions(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_can_be_read() -> None:
    unread = [line for line in rows() if not ROUTE.fullmatch(line) and not VERB.fullmatch(line)]
    assert not unread, "\n".join(unread)


def test_every_route_has_its_row_once_and_every_row_its_route() -> None:
    assert Counter(row.what for row in of_routes()) == Counter(catalogue.routes().keys())


def test_every_address_is_that_of_its_route() -> None:
    there = {route: written(route, pattern) for route, (pattern, _entry) in catalogue.routes().items()}
    wrong = {row.what: row.address for row in of_routes() if row.address != there.get(row.what)}
    assert not wrong


def test_every_verb_has_its_row_once_and_every_row_its_verb() -> None:
    there = Counter(f"{name(file)}: {function.name}" for file, function in verbs())
    assert Counter(row.what for row in of_verbs()) == there


def test_every_row_names_a_test_that_exists_and_is_about_it() -> None:
    wrong = [f"{row.what}: {row.test}" for row in [*of_routes(), *of_verbs()] if not _is_shown(row.test)]
    assert not wrong, "\n".join(wrong)


def _is_shown(test: str) -> bool:
    file, _colons, function = test.partition("::")
    is_there = (TESTS / file).is_file() and function.startswith("test_") and function in functions(file)
    return is_there and file not in WALKERS
