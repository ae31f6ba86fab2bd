"""Signing in at each door's own address."""

import pytest
from django.core.cache import cache

from counterfoil.books.accounts.models import User
from counterfoil.books.customers import portal_access
from tests.support.cast import PASSWORD, actor, visitor

PORTAL = "/portal/lindqvist-zhou/account/login/"
OFFICE = "/office/account/login/"


@pytest.fixture(autouse=True)
def no_earlier_failures(db):
    cache.clear()


def sign_in(client, address=PORTAL, email="ana@harbour.test", password=PASSWORD, **more):
    return client.post(address, {"login": email, "password": password} | more)


def test_the_page_is_the_organizations_own(cast):
    answer = visitor().get(PORTAL)
    page = answer.content.decode()
    assert "<h1>Lindqvist &amp; Zhou Studio</h1>" in page
    assert "Forgot password?" in page
    assert "hello@lindqvist-zhou.test" in page
    assert f"/{cast.studio.brand_colour}" in page
    assert 'href="/portal/lindqvist-zhou/account/password/reset/"' in page
    assert 'action="/portal/lindqvist-zhou/account/language/"' in page
    assert answer.headers["Cache-Control"].find("no-store") >= 0


def test_the_office_has_a_page_of_its_own(cast):
    page = visitor().get(OFFICE).content.decode()
    assert "Sign in to the office" in page
    assert "Lindqvist" not in page


def test_a_contact_person_lands_on_the_portals_home(cast):
    client = visitor()
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/portal/lindqvist-zhou/")
    assert client.get(answer["Location"])["Location"] == f"/portal/lindqvist-zhou/{cast.bakery.id}/"


def test_staff_land_in_their_office(cast):
    client = visitor()
    answer = sign_in(client, OFFICE, "olga@studio.test")
    assert answer["Location"] == "/office/"
    assert client.get("/office/")["Location"] == f"/office/{cast.studio.id}/"


def test_capital_letters_in_the_address_do_not_matter(cast):
    assert sign_in(visitor(), email="Ana@HARBOUR.test").status_code == 302


def test_a_page_that_asked_for_signing_in_is_opened_afterwards(cast):
    client = visitor()
    wanted = f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/?status=unpaid"
    asked = client.get(wanted)
    assert asked["Location"].startswith(PORTAL)
    assert sign_in(client, asked["Location"])["Location"] == wanted


def test_who_is_signed_in_is_sent_on_from_the_sign_in_page(cast):
    assert visitor(cast.ana).get(PORTAL)["Location"] == "/portal/lindqvist-zhou/"
    assert visitor(cast.olga).get(OFFICE)["Location"] == "/office/"


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.test",
        "////evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "\\/evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        "JaVaScript://localhost/%0aalert(1)",
        "http://evil.test/",
        "https:evil.test",
        "http:///evil.test",
        "http://localhost@evil.test/",
        "http://localhost:8000@evil.test/portal/",
        "//localhost@evil.test/",
        "data:text/html,x",
        "evil.test",
        "http://localhost/portal/",
        " //evil.test",
        "%2f%2fevil.test",
    ],
)
def test_whatever_next_says_people_land_inside(cast, next_):
    signed_in = visitor(cast.ana)
    for answer in (sign_in(visitor(), next=next_), signed_in.get(PORTAL, {"next": next_})):
        assert (answer.status_code, answer["Location"]) == (302, "/portal/lindqvist-zhou/")
    assert signed_in.post("/portal/lindqvist-zhou/account/logout/", {"next": next_})["Location"] == PORTAL
    language = visitor().post("/portal/lindqvist-zhou/account/language/", {"language": "en", "next": next_})
    assert language["Location"] == PORTAL


def test_a_wrong_password_and_an_unknown_address_read_the_same(cast):
    pages = []
    for email in ("ana@harbour.test", "nobody@harbour.test"):
        answer = sign_in(visitor(), email=email, password="wrong-password-1")
        assert answer.status_code == 422
        pages.append(answer.content.decode().replace(email, "X"))
        assert "The e-mail address or the password is not right." in pages[-1]
        assert "wrong-password-1" not in pages[-1]
    strip = [page.partition('name="csrfmiddlewaretoken"')[0] + page.rpartition("</form>")[2] for page in pages]
    assert strip[0] == strip[1]


def test_an_account_that_was_switched_off_signs_in_nowhere(cast):
    User.objects.filter(email="ana@harbour.test").update(is_active=False)
    client = visitor()
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/portal/lindqvist-zhou/account/inactive/")
    assert "It was switched off. Ask whoever gave you access." in client.get(answer["Location"]).text
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 302


def test_what_was_typed_as_address_stays(cast):
    assert 'value="ana@harbour.test"' in sign_in(visitor(), password="wrong-password-1").content.decode()


def test_failures_are_slowed_per_account(cast):
    for _ in range(5):
        assert sign_in(visitor(), password="wrong-password-1").status_code == 422
    blocked = sign_in(visitor())
    assert blocked.status_code == 422
    assert "Wait five minutes" in blocked.content.decode()
    assert sign_in(visitor(), email="sam@harbour.test").status_code == 302


def test_failures_are_slowed_per_address(cast):
    for number in range(40):
        sign_in(visitor(), email=f"somebody{number}@harbour.test", password="wrong-password-1")
    assert "Wait five minutes" in sign_in(visitor()).content.decode()
    assert sign_in(visitor(), email="sam@harbour.test").status_code == 422
    elsewhere = visitor()
    elsewhere.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert sign_in(elsewhere).status_code == 302


def test_signing_in_well_is_never_slowed(cast):
    for _ in range(45):
        assert sign_in(visitor()).status_code == 302


def test_signing_out_takes_a_post(cast):
    client = visitor(cast.ana)
    assert client.get("/portal/lindqvist-zhou/account/logout/").status_code == 200
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 200
    assert client.post("/portal/lindqvist-zhou/account/logout/")["Location"] == PORTAL
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 302
    assert visitor(cast.olga).post("/office/account/logout/")["Location"] == OFFICE


def test_a_forged_form_signs_nobody_in_or_out(cast):
    assert sign_in(visitor(csrf=True)).status_code == 403
    client = visitor(cast.ana, csrf=True)
    assert client.post("/portal/lindqvist-zhou/account/logout/").status_code == 403
    assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 200


def test_the_account_pages_stand_nowhere_else(cast):
    for address in ("/account/login/", "/portal/no-such-portal/account/login/", "/portal/account/login/"):
        assert visitor().get(address).status_code == 404
    assert visitor().get("/portal/lindqvist-zhou/account/signup/").status_code == 404
    assert visitor().get("/office/account/email/").status_code == 404


def test_the_language_of_the_sign_in_page_can_be_chosen(cast):
    client = visitor()
    answer = client.post("/portal/lindqvist-zhou/account/language/", {"language": "zh-hans", "next": PORTAL})
    assert (answer.status_code, answer["Location"]) == (303, PORTAL)
    assert 'lang="zh-Hans"' in client.get(PORTAL).content.decode()


def test_the_browsers_language_is_spoken_before_anybody_chose(cast):
    assert 'lang="zh-Hans"' in visitor(language="zh-CN,zh;q=0.9").get(PORTAL).content.decode()
    assert 'lang="en"' in visitor(language="fr").get(PORTAL).content.decode()


def test_a_false_host_is_refused(cast):
    for name in ("evil.test", "localhost.evil.test", "localhost@evil.test"):
        assert visitor().get(PORTAL, headers={"host": name}).status_code == 400
    for name in ("evil.test", "localhost, evil.test", "localhost@evil.test", "@", "[", "evil.test:8000"):
        assert visitor().get(PORTAL, headers={"x-forwarded-host": name}).status_code == 400
    for name in ("localhost", "localhost:8000", "localhost, localhost"):
        assert visitor().get(PORTAL, headers={"x-forwarded-host": name}).status_code == 200


def test_the_bare_portal_remembers_the_customer_looked_at_last(cast):
    from tests.support.cast import person

    person(cast.tidewater, "Ana", "Moreau", "ana@harbour.test", by=cast.by_olga)
    client = visitor(cast.ana)
    for customer in (cast.tidewater, cast.bakery, cast.tidewater):
        client.get(f"/portal/lindqvist-zhou/{customer.id}/")
        assert client.get("/portal/lindqvist-zhou/")["Location"] == f"/portal/lindqvist-zhou/{customer.id}/"


def test_the_bare_office_asks_when_there_are_several_and_none_was_visited(cast):
    from counterfoil.books.organizations import staff
    from counterfoil.books.organizations.models import StaffInvitation

    member = staff.invite(cast.quay, name="Olga", email="olga@studio.test", role="viewer", by=actor(cast.otto))
    staff.accept(StaffInvitation.objects.get(member=member), signed_in=cast.olga.user)
    client = visitor(cast.olga)
    page = client.get("/office/").content.decode()
    assert f'href="/office/{cast.studio.id}/"' in page
    assert f'href="/office/{cast.quay.id}/"' in page
    client.get(f"/office/{cast.quay.id}/")
    assert client.get("/office/")["Location"] == f"/office/{cast.quay.id}/"


def test_somebody_without_access_here_reads_where_they_have_some(cast):
    answer = visitor(cast.fia).get("/portal/lindqvist-zhou/")
    assert answer.status_code == 403
    assert f'href="/portal/quay/{cast.foyle.id}/"' in answer.content.decode()
    office = visitor(cast.fia).get("/office/")
    assert office.status_code == 403
    assert f'href="/portal/quay/{cast.foyle.id}/"' in office.content.decode()


def test_an_earlier_portal_name_leads_to_the_present_one(cast):
    from counterfoil.books.organizations import organizations

    organizations.change_portal(
        cast.studio, portal_name="studio", banner="", switches={}, revision=cast.studio.revision, by=cast.by_olga
    )
    assert visitor().get("/portal/lindqvist-zhou/")["Location"] == "/portal/studio/"
    assert visitor().get(PORTAL)["Location"] == "/portal/studio/account/login/"


def test_who_lost_access_reads_that_it_has_ended_and_nothing_else(cast):
    client = visitor(cast.sam)
    address = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    assert client.get(address).status_code == 200
    portal_access.configure(cast.bakery, {cast.ana.id}, by=cast.by_olga)
    answer = client.get(address)
    assert answer.status_code == 403
    assert "has ended your access to this portal" in answer.content.decode()
    assert "Harbour Bakery" not in answer.content.decode()
    assert visitor(cast.bruno).get(address).status_code == 404
    assert client.get("/portal/lindqvist-zhou/").status_code == 403


def test_people_choose_their_language_in_both_doors(cast):
    ana, olga = visitor(cast.ana), visitor(cast.olga)
    home = f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    answer = ana.post(f"{home}language/", {"language": "zh-hans", "next": f"{home}invoices/"})
    assert (answer.status_code, answer["Location"]) == (303, f"{home}invoices/")
    assert 'lang="zh-Hans"' in ana.get(home).content.decode()
    office = f"/office/{cast.studio.id}/"
    assert olga.post(f"{office}language/", {"language": "zh-hans", "next": "//evil.test"})["Location"] == office
    assert 'lang="zh-Hans"' in olga.get(office).content.decode()
    assert ana.get(f"{home}language/").status_code == 405
