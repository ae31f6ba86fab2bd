"""A mailed link opens one invoice without signing in: the page that asks, and what is open after its button."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from counterfoil.books.customers import contacts, portal_access
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import organizations
from counterfoil.books.sales import document_links, opening
from counterfoil.books.sales.models import DocumentLink, Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from counterfoil.foundation.money import Money
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.mailed_links import MOST, LinkReach
from counterfoil.reach.portal import PortalReach
from tests.support.attacks import Page, nothing_changes
from tests.support.books import credit_note, draft_invoice, pay
from tests.support.cast import Cast, visitor
from tests.support.mailed import mail, mail_again
from tests.support.uploads import put

SIGN_IN = "/portal/lindqvist-zhou/account/login/"


def is_closed(answer: Any, status: int = 404) -> bool:
    """The one page for every link that opens nothing: it tells of no document and of no customer."""
    assert answer.status_code == status
    assert "This link opens nothing" in answer.text
    assert f'href="{SIGN_IN}"' in answer.text
    return not [word for word in ("INV-", "Harbour Bakery", "Ana Moreau") if word in answer.text]


def test_the_page_says_from_whom_and_for_whom_and_has_one_button(cast: Cast) -> None:
    mailed = mail(cast)
    answer = visitor().get(mailed.address)
    assert answer.status_code == 200
    for words in ("An invoice for Harbour Bakery Ltd", "From Lindqvist &amp; Zhou Studio", "Ana Moreau"):
        assert words in answer.text
    assert answer.text.count("Open invoice</button>") == 1
    assert mailed.invoice.number not in answer.text
    assert f"{SIGN_IN}?next={mailed.at()}" in Page(answer.text).links


def test_looking_changes_nothing_and_neither_does_the_form_without_its_button(cast: Cast) -> None:
    mailed = mail(cast)
    client = visitor()
    with nothing_changes(mailed.address):
        assert client.head(mailed.address).status_code == 200
        assert client.get(mailed.address).status_code == 200
        assert client.get(mailed.address, headers={"sec-purpose": "prefetch"}).status_code == 200
        assert client.post(mailed.address, {}).status_code == 422
    assert client.get(mailed.at()).headers["Location"].startswith(SIGN_IN)


def test_pressing_it_counts_as_seen_and_opens_the_invoice_alone(cast: Cast) -> None:
    mailed = mail(cast)
    client = visitor(language="en")
    answer = client.post(mailed.address, {"open": "yes"}, follow=True)
    assert answer.redirect_chain == [(mailed.at(), 303)]
    assert mailed.invoice.number in answer.text
    one = Invoice.objects.get(id=mailed.invoice.id)
    assert (one.viewed_by, one.viewed_by_link) == (cast.ana, True)
    assert DocumentLink.objects.get().opened_at is not None
    by = Event.objects.get(name="invoice.viewed").by
    assert (by.kind, by.link_id) == ("link", mailed.link.id)
    places = {link.partition("?")[0] for link in Page(answer.text).links if "/static/" not in link}
    assert {place for place in places if place.startswith(f"/portal/lindqvist-zhou/{cast.bakery.id}/")} == {
        mailed.at("pdf/")
    }
    assert f"{SIGN_IN}?next={mailed.at()}" in Page(answer.text).links
    assert client.get(mailed.at("pdf/")).content.startswith(b"%PDF")


def test_the_address_afterwards_has_no_secret_and_neither_has_the_session(cast: Cast) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    token = document_links.token_of(mailed.link)
    assert token not in mailed.at()
    assert token not in repr(dict(client.session))


def test_opening_begins_a_session_that_nobody_knew_before(cast: Cast) -> None:
    client = visitor()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    mail(cast).opened(client)
    assert client.cookies["sessionid"].value != session.session_key


def test_a_browser_is_known_for_half_a_day_and_the_mail_opens_it_again(cast: Cast) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    with clock.travel(by=timedelta(hours=11, minutes=59)):
        assert client.get(mailed.at()).status_code == 200
    with clock.travel(by=timedelta(hours=12, minutes=1)):
        assert client.get(mailed.at()).headers["Location"].startswith(SIGN_IN)
        assert mailed.opened(client).get(mailed.at()).status_code == 200


def test_what_a_link_shows_is_kept_nowhere_and_its_address_told_to_nobody(cast: Cast) -> None:
    mailed = mail(cast)
    client = visitor()
    pages = [client.get(mailed.address), client.get(mailed.address[:-5] + "AAAA/")]
    assert [page.headers["Referrer-Policy"] for page in pages] == ["strict-origin"] * 2
    mailed.opened(client)
    pages += [client.get(mailed.at()), client.get(mailed.at("pdf/")), client.get(mailed.at("pay/"))]
    assert all("no-store" in page.headers["Cache-Control"] for page in pages)
    assert "last_customer" not in client.cookies


def test_every_link_that_opens_nothing_says_the_same(cast: Cast) -> None:
    mailed = mail(cast)
    revoked, gone = mail(cast), mail(cast, cast.sam)
    document_links.revoke(revoked.link, by=cast.by_olga)
    contacts.retire(cast.sam, by=cast.by_olga)
    changed = mailed.address[:-2] + ("A" if mailed.address[-2] != "A" else "E") + "/"
    answers = [visitor().get(address) for address in (revoked.address, gone.address, changed)]
    answers.append(visitor().post(revoked.address, {"open": "yes"}))
    with clock.travel(by=timedelta(days=60)):
        answers.append(visitor().get(mailed.address))
        answers.append(visitor().get("/portal/lindqvist-zhou/link/nothing-at-all/"))
    assert all(is_closed(answer) for answer in answers)
    texts = {tuple(word for word in Page(answer.text).words if word.strip()) for answer in answers}
    assert len(texts) == 1
    assert visitor().get(mailed.address.replace("lindqvist-zhou", "nowhere")).status_code == 404


def test_what_was_opened_closes_when_the_link_does(cast: Cast) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    assert client.get(mailed.at()).status_code == 200
    document_links.revoke(mailed.link, by=cast.by_olga)
    with nothing_changes("A revoked link"):
        for rest in ("", "pdf/", "pay/"):
            assert is_closed(client.get(mailed.at(rest)), 403)


@pytest.mark.parametrize("who", ["ana", "sam"])
def test_who_is_signed_in_for_that_customer_goes_to_their_own_page(cast: Cast, who: str) -> None:
    mailed = mail(cast)
    client = visitor(getattr(cast, who))
    with nothing_changes("Following the link"):
        answer = client.get(mailed.address)
    assert (answer.status_code, answer.headers["Location"]) == (302, mailed.at())
    page = client.get(mailed.at())
    assert f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/" in Page(page.text).links
    assert not Invoice.objects.get(id=mailed.invoice.id).viewed_by_link


def test_signing_in_later_gives_ones_own_pages(cast: Cast) -> None:
    mailed = mail(cast)
    client = mailed.opened()
    client.force_login(cast.ana.user)
    assert client.get(mailed.at()).context["request"].reach.is_by_link is False


def test_somebody_signed_in_elsewhere_opens_it_as_anybody_would(cast: Cast) -> None:
    """Bruno is another customer's; a forwarded link shows him that invoice and leaves him who he is."""
    mailed = mail(cast)
    client = mailed.opened(visitor(cast.bruno))
    assert client.get(mailed.at()).status_code == 200
    assert client.get(f"/portal/lindqvist-zhou/{cast.tidewater.id}/").status_code == 200
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 404


def test_with_access_end_the_links_that_were_mailed_before_and_what_is_mailed_later_opens(cast: Cast) -> None:
    mailed, sams = mail(cast), mail(cast, cast.sam)
    client = mailed.opened()
    portal_access.configure(cast.bakery, {cast.sam.id}, by=cast.by_olga, seen={cast.ana.id, cast.sam.id})
    assert is_closed(visitor().get(mailed.address))
    assert is_closed(client.get(mailed.at()), 403)
    with pytest.raises(Refused, match="doesn't open this any more"):
        document_links.must_still_open(document_links.bearer(mailed.link), [mailed.invoice.id])
    assert sams.opened().get(sams.at()).status_code == 200
    later = mail_again(mailed.invoice, cast.ana, cast)
    client = later.opened(visitor(cast.ana))
    assert client.get(later.at()).status_code == 200
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 403
    portal_access.configure(cast.bakery, {cast.ana.id, cast.sam.id}, by=cast.by_olga)
    assert is_closed(visitor().get(mailed.address))
    later.opened()


def test_who_never_had_access_opens_what_is_mailed_to_them(cast: Cast) -> None:
    ContactPerson.objects.filter(id=cast.ana.id).update(access="disabled", user=None, enabled_at=None)
    mailed = mail(cast)
    assert mailed.opened().get(mailed.at()).status_code == 200


def test_the_office_may_look_without_its_being_seen(cast: Cast) -> None:
    mailed = mail(cast)
    client = visitor(cast.stig)
    assert "count as seen" in client.get(mailed.address).text
    with nothing_changes("Staff"):
        mailed.opened(client)
        assert mailed.invoice.number in client.get(mailed.at()).text
    assert mailed.opened(visitor(cast.otto))
    assert Invoice.objects.get(id=mailed.invoice.id).viewed_by_link


def test_two_links_open_two_invoices_in_one_browser_and_a_second_sending_the_same_again(cast: Cast) -> None:
    first, second = mail(cast), mail(cast)
    client = second.opened(first.opened())
    assert [client.get(one.at()).status_code for one in (first, second)] == [200, 200]
    again = mail_again(first.invoice, cast.ana, cast)
    document_links.revoke(first.link, by=cast.by_olga)
    assert is_closed(client.get(first.at()), 403)
    assert again.opened(client).get(first.at()).status_code == 200
    assert len(client.session["opened_links"]) == 3 <= MOST


def test_a_portal_that_was_renamed_is_found_by_old_mails(cast: Cast) -> None:
    mailed = mail(cast)
    before, client = mailed.address, mailed.opened()
    organizations.change_portal(
        cast.studio, portal_name="renamed", banner="", switches={}, revision=cast.studio.revision, by=cast.by_olga
    )
    answer = visitor().get(before)
    assert (answer.status_code, answer.headers["Location"]) == (308, mailed.address)
    assert client.get(mailed.at()).status_code == 200


def test_a_link_speaks_its_recipients_language_until_another_is_chosen(cast: Cast) -> None:
    mailed = mail(cast, cast.wei)
    client = visitor()
    assert "打开发票" in client.get(mailed.address).text
    mailed.opened(client)
    assert "下载 PDF" in client.get(mailed.at()).text
    client.post("/portal/lindqvist-zhou/account/language/", {"language": "en"})
    assert "Download PDF" in client.get(mailed.at()).text
    assert "Open invoice" in client.get(mailed.address).text


def test_too_many_links_that_open_nothing_are_slowed_and_good_ones_are_not(cast: Cast) -> None:
    mailed, client = mail(cast), visitor()
    wrong = "/portal/lindqvist-zhou/link/{}/"
    assert [client.get(wrong.format(place)).status_code for place in range(31)] == [404] * 30 + [429]
    assert "Wait five minutes" in client.get(wrong.format("more")).text
    assert client.get(mailed.address).status_code == 200
    assert client.get(wrong.format("other"), REMOTE_ADDR="192.0.2.9").status_code == 404


def test_an_opening_balance_is_opened_by_link_too(cast: Cast) -> None:
    today = clock.today("Europe/London")
    one = opening.set_balance(cast.bakery, Money(4_500, "GBP"), today - timedelta(days=90), by=cast.by_olga)
    mailed = mail_again(one, cast.ana, cast)
    assert "Open opening balance" in visitor().get(mailed.address).text
    assert "£45.00" in mailed.opened().get(mailed.at()).text


def test_what_else_the_customer_has_is_not_on_the_page(cast: Cast) -> None:
    """A payment of two invoices, recorded by the office: its receipt would name the other one."""
    mailed, other = mail(cast), mail(cast)
    payment = pay(cast, cast.bakery, 5_000, {mailed.invoice.id: 2_000, other.invoice.id: 3_000})
    client = mailed.opened()
    page = client.get(mailed.at())
    assert "£80.00" in page.text
    assert other.invoice.number not in page.text
    assert payment.number not in page.text
    answer = client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/payments/{payment.id}/")
    assert answer.headers["Location"].startswith(SIGN_IN)


def test_whatever_a_portal_can_reach_is_narrowed_for_a_link(cast: Cast) -> None:
    """A new property of the portal's reach must be decided for links too."""
    same = {"gateways", "today", "url", "door", "shows_sales_orders", "own_credits", "_nothing_yet"} | {
        "shows_files",
        "may_upload",
        "locked_details",
        "is_viewing",
    }
    assert {name for name in vars(PortalReach) if name[:2] != "__"} - set(vars(LinkReach)) == same
    one = mail(cast)
    draft_invoice(cast)
    other = mail(cast)
    link = DocumentLink.objects.select_related("contact__customer", "contact__organization").get(id=one.link.id)
    reach = LinkReach(link, "lindqvist-zhou", "", "en")
    assert list(reach.invoices) == [one.invoice]
    pay(cast, cast.bakery, 1_000, {one.invoice.id: 1_000})
    put(one.invoice.customer, by=cast.by_ana)
    put(other.invoice, by=cast.by_ana)
    assert reach.files_on(other.invoice) == []
    for rows in (reach.attempts, reach.payments, reach.saved_methods, reach.files, reach.account_files):
        assert not rows.exists()
    assert reach.payments_of(one.invoice) == []
    assert not reach.notifications.exists()
    assert (reach.contacts(), reach.saved(), reach.held()) == ([], [], {})
    credit_note(cast)
    assert (reach.uses_credits, reach.own_credits()) == (False, [])
    assert reach.held_of(other.invoice) == reach.months_since(clock.today("Europe/London")) == []
    assert not any(reach.owed().values())
    with pytest.raises(Http404):
        reach.document("invoices", other.invoice.id)
    assert (reach.balance.receivable_minor, reach.standing.receivable_minor) == (0, 0)
