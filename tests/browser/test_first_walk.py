"""From nothing to a paid invoice, as a stranger walks it: the demo's one command, a real browser, both sides.

In English with the demo on SQLite, in Chinese with the demo on PostgreSQL.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support import databases, run
from tests.support.demo import Demo, running_demo

from .walking import LANGUAGES, Walker

pytestmark = [pytest.mark.browser, pytest.mark.both_databases, pytest.mark.either_database]

PASSWORD = "a walk along the harbour wall"
CUSTOMER = "Northgate Books"


@pytest.fixture
def demo(tmp_path: Path) -> Any:
    database = databases.empty() if run.engine() == "postgresql" else nullcontext("")
    with database as database_url, running_demo(tmp_path / "demo", database_url) as started:
        yield started


def test_from_nothing_to_a_paid_invoice(demo: Demo, browse: Any) -> None:
    language = LANGUAGES[run.engine()]
    owner = Walker(browse(language=language), language)
    nora = Walker(browse(language=language, width=390), language)

    sign_in(owner, demo.addresses["office"], "owner@demo.test", "counterfoil-demo")
    speak(owner)
    customer_url = make_customer(owner)
    replaced, newest = invite_in_three_ways(owner, demo, customer_url)
    accept(nora, demo, replaced=replaced, newest=newest)
    write_invoice(owner, customer_url)
    number = owner.page.get_by_role("heading", level=1).inner_text()
    invoice_url = owner.page.url

    open_invoice(nora, number)
    is_seen_in_the_office(owner, invoice_url, number)
    total = figure(nora.page.locator(".stub .sum").inner_text())
    pay(nora, amount=f"{total / 2:.2f}")
    nora.reads(nora.word("Receipt"))
    download_is_a_pdf(nora)
    nora.page.get_by_role("link", name=number).first.click()
    pay(nora, amount=None)
    nora.page.get_by_role("link", name=number).first.click()
    expect(nora.page.locator(".pill").first).to_have_text(nora.word("Paid"))
    download_is_a_pdf(nora)

    owner.page.goto(invoice_url)
    expect(owner.page.locator(".pill").first).to_have_text(owner.word("Paid"))
    end_access(owner, customer_url)
    nora.page.reload()
    expect(nora.page.get_by_role("heading", level=1)).to_have_text(nora.word("Your access has ended"))
    books = demo.verify()
    assert (books.returncode, books.stdout.strip()) == (0, "0 differences")


def sign_in(who: Walker, address: str, email: str, password: str) -> None:
    who.page.goto(address)
    who.write("E-mail", email)
    who.write("Password", password)
    who.press("Sign in")
    who.page.wait_for_url(re.compile(r"/\d+/$"))


def speak(who: Walker) -> None:
    """Choose one's language in the menu at the foot of the side bar, unless the page speaks it already."""
    if who.page.locator("html").get_attribute("lang") == who.language:
        return
    who.page.get_by_role("button", name="Account menu").click()
    who.page.get_by_role("button", name="简体中文").click()
    expect(who.page.locator("html")).to_have_attribute("lang", who.language)


def make_customer(owner: Walker) -> str:
    owner.follow("Customers")
    owner.follow("New customer")
    owner.write("Display name", CUSTOMER)
    owner.choose("Language", owner.language)
    owner.press("Save")
    owner.reads(CUSTOMER)
    address = owner.page.url
    for first, last in (("Nora", "Quill"), ("Tom", "Birch")):
        owner.page.goto(address)
        owner.follow("Add")
        owner.write("First name", first)
        owner.write("Last name", last)
        owner.write("E-mail", f"{first.lower()}@northgate.test")
        owner.press("Save")
        owner.reads(f"{first}@northgate.test".lower())
    return address


def invite_in_three_ways(owner: Walker, demo: Demo, customer_url: str) -> tuple[str, str]:
    """By the menu for Nora, by the gear for Tom instead of her, and by the link under the name for her again.

    Returns what her two mails lead to, the first of which is void by then.
    """

    def by_the_menu() -> None:
        owner.press("More")
        owner.page.locator("#more").get_by_text(owner.word("Configure customer portal")).click()

    def by_the_gear() -> None:
        owner.page.locator("dd").get_by_role("link", name=owner.word("Configure customer portal")).click()

    def by_the_name() -> None:
        owner.follow("Invite to portal")

    def invite(way: Callable[[], None], **ticks: bool) -> None:
        owner.page.goto(customer_url)
        way()
        dialog = owner.dialog("Configure portal access")
        for name, ticked in ticks.items():
            dialog.get_by_role("checkbox", name=re.compile(name)).set_checked(ticked)
        owner.press("Save", within=dialog)
        expect(dialog).not_to_be_visible()
        owner.reads(owner.word("Invited"))

    invite(by_the_menu, Nora=True)
    first = invitation(owner, demo, nth=1)
    invite(by_the_gear, Nora=False, Tom=True)
    invite(by_the_name, Nora=True)
    return first, invitation(owner, demo, nth=2)


def invitation(owner: Walker, demo: Demo, *, nth: int) -> str:
    """Where the newest of Nora's mails leads, once there are so many, read in the demo's outbox."""
    rows = owner.page.get_by_role("row", name=re.compile(r"nora@northgate\.test"))
    for _ in range(100):
        owner.page.goto(demo.addresses["outbox"])
        if rows.count() == nth:
            break
        owner.page.wait_for_timeout(100)
    rows.first.get_by_role("link").click()
    mail = owner.page.frame_locator("iframe")
    return str(mail.get_by_role("link", name=owner.word("Accept invite")).first.get_attribute("href"))


def accept(nora: Walker, demo: Demo, *, replaced: str, newest: str) -> None:
    nora.page.goto(replaced)
    expect(nora.page.get_by_role("heading", level=1)).to_have_text(nora.word("This invitation is no longer valid"))
    nora.page.goto(newest)
    nora.write("Password", PASSWORD)
    nora.write("Confirm", PASSWORD)
    nora.press("Update")
    nora.page.wait_for_url(re.compile(re.escape(demo.addresses["portal"]) + r"\d+/$"))
    nora.reads(nora.word("Nothing to pay at the moment."))


def write_invoice(owner: Walker, customer_url: str) -> None:
    owner.page.goto(customer_url)
    owner.press("New transaction")
    owner.follow("New invoice")
    first, second = (owner.page.locator(".lines-edit tbody tr").nth(place) for place in (0, 1))
    owner.write("Item", "Shop sign", within=first)
    owner.write("Quantity", "2", within=first)
    owner.write("Rate", "450", within=first)
    owner.press("Add line")
    expect(second.get_by_label(owner.word("Item"))).to_be_focused()
    owner.write("Item", "Gold leaf", within=second)
    owner.write("Rate", "99.90", within=second)
    owner.write("Discount", "10%", within=second)
    owner.page.get_by_label(re.compile("^" + owner.word("Discount"))).last.fill("5%")
    owner.page.get_by_label(owner.word("Allow partial payments")).check()
    # 900.00 + 89.91, less 5 per cent, with 20 per cent of tax on each line.
    expect(owner.page.locator("#sums")).to_contain_text("1,128.49")
    owner.press("Save and send")
    dialog = owner.dialog("Send this invoice")
    expect(dialog.get_by_role("checkbox", name=re.compile("Nora"))).to_be_checked()
    owner.press("Send", within=dialog)
    expect(owner.page.locator(".pill").first).to_have_text(owner.word("Sent"))


def open_invoice(nora: Walker, number: str) -> None:
    nora.page.reload()
    nora.press("Menu")
    nora.page.locator("#nav").get_by_role("link", name=nora.word("Invoices")).click()
    nora.page.get_by_role("link", name=number).click()
    expect(nora.page.get_by_role("heading", level=1)).to_have_text(number)


def is_seen_in_the_office(owner: Walker, invoice_url: str, number: str) -> None:
    owner.page.goto(invoice_url)
    expect(owner.page.locator(".seen")).to_contain_text("Nora Quill")
    for _ in range(50):
        owner.page.locator("a.bell").click()
        line = owner.page.locator(".feed li").filter(has_text=number).filter(has_text="Nora Quill")
        if line.count():
            break
        owner.page.wait_for_timeout(200)
    line.first.get_by_role("link").click()
    expect(owner.page.get_by_role("heading", level=1)).to_have_text(number)


def figure(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


def pay(who: Walker, *, amount: str | None) -> None:
    """By card: so much of it, or all that is left."""
    who.follow("Pay now")
    fields = who.page.frame_locator("iframe")
    fields.locator("#number").fill("4242424242424242")
    fields.locator("#exp").fill("12 / 40")
    fields.locator("#cvc").fill("123")
    if amount is not None:
        who.write("Amount", amount)
    who.page.locator("form[data-pay] button.primary").click()
    expect(who.page.locator(".torn, .ticket.tall").first).to_be_visible()


def download_is_a_pdf(who: Walker) -> None:
    with who.page.expect_download() as waiting:
        who.follow("Download PDF")
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")


def end_access(owner: Walker, customer_url: str) -> None:
    owner.page.goto(customer_url)
    owner.follow("Invite to portal")
    dialog = owner.dialog("Configure portal access")
    dialog.get_by_role("checkbox", name=re.compile("Nora")).uncheck()
    owner.press("Save", within=dialog)
    expect(dialog).not_to_be_visible()
