"""Documents as people share them: chosen, dropped, refused, fetched and removed, with and without scripts."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from counterfoil.books.files.models import StoredFile
from tests.support.books import invoice
from tests.support.cast import Cast, visitor
from tests.support.site import Site
from tests.support.uploads import PAGE, PDF, picture, put

from . import looking

pytestmark = pytest.mark.browser

DROP = """([form, name, type, bytes]) => {
  const brought = new DataTransfer();
  brought.items.add(new File([new Uint8Array(bytes)], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"])
    form.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: brought }));
}"""


def open_as(browse: Any, site: Site, person: Any, **options: Any) -> Page:
    page: Page = browse(base_url=site.url, **options)
    session = visitor(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    return page


def look(page: Page, where: str) -> list[str]:
    return [
        *looking.accessibility(page, where),
        *looking.contrast_in_the_dark(page, where),
        *looking.scrolling(page, where, 390, 320),
    ]


def sent(name: str, mime: str, content: bytes) -> Any:
    return {"name": name, "mimeType": mime, "buffer": content}


def test_uploaded_seen_fetched_and_removed(running_site: Site, cast: Cast, browse: Any) -> None:
    here = f"/portal/lindqvist-zhou/{cast.bakery.id}/documents/"
    page = open_as(browse, running_site, cast.ana)
    page.goto(here)
    page.evaluate("window.isTheSamePage = true")
    page.get_by_label("Files").set_input_files(sent("photo.png", "image/png", PAGE))
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert").first).to_contain_text("photo.png: It is none of what can be uploaded")
    found = look(page, "a mistake")
    page.get_by_label("Files").set_input_files(
        [sent("Shop front.png", "image/png", picture()), sent("plan.pdf", "application/pdf", PDF)]
    )
    page.get_by_role("button", name="Upload").click()
    row = page.get_by_role("row", name="Shop front.png")
    expect(row).to_be_visible()
    expect(page.get_by_role("row", name="plan.pdf")).to_be_visible()
    looking.wait_until(page, "document.querySelector('td img, th img')?.naturalWidth > 0")
    assert page.evaluate("window.isTheSamePage"), "only the part of the page was brought anew"
    found += look(page, "two files")
    with page.expect_download() as download:
        page.get_by_role("link", name="plan.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    row.get_by_role("button", name="Remove Shop front.png").click()
    found += looking.accessibility(page, "asked")
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Shop front.png was removed.")
    expect(row).to_have_count(0)
    assert not found, "\n".join(found)


def test_dropped_on_the_form_of_a_document(running_site: Site, cast: Cast, browse: Any) -> None:
    one = invoice(cast)
    page = open_as(browse, running_site, cast.ana)
    page.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    files = page.get_by_role("region", name="Attachments")
    files.get_by_text("Add files").click()
    form = files.locator("form[data-upload]").element_handle()
    page.evaluate(DROP, [form, "plan.pdf", "application/pdf", list(PDF)])
    files.get_by_role("button", name="Upload").click()
    expect(files.get_by_role("link", name="plan.pdf")).to_be_visible()
    assert StoredFile.objects.get().document_id == one.id
    assert not look(page, "an attachment")


def test_a_connection_that_breaks_is_said_and_it_can_be_sent_again(running_site: Site, cast: Cast, browse: Any) -> None:
    page = open_as(browse, running_site, cast.ana)
    page.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/documents/")
    page.get_by_label("Files").set_input_files(sent("plan.pdf", "application/pdf", PDF))
    page.route("**/documents/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was uploaded")
    page.unroute("**/documents/")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("row", name="plan.pdf")).to_be_visible()
    assert StoredFile.objects.count() == 1


def test_files_of_a_comment_show_how_far_they_are_and_that_they_did_not_arrive(
    running_site: Site, cast: Cast, browse: Any
) -> None:
    one = invoice(cast)
    page = open_as(browse, running_site, cast.ana)
    page.goto(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/")
    talk = page.locator("#conversation")
    talk.get_by_role("textbox").fill("Here is the plan.")
    talk.get_by_text("Add files").click()
    talk.get_by_label("Files").set_input_files(sent("plan.txt", "text/plain", b"words " * 100_000))
    page.route("**/comments/", lambda route: route.abort())
    talk.get_by_role("button", name="Send").click()
    expect(talk.get_by_role("alert")).to_contain_text("The connection broke. Please send it again")
    assert talk.get_by_role("textbox").input_value() == "Here is the plan."
    page.unroute("**/comments/")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    talk.get_by_role("button", name="Send").click()
    expect(talk.get_by_role("progressbar")).to_be_visible()
    expect(talk.get_by_role("alert")).to_have_count(0)
    expect(talk.get_by_role("link", name="plan.txt")).to_be_visible(timeout=30_000)
    assert StoredFile.objects.count() == 1


def test_without_scripts_it_is_the_same(running_site: Site, cast: Cast, browse: Any) -> None:
    put(cast.bakery, ("margin.pdf", PDF), by=cast.by_olga)
    page = open_as(browse, running_site, cast.stig, javascript=False)
    page.goto(f"/office/{cast.studio.id}/customers/{cast.bakery.id}/documents/")
    page.get_by_label("Files").set_input_files(sent("plan.pdf", "application/pdf", PDF))
    page.get_by_label("Show in portal").check()
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("row", name="plan.pdf")).to_contain_text("In the portal")
    page.get_by_role("row", name="margin.pdf").get_by_role("button", name="Show in portal").click()
    expect(page.get_by_role("status")).to_contain_text("margin.pdf is now in the portal.")
    page.get_by_role("button", name="Remove plan.pdf").click()
    expect(page.get_by_role("status")).to_contain_text("plan.pdf was removed.")
