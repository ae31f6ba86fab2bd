"""The catalogue is the URL configuration, and each row says the truth about its route."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import get_resolver
from django.urls import resolve as find_route

from counterfoil.reach.capabilities import contact_may, role_may
from tests.routes import catalogue
from tests.routes.catalogue import ROWS, Row
from tests.support.cast import visitor
from tests.support.world import World

NOT_ALLOWED = 405
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def demo(settings: Any) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mode="demo")


def here(row: Row) -> bool:
    """Whether the page is there in a world where everything is set up, outside the demo."""
    return not row.needs_empty and row.door != "demo"


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert {row.name for row in ROWS} == set(catalogue.routes())


def test_the_routes_of_the_program_are_among_them() -> None:
    assert set(catalogue.routes(get_resolver("counterfoil.config.urls"))) <= set(catalogue.routes())


def test_no_row_is_there_twice() -> None:
    assert len({str(row) for row in ROWS}) == len(ROWS)


def test_a_row_says_who_may_come_as_its_view_does() -> None:
    wrong = [str(row) for row in ROWS if not _agrees(row, catalogue.routes()[row.name][1].callback)]
    assert not wrong


def _agrees(row: Row, view: Any) -> bool:
    needs = getattr(view, "needs", None)
    if row.is_public or needs is None:
        return row.is_public and needs is None
    if row.door == "portal":
        return row.who == "contact" and contact_may(needs)
    roles = ["viewer", "staff", "owner"]
    return roles[[role_may(one, needs) for one in roles].index(True)] == row.who


def test_what_can_be_sent_has_a_form_and_what_is_only_sent_is_no_page() -> None:
    assert [row for row in ROWS if (row.kind == "action") and row.form is None] == []
    assert [row for row in ROWS if row.kind in ("file", "redirect") and row.form is not None] == []


@pytest.mark.either_database
def test_an_address_leads_to_the_route_of_its_row(world: World) -> None:
    for row in ROWS:
        address = row.address(world.harbour).partition("?")[0]
        bare = address[address.index("/account/") :] if row.name.startswith("account_") else address
        assert find_route(bare).view_name == row.name, address


def test_pages_open_and_files_come_for_whom_they_are_meant(world: World, thorough: bool) -> None:
    """On each of the three sides, so that what is tried on another's things is tried on things that are there.

    On the second and the third, without --long, one route in four, and others on either.
    """
    for place, side in enumerate((world.harbour, *world.others)):
        browsers = {who: side.browser(who) for who in ("anybody", "contact", "viewer", "staff", "owner")}
        for row in ROWS if thorough or not place else ROWS[place::4]:
            if "GET" in row.methods and here(row):
                answer = browsers[row.shown_to or row.who].get(row.address(side), follow=row.kind == "page")
                assert (answer.status_code, kind_of(answer)) == (200 if row.kind != "redirect" else 302, row.kind), (
                    f"{row}: {answer.status_code} {answer.headers}"
                )


def kind_of(answer: Any) -> str:
    if answer.status_code in (301, 302, 303):
        return "redirect"
    is_page = answer.headers["Content-Type"].startswith("text/html") and b"<h1" in answer.content
    return "page" if is_page else "file"


def test_what_is_sent_is_taken_from_whom_it_is_meant_for(world: World) -> None:
    """Each in a transaction that is undone, so that one form doesn't spoil the next."""
    from django.db import transaction

    for row in ROWS:
        if "POST" not in row.methods or not here(row):
            continue
        with transaction.atomic():
            client = world.harbour.browser("anybody" if row.is_public else row.who)
            answer = client.post(row.address(world.harbour), row.body(world.harbour), follow=False)
            assert answer.status_code in expected(row), f"{row}: {answer.status_code} {told(answer)}"
            transaction.set_rollback(True)


def expected(row: Row) -> tuple[int, ...]:
    """Sent on by a redirect; a page in its place only where a row says so, or where no form but a device's would do."""
    tried = (
        "office:settings_mail_trial",
        "office:settings_mail_template_trial",
        "office:settings_mail_template_preview",
    )
    others = {"api:hook": (400,), "account_passkey": (422,)} | dict.fromkeys(tried, (200,))
    return others.get(row.name, (302, 303))


def told(answer: Any) -> Any:
    form = answer.context and answer.context.get("form")
    return form.errors.as_json() if form else answer.content[:300]


@pytest.mark.either_database
def test_other_methods_than_those_of_the_row_are_refused(world: World) -> None:
    browsers = {who: world.harbour.browser(who) for who in ("anybody", "contact", "viewer", "staff", "owner")}
    wrong = []
    for row in ROWS:
        for method in EVERY_METHOD:
            if here(row) and method not in row.methods:
                answer = browsers[row.who].generic(method, row.address(world.harbour))
                if answer.status_code != NOT_ALLOWED:
                    wrong.append(f"{method} {row}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_the_setting_up_is_there_before_anything_is(db: None) -> None:
    from counterfoil.books.organizations import setting_up

    (row,) = [row for row in ROWS if row.needs_empty]
    address = f"/setup/{setting_up.token()}/"
    assert visitor().get(address).status_code == 200
    assert visitor().post(address, dict(row.form or {})).status_code == 303
    assert visitor().get(address).status_code == 404


def test_the_demos_pages_open_in_the_demo_alone(world: World, demo: None, settings: Any) -> None:
    addresses = [row.address(world.harbour) for row in catalogue.of("demo")]
    assert [visitor().get(address).status_code for address in addresses] == [200, 200, 200]
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mode="test")
    assert [visitor().get(address).status_code for address in addresses] == [404, 404, 404]
