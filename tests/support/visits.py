"""Somebody at the running site, already signed in."""

from typing import Any

from playwright.sync_api import Page

from .cast import visitor
from .site import Site


def signed_in(browse: Any, site: Site, person: Any, **options: Any) -> Page:
    """A page in a browser of this contact person or staff member, with nothing in its cache; None is a stranger."""
    page: Page = browse(base_url=site.url, **options)
    if person is not None:
        session = visitor(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    return page
