"""Addresses that lie: false names for us, ways out of the house in `next`, and paths that climb out of a folder."""

import http.client
import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.routes.catalogue import ROWS, Row
from tests.support.attacks import nothing_changes, undone, with_query
from tests.support.cast import visitor
from tests.support.world import World

pytestmark = pytest.mark.every_route

FALSE_NAMES = ({"host": "evil.test"}, {"x-forwarded-host": "evil.test"}, {"host": "localhost.evil.test"})


def test_a_false_name_for_us_is_refused_at_every_route(world: World, thorough: bool) -> None:
    """Without --long, each route is tried with one of them."""
    browsers = {who: world.harbour.browser(who) for who in ("anybody", "contact", "viewer", "staff", "owner")}
    with nothing_changes("A false name"):
        for place, row in enumerate(ROWS):
            for headers in FALSE_NAMES if thorough else [FALSE_NAMES[place % len(FALSE_NAMES)]]:
                address, client = row.address(world.harbour), browsers[row.who]
                for answer in (
                    client.get(address, headers=headers),
                    client.post(address, row.body(world.harbour), headers=headers),
                ):
                    assert answer.status_code == 400, f"{row} with {headers}: {answer.status_code}"
                    assert "evil" not in answer.content.decode()


# Where people are sent on

MARK = "/portal/lindqvist-zhou/?marked"
WAYS_OUT = [
    "//evil.test",
    "////evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "\\/evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/ /evil.test",
    "javascript:alert(1)",
    "JaVaScript://localhost/%0aalert(1)",
    "data:text/html,x",
    "http://evil.test/",
    "https:evil.test",
    "http:///evil.test",
    "http://localhost@evil.test/",
    "http://localhost:8000@evil.test/portal/",
    "http://localhost:8000.evil.test/",
    "//localhost@evil.test/",
    " //evil.test",
    "/portal/\r\nLocation: //evil.test",
    "evil.test",
]


def sent_on(world: World, row: Row, wished: str) -> list[str]:
    """Where each method of a route sends a person on who came with this `next`."""
    found = []
    for who in {row.who, row.shown_to or row.who, "contact" if row.door == "portal" else "owner"}:
        for method in row.methods - {"HEAD"}:
            with undone():
                client = world.harbour.browser(who)
                address = with_query(row.address(world.harbour), f"next={quote(wished)}")
                sent = row.body(world.harbour) | {"next": wished}
                answer = client.post(address, sent) if method == "POST" else client.get(address)
                found.append(answer.headers.get("Location", ""))
    return found


def is_inside(location: str) -> bool:
    """As a browser reads it: without tabs and line ends, with slashes for backslashes."""
    read = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    parts = urlsplit(read)
    return not read or (not parts.scheme and not parts.netloc and read.startswith("/"))


def test_nobody_is_sent_out_of_the_house_by_next(world: World) -> None:
    """First every route is asked which follow `next` at all, then those are tried with every way out."""
    led = [(row, sent_on(world, row, MARK)) for row in ROWS]
    assert not [f"{row} leads to {one!r}" for row, locations in led for one in locations if not is_inside(one)]
    following = [row for row, locations in led if MARK in locations]
    assert {row.name for row in following} == {
        "account_login",
        "account_logout",
        "account_language",
        "account_reset_password",
        "portal:language",
        "office:language",
        "account_change_password",
        "account_link",
        "account_second_step",
    }
    for row in following:
        for wished in WAYS_OUT:
            for location in sent_on(world, row, wished):
                assert is_inside(location), f"{row} with {wished!r} leads to {location!r}"


def test_no_route_sends_anybody_out_of_the_house(world: World, thorough: bool) -> None:
    """Whether they follow `next` is asked above of all; without --long, one in eight is tried here too."""
    for row in ROWS[:: 1 if thorough else 8]:
        for location in sent_on(world, row, "//evil.test/"):
            assert is_inside(location), f"{row} leads to {location!r}"


# Paths that climb

CLIMBS = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252f..%252fetc%252fpasswd",
    "..%5c..%5c..%5cetc%5cpasswd",
    "....//....//....//etc/passwd",
    "..;/..;/..;/etc/passwd",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "%c0%ae%c0%ae%c0%af%c0%ae%c0%ae%c0%afetc%c0%afpasswd",
    "..%00/etc/passwd",
]
STATIC = ["/static/{}", "/static/design/{}", "/static/design/js/{}", "/static//{}", "/media/{}", "/{}"]


def test_no_climbing_path_reaches_a_file_through_the_real_server(running_site: Any, world: World) -> None:
    """Sent as they are, since clients tidy such addresses up before they send them."""
    patterns = [(place, "anybody") for place in STATIC]
    for row in ROWS:
        if row.kind == "file" and row.door != "demo":
            places = [row.address(world.harbour, **{parameter: "{}"}) for parameter in row.parameters]
            patterns += [(place, row.who) for place in (*places, f"{row.address(world.harbour).rstrip('/')}/{{}}")]
    cookies = {who: session_of(world, who) for who in ("anybody", "contact", "viewer", "owner")}
    with nothing_changes("A climbing path"):
        for pattern, who in patterns:
            for climb in CLIMBS:
                status, content = fetch(running_site, pattern.replace("{}", climb), cookies[who])
                assert status == 404, f"{pattern} with {climb}: {status}"
                assert b"root:" not in content
    assert len(patterns) > 20


def session_of(world: World, who: str) -> str:
    if who == "anybody":
        return ""
    client = world.harbour.browser(who)
    return f"sessionid={client.cookies['sessionid'].value}"


def fetch(site: Any, path: str, cookie: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("localhost", site.port, timeout=20)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_files_of_the_catalogue_are_there_to_be_climbed_from(world: World) -> None:
    assert len([row for row in ROWS if row.kind == "file"]) >= 8
    assert visitor().get("/static/design/icon.svg").status_code == 200
