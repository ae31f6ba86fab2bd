"""Script in whatever a person can write stays text, wherever it is shown."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from counterfoil.books.sales import invoices
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Mail
from tests.routes import catalogue
from tests.routes.catalogue import ROWS, VISITS, row
from tests.support.attacks import Form, Page, forms_on, text_of, with_query
from tests.support.cast import visitor
from tests.support.world import Side, World

pytestmark = pytest.mark.every_route

SHORT = "\"'><x-evil{n}>"
LONG = SHORT + "<script>alert({n})</script><img src=x onerror=alert({n})><svg onload=alert({n})>{{{{7*7}}}}</textarea>"
LEAVES_OUT = ("account/", "/language/", "/acceptance/")  # who accepted can't decline; portal/test_signing.py has it


class Poison:
    """Writes into every text field of every form a payload of its own, as far as the field takes it."""

    def __init__(self) -> None:
        self.count = 0
        self.taken: dict[str, str] = {}  # what the element would be called, by form and field

    def payload(self, kind: str, longest: int) -> str:
        self.count += 1
        n = self.count
        if kind == "email":
            return f'"<x-evil{n}>"@evil.test'
        if kind == "url":
            return f"https://evil.test/{SHORT.format(n=n)}"
        return next((text for text in (LONG.format(n=n), SHORT.format(n=n)) if len(text) <= longest), "")

    def write_into(self, client: Client, form: Form) -> None:
        """Send it with a payload in every field, then again without those that the page calls mistaken."""
        left_out: set[str] = set()
        for _ in range(4):
            fresh = forms_on(client, [form.page])[form.action]
            wrong = {
                name: text
                for name, longest in fresh.texts.items()
                if name not in left_out and (text := self.payload(fresh.kinds[name], longest))
            }
            # Some fields count only beside a box that is ticked, or one that isn't.
            boxes = {name: ["on"] for name in fresh.choices & {"is_tax_exempt"}} | {"shipping_same": []}
            answer = client.post(form.action, fresh.values | boxes | wrong)
            if answer.status_code in (302, 303):
                self.taken |= {f"{form.action} {name}": _element(text) for name, text in wrong.items()}
                return
            again = [one for one in Page(text_of(answer)).forms if (one.action or form.action) == form.action]
            left_out |= {name for one in again for name in one.wrong}


def _element(text: str) -> str:
    found = re.search(r"x-evil\d+", text)
    assert found
    return found[0]


def assert_inert(where: str, answer: Any) -> str:
    """What a page says, which would run nothing that somebody wrote. Returns what it says."""
    assert answer.status_code < 500, where
    if not answer.headers["Content-Type"].startswith("text/html"):
        return ""
    text = text_of(answer)
    for tag, attributes in Page(text).elements:
        assert not tag.startswith("x-evil"), f"{where} has an element of somebody's making"
        assert tag != "script" or attributes.get("src", "").startswith("/static/"), f"{where} has a script of its own"
        assert not [name for name in attributes if name.startswith("on") or name == "style"], f"{where}: {tag}"
        for name in ("href", "src", "action", "formaction", "content"):
            assert not re.match(r"\s*(javascript|vbscript|data):", attributes.get(name, ""), re.IGNORECASE), where
    return text


def write_everywhere(world: World) -> Poison:
    poison, side = Poison(), world.harbour
    for door, who in VISITS[:2]:
        client = side.browser(who)
        for form in forms_on(client, catalogue.addresses_of_pages(side, door, who)).values():
            if form.texts and not any(part in form.action for part in LEAVES_OUT):
                poison.write_into(client, form)
    return poison


def an_invoice_full_of_it(side: Side, world: World) -> Any:
    """What a form can't carry yet or only a line at a time: every text of an invoice."""
    words = iter(LONG.format(n=n) for n in range(900, 910))
    line = LineContent(next(words)[:200], Decimal(2), Decimal(50), description=next(words), unit=SHORT.format(n=911))
    content = invoices.InvoiceContent(
        dated=clock.today("Europe/London"),
        payment_days=14,
        lines=[line],
        order_number=SHORT.format(n=912),
        adjustment_minor=100,
        adjustment_label=SHORT.format(n=913),
        notes=next(words),
        terms=next(words),
        allows_partial=True,
    )
    draft = invoices.create(side["customer"], content, by=world.cast.by_olga)
    return invoices.send(draft, to=[side.key("contact")], by=world.cast.by_olga, revision=draft.revision)


def test_what_is_written_into_any_field_is_shown_and_runs_nowhere(world: World) -> None:
    side = world.harbour
    poison = write_everywhere(world)
    assert len(poison.taken) > 50, sorted(poison.taken)
    invoice = an_invoice_full_of_it(side, world)
    while spreading.spread_due():
        pass
    shown = []
    for door, who in VISITS:
        client = side.browser(who)
        for where in catalogue.addresses_of_pages(side, door, who):
            shown += [assert_inert(where, client.get(where, follow=True))]
    # What somebody writes to the business is read in the copy of the mail, which is not there before.
    sent = row("office:customer_mail").address(side, mail_id=Mail.objects.filter(template="message").latest("id").id)
    shown.append(assert_inert(sent, side.browser("owner").get(sent)))
    said = "\n".join(shown)
    # What was made anew has a page of its own; the fields are those of what is edited, which is looked at.
    # Whose card it is goes to the gateway and nowhere else.
    elsewhere = ("/pay/ name", "/pay/ postcode")
    edited = {
        field: element
        for field, element in poison.taken.items()
        if "/new/" not in field and not field.endswith(elsewhere)
    }
    unseen = [field for field, element in edited.items() if element not in said]
    assert not unseen, "\n".join(unseen)
    page = side.browser("contact").get(row("portal:invoice").address(side, invoice_id=invoice.id))
    text = assert_inert("The invoice", page)
    assert not [n for n in (900, 901, 902, 903, 911, 912, 913) if f"x-evil{n}" not in text]


def test_mails_and_files_carry_it_as_text(world: World) -> None:
    side = world.harbour
    write_everywhere(world)
    invoice = an_invoice_full_of_it(side, world)
    while spreading.spread_due():
        pass
    mails = [mail for mail in Mail.objects.filter(organization=side.organization) if "x-evil" in mail.html]
    assert {"invoice", "staff_invitation"} <= {mail.template for mail in mails}
    for mail in mails:
        tags = [tag for tag, _attributes in Page(mail.html).elements]
        assert not [tag for tag in tags if tag.startswith("x-evil") or tag in ("script", "svg")], mail.template
        assert "\n" not in mail.subject
    for door, who in VISITS[:2]:
        answer = side.browser(who).get(row(f"{door}:invoice_pdf").address(side, invoice_id=invoice.id))
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "<" not in answer.headers["Content-Disposition"]


ASKED = ("q", "status", "sort", "page", "ask", "retire", "attempt", "customer", "next", "to", "brand", "format")


def test_what_stands_in_an_address_runs_nowhere(world: World) -> None:
    side = world.harbour
    text = LONG.format(n=1)
    query = "&".join(f"{name}={quote(text)}" for name in ASKED)
    for one in ROWS:
        if "GET" not in one.methods or one.needs_empty:
            continue
        client = side.browser(one.shown_to or one.who)
        assert_inert(f"{one} with a query", client.get(with_query(one.address(side), query)))
        for name in one.parameters:
            address = one.address(side, **{name: quote(text, safe="")})
            assert_inert(address, client.get(address))
    assert_inert("nowhere", visitor().get(f"/{quote(text)}"))


@pytest.mark.browser
def test_in_a_browser_nothing_runs_either(running_site: Any, world: World, browse: Any) -> None:
    """The browser's own reading of the pages; a script that the policy had to stop would be among its problems."""
    side = world.harbour
    write_everywhere(world)
    invoice = an_invoice_full_of_it(side, world)
    dialogs: list[str] = []
    for who, names in (
        ("contact", ["portal:home", "portal:details", "portal:invoices", "portal:invoice", "portal:pay"]),
        ("owner", ["office:customer", "office:invoice", "office:items", "office:settings_organization"]),
    ):
        page = browse(base_url=running_site.url)
        session = side.browser(who).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": running_site.url}])
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        for name in names:
            page.goto(row(name).address(side, invoice_id=invoice.id))
            assert page.locator("h1").count() == 1
            assert "x-evil" in page.content()
            made = page.evaluate(
                "[...document.querySelectorAll('*')].filter(one => /^x-evil/i.test(one.localName)).length"
            )
            assert (made, page.locator("img[src='x'], script:not([src])").count()) == (0, 0)
    assert not dialogs
