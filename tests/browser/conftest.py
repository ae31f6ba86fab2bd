"""The running program with the world in it, and pages opened as one of its people."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support import run
from tests.support import world as worlds
from tests.support.cast import Cast, visitor
from tests.support.site import Site
from tests.support.till import connect
from tests.support.world import Side, World

from .walking import LANGUAGES, Walker


@pytest.fixture
def world(running_site: Site, cast: Cast) -> World:
    """Both organizations pay at the site's own Sandbox."""
    return worlds.provide(cast, gateway_address=running_site.sandbox_url, public_url=running_site.url)


@pytest.fixture
def sign_in(running_site: Site, browse: Any) -> Callable[..., Page]:
    """`sign_in(cast.ana)` is a page of that person's browser."""

    def open_page(person: Any, **options: Any) -> Page:
        page: Page = browse(base_url=running_site.url, **options)
        session = visitor(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": running_site.url}])
        return page

    return open_page


@pytest.fixture
def open_as(running_site: Site, browse: Any, sign_in: Callable[..., Page]) -> Callable[..., Page]:
    """`open_as(side, "owner")` is a page of that person's browser; "anybody" is not signed in."""

    def open_page(side: Side, who: str, **options: Any) -> Page:
        if who == "anybody":
            anybody: Page = browse(base_url=running_site.url, **options)
            return anybody
        return sign_in(side.people[who], **options)

    return open_page


@pytest.fixture
def walkers(running_site: Site, cast: Cast, browse: Any) -> Callable[[Any], Walker]:
    """Who walks in the language of this database, in a browser of their own; the office can take cards."""
    from counterfoil.books.customers.models import ContactPerson
    from counterfoil.books.organizations.models import Organization, StaffMember

    connect(cast, running_site.sandbox_url, public_url=running_site.url)
    language = LANGUAGES[run.engine()]
    Organization.objects.filter(id=cast.studio.id).update(modules={"sales_orders": True, "own_credits": True})
    StaffMember.objects.filter(id=cast.olga.id).update(language=language)
    ContactPerson.objects.filter(id=cast.ana.id).update(language=language)

    def walker(person: Any) -> Walker:
        page: Page = browse(base_url=running_site.url)
        session = visitor(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": running_site.url}])
        return Walker(page, language)

    return walker
