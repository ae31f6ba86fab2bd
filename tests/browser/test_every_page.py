"""Every page of the URL configuration in a real browser: with data, empty, with mistakes, with each dialog open.

The pages are those of the catalogue, so that a new one is looked at as soon as it has its row.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import StaffMember
from counterfoil.config import first_run
from counterfoil.foundation.money import currencies
from counterfoil.office.mails import text_of
from counterfoil.outbound.models import Mail
from tests.routes import catalogue
from tests.routes.catalogue import Row
from tests.support import cast as people
from tests.support.cast import Cast, actor
from tests.support.refusals import everything
from tests.support.site import Site
from tests.support.world import Side, World

from . import looking

pytestmark = pytest.mark.browser

FORMS = "main form[novalidate]"
OpenAs = Callable[..., Page]
Look = Callable[[Page, str], list[str]]

# In parts, so that they run side by side.
PARTS: dict[str, list[Row]] = {
    "portal": [row for row in catalogue.PORTAL if row.kind == "page"],
    "office": [row for row in [*catalogue.OFFICE, *catalogue.CUSTOMERS] if row.kind == "page"],
    "quotes": [row for row in catalogue.QUOTES if row.kind == "page"],
    "orders": [row for row in catalogue.SALES_ORDERS if row.kind == "page"],
    "recurring": [row for row in catalogue.RECURRING if row.kind == "page"],
    "retainers": [row for row in catalogue.RETAINERS if row.kind == "page"],
    "credits": [row for row in catalogue.CREDIT_NOTES if row.kind == "page"],
    "projects": [row for row in catalogue.PROJECTS if row.kind == "page"],
    "sales": [row for row in catalogue.SALES if row.kind == "page"],
    "time": [row for row in catalogue.TIME if row.kind == "page"],
    "settings": [row for row in catalogue.SETTINGS if row.kind == "page"],
    "doors": [
        row
        for row in catalogue.pages()
        if (row.door in ("front", "design") or row.name.startswith("account_")) and not row.needs_empty
    ],
}
parts = pytest.mark.parametrize("part", list(PARTS))
ONE_IN = 8

# Forms that nonsense can't spoil: nothing is written into them, or any name will do and dates are chosen.
NOTHING_TO_WRITE = {
    "office:customer_merge_into",
    "account_new_passkey",  # the browser is asked first
    "account_logout",
    "portal:card",
    "portal:details_company",
    "portal:details_addresses",
    "office:settings_lock_date",
    "office:settings_projects",
    "office:portal_access",
    "office:settings_staff_member",
    "office:approval_new",
    "office:approval_edit",
}
# Where any text will do, so that only none at all is a mistake.
ANYTHING_GOES = {"office:settings_tax", "office:settings_mail_template", "portal:message", "portal:review"}


def visits(part: Sequence[Row]) -> dict[str, list[Row]]:
    """The pages by who looks at them."""
    found: dict[str, list[Row]] = {}
    for row in part:
        found.setdefault(row.shown_to or row.who, []).append(row)
    return found


def test_each_page_is_in_a_part() -> None:
    looked_at = {(row.door, row.name) for part in PARTS.values() for row in part}
    elsewhere = {(row.door, row.name) for row in catalogue.pages() if row.needs_empty or row.door == "demo"}
    assert looked_at | elsewhere == {(row.door, row.name) for row in catalogue.pages()}


def look_whole(page: Page, where: str) -> list[str]:
    """On a large screen, in the dark, on the smallest phones."""
    return [
        *looking.accessibility(page, where),
        *looking.contrast_in_the_dark(page, where),
        *looking.scrolling(page, where, 390, 320),
    ]


def glance(page: Page, where: str) -> list[str]:
    """On the smallest phone alone: what is wrong with a mistake's notice is seldom wrong on one page only."""
    return looking.scrolling(page, where, 320)


def some_of(rows: Sequence[Row], *, thorough: bool) -> Sequence[Row]:
    """All with --long, otherwise one in `ONE_IN`."""
    return rows[:: 1 if thorough else ONE_IN]


def once(look: Look, *, thorough: bool) -> Look:
    """Look at a dialog of the same name once, with --long on each page."""
    seen: set[str] = set()

    def look_once(page: Page, where: str) -> list[str]:
        name = where.rpartition(" with ")[2]
        if name in seen and not thorough:
            return []
        seen.add(name)
        return look(page, where)

    return look_once


@parts
def test_with_data_and_with_each_dialog_open(part: str, world: World, open_as: OpenAs, thorough: bool) -> None:
    """Each page on every screen; without --long, what a screen reader meets on every second, the dark on some."""
    dark, look = some_of(PARTS[part], thorough=thorough), once(looking.accessibility, thorough=thorough)
    found: list[str] = []
    titles: dict[str, set[str]] = {}
    for who, rows in visits(PARTS[part]).items():
        page, seen = open_as(world.harbour, who), set[str]()
        for place, row in enumerate(rows):
            answer = page.goto(row.address(world.harbour))
            if answer is None or answer.status != 200:
                found.append(f"{row} answers {answer and answer.status}")
            found += looking.scrolling(page, str(row), 390, 320)
            if thorough or place % 2 == 0:
                found += looking.accessibility(page, str(row))
            if row in dark:
                found += looking.contrast_in_the_dark(page, str(row))
            found += looking.each_opened(page, str(row), look, seen)
            titles.setdefault(page.title(), set()).add(page.url)
    assert not found, "\n".join(found)
    assert not {title: urls for title, urls in titles.items() if len(urls) > 1}, "Tabs can't be told apart"


@pytest.mark.long
@parts
def test_in_the_dark_as_in_the_light(part: str, world: World, open_as: OpenAs) -> None:
    found = []
    for who, rows in visits(PARTS[part]).items():
        for width in (1280, 390):
            page = open_as(world.harbour, who, dark=True, width=width)
            for row in rows:
                page.goto(row.address(world.harbour))
                found += looking.accessibility(page, f"{row} at {width}")
    assert not found, "\n".join(found)


@parts
def test_with_mistakes_that_stand_beside_their_fields(part: str, world: World, open_as: OpenAs, thorough: bool) -> None:
    """Without --long, in every second form; that each says what is wrong beside its field, its own tests see."""
    found: list[str] = []
    with_forms = [row for row in PARTS[part] if row.form is not None and row.name not in NOTHING_TO_WRITE]
    whole = some_of(with_forms, thorough=thorough)
    for who, rows in visits(with_forms[:: 1 if thorough else 2]).items():
        page = open_as(world.harbour, who)
        before = everything()
        for row in rows:
            found += mistakes_in(page, row, world.harbour, look_whole if row in whole else glance)
        assert everything() == before
    assert not found, "\n".join(found)


def mistakes_in(page: Page, row: Row, side: Side, look: Look) -> list[str]:
    """Nonsense in each form of the page in turn."""
    page.goto(row.address(side))
    found = []
    for place in range(page.locator(FORMS).count()):
        if place:
            page.goto(row.address(side))
        found += mistakes_in_form(page, page.locator(FORMS).nth(place), row, look)
    return found


def mistakes_in_form(page: Page, form: Locator, row: Row, look: Look) -> list[str]:
    typed = looking.spoil(form, " " if row.name in ANYTHING_GOES else "#?")
    if not typed and row.name not in ANYTHING_GOES:
        return []  # a form of boxes alone
    if (by_hand := page.locator("input[value=transfer]")).count():
        by_hand.check()  # a card would be asked for first
    with page.expect_navigation() as answered:
        form.evaluate("form => form.requestSubmit()")
    if answered.value.status not in (200, 422):
        return [f"{row} answers nonsense with {answered.value.status}"]
    found = [f"{row} loses what was typed into {name}" for name in looking.lost(page, typed)]
    if page.locator("main [aria-invalid=true], main [role=alert]").count() == 0:
        found.append(f"{row} says nothing of nonsense")
    return found + look(page, f"{row} with mistakes")


@pytest.fixture
def nothing(cast: Cast) -> Side:
    """An organization with nothing but its owner, and a customer with nothing but a contact person."""
    made = people.organization("Fresh & Co", portal_name="fresh", owner=("Fran Fresh", "fran@fresh.test"))
    customer = people.customer(made.organization, "Bare Shelves", "GBP", by=actor(made.owner))
    contact = people.person(customer, "Ben", "Bare", "ben@bare.test", by=actor(made.owner))
    rows = {"organization": made.organization, "portal_name": "fresh", "customer": customer, "contact": contact}
    staff = dict.fromkeys(("owner", "staff", "viewer"), made.owner)
    return Side(rows, made.organization, customer, {"contact": contact, **staff})


def test_where_there_is_nothing_yet(nothing: Side, open_as: OpenAs, thorough: bool) -> None:
    every = [row for part in PARTS.values() for row in part]
    rows = [row for row in every if row.names <= set(nothing.rows)]
    found = []
    for who, some in visits(some_of(rows, thorough=thorough)).items():
        page = open_as(nothing, who)
        for row in some:
            page.goto(row.address(nothing))
            found += look_whole(page, f"{row}, empty")
        page.context.close()  # each keeps connections to the server, and there are many
    assert not found, "\n".join(found)


def test_the_page_that_sets_everything_up(running_site: Site, browse: Any) -> None:
    page = browse(base_url=running_site.url)
    page.goto(first_run.link().removeprefix(settings.PUBLIC_URL))
    found = look_whole(page, "setup")
    typed = looking.spoil(page.locator(FORMS))
    with page.expect_navigation():
        page.locator(FORMS).evaluate("form => form.requestSubmit()")
    found += [f"setup loses {name}" for name in looking.lost(page, typed)] + look_whole(page, "setup with mistakes")
    assert not found, "\n".join(found)


# Names and units that Chinese writes in Latin letters too; what people wrote themselves is taken from the rows.
STAYS_LATIN = {
    "Counterfoil",
    "English",
    "PDF",
    "ZIP",
    "Factur",
    "ZUGFeRD",
    "EN",
    "CSV",
    "CP",  # a failed payment's code
    "PNG",
    "JPEG",
    "WebP",
    "SMTP",
    "TLS",
    "STARTTLS",
    "UTC",
    "PIN",
    "JavaScript",
    "IBAN",
    "BIC",
    "SWIFT",
    "Visa",
    "Zoho",
    "Books",
    "KB",
    "MB",
    "DOCX",
    "XLSX",
    "ODT",
    "ODS",
    "HEIC",
    "Word",
    "Excel",
    "OpenDocument",
    "Chrome",
    "Linux",
    "Nov",  # in the example of how English writes a date
}
assert len(STAYS_LATIN) <= 40
SENDER = "portal@counterfoil.test"  # of the site's mails, as its environment has it


def what_people_wrote() -> set[str]:
    """Every text of the rows, whole and line by line: names, notes and numbers of the world."""

    def texts(value: Any) -> set[str]:
        if isinstance(value, str):
            return {value, *value.splitlines()}
        if isinstance(value, dict):
            value = list(value.values())
        return {text for one in value for text in texts(one)} if isinstance(value, list) else set()

    found = {text for table in everything().values() for row in table for text in texts(list(row.values()))}
    found |= {text for mail in Mail.objects.all() for text in texts([mail.subject, text_of(mail)])}
    return {text for text in found if len(text) > 1}


@parts
def test_in_chinese_nothing_is_left_in_english(part: str, world: World, open_as: OpenAs, thorough: bool) -> None:
    """Without --long, on one page in four; that each text has its Chinese is checked of all."""
    ContactPerson.objects.update(language="zh-Hans")
    StaffMember.objects.update(language="zh-Hans")
    allowed = what_people_wrote() | STAYS_LATIN | set(currencies()) | {SENDER}
    found = []
    spoken = [row for row in PARTS[part] if row.door != "design"]
    for who, rows in visits(spoken[:: 1 if thorough else 4]).items():
        page = open_as(world.harbour, who, language="zh-Hans")
        for row in rows:
            page.goto(row.address(world.harbour))
            assert page.locator("html").get_attribute("lang") == "zh-Hans", str(row)
            words = looking.latin_words(page.evaluate(looking.VISIBLE_WORDS), allowed)
            if words:
                found.append(f"{row}: {', '.join(sorted(words))}")
    assert not found, "\n".join(found)
