"""The strict content security policy stands on every answer, mistakes and failures too."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.routes import catalogue
from tests.routes.catalogue import ROWS
from tests.safety.test_uploads import GIVING
from tests.support.cast import visitor
from tests.support.world import World

pytestmark = pytest.mark.every_route

OURS = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
    "base-uri": {"'none'"},
}


def policy(answer: Any) -> dict[str, set[str]]:
    parts = [part.split() for part in answer.headers.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}


def test_every_route_has_it(world: World) -> None:
    """The payment page lets its gateway's card fields in beside it; a picture may do even less than a page."""
    gateway = world.harbour["gateway"].address
    beyond = {
        "portal:pay": OURS | {"frame-src": {gateway}, "form-action": {"'self'", gateway}},
        "portal:pay_retainer": OURS | {"frame-src": {gateway}, "form-action": {"'self'", gateway}},
        "portal:pay_several": OURS | {"frame-src": {gateway}, "form-action": {"'self'", gateway}},
        "portal:card": OURS | {"frame-src": {gateway}},
        "portal:card_replace": OURS | {"frame-src": {gateway}},
        **{name: {"default-src": {"'none'"}, "sandbox": set()} for name in ("logo", *GIVING)},
    }
    for row in ROWS:
        for who in {"anybody", row.shown_to or row.who}:
            client = world.harbour.browser(who)
            for method in row.methods:
                answer = client.generic(method, row.address(world.harbour))
                is_there = answer.status_code in (200, 422)
                assert policy(answer) == (beyond.get(row.name, OURS) if is_there else OURS), f"{method} {row} as {who}"
                assert answer.headers["X-Content-Type-Options"] == "nosniff", f"{method} {row}"
                assert answer.headers["Referrer-Policy"] in ("same-origin", "strict-origin"), f"{method} {row}"


def test_no_page_allows_script_or_style_inside_it(world: World, settings: Any) -> None:
    """Also in the demo, whose page of a mail's HTML is the one that has styles inside, and it runs nothing at all."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mode="demo")
    for row in ROWS:
        answer = world.harbour.browser(row.shown_to or row.who).get(row.address(world.harbour))
        has = policy(answer)
        sources = set().union(*has.values())
        assert not sources & {"'unsafe-eval'", "*", "data:", "blob:", "http:", "https:"}, row
        if row.name == "demo:outbox_html":
            assert "allow-scripts" not in has["sandbox"]
        else:
            assert "'unsafe-inline'" not in sources, row


def test_mistakes_have_it_too(world: World) -> None:
    anybody, ana, vera = visitor(), world.harbour.browser("contact"), world.harbour.browser("viewer")
    address = catalogue.row("office:settings_taxes").address(world.harbour)
    csrf = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answers = {
        400: anybody.get("/", headers={"host": "evil.test"}),
        403: vera.get(address),
        404: ana.get(address),
        405: anybody.post("/"),
        410: _used(world),
        422: anybody.post("/office/account/login/", {"login": "x", "password": ""}),
    }
    for status, answer in answers.items():
        assert (answer.status_code, policy(answer)) == (status, OURS)
    for answer in (
        anybody.get("/nowhere/"),
        anybody.get("/account/login/"),
        anybody.get("/portal/nobody/account/login/"),
        csrf.post("/office/account/login/", {"login": "x"}),
    ):
        assert answer.status_code in (403, 404)
        assert policy(answer) == OURS


def _used(world: World) -> Any:
    row = catalogue.row("portal:invitation")
    visitor().post(row.address(world.harbour), row.body(world.harbour))
    return visitor().get(row.address(world.harbour))


@pytest.mark.parametrize(("failure", "status"), [(RuntimeError("a secret cause"), 500), (OperationalError("x"), 503)])
def test_failures_have_it_too_and_tell_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int
) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise failure

    client = world.harbour.browser("contact")
    client.raise_request_exception = False
    monkeypatch.setattr("counterfoil.portal.documents.read_list", fail)
    answer = client.get(catalogue.row("portal:invoices").address(world.harbour))
    assert (answer.status_code, policy(answer)) == (status, OURS)
    assert "a secret cause" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
