"""Somebody writes a long form while their session ends: what they typed is there when they have signed in again."""

from datetime import timedelta
from typing import Any

from counterfoil.books.accounts import sessions, sign_in_links
from counterfoil.books.accounts.models import Session
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.foundation import clock
from tests.support.cast import PASSWORD, Cast, visitor

SIGN_IN = "/portal/lindqvist-zhou/account/login/"
TYPED = {"first_name": "Ana", "last_name": "Moreau", "email": "ana@harbour.test", "phone": "01947", "revision": "1"}


def form(cast: Cast, section: str = "personal") -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/details/{section}/"


def signed_out(cast: Cast, person: Any, path: str) -> Any:
    """A browser in which somebody opened a page before all their sessions were ended."""
    client = visitor(person)
    assert client.get(path).status_code == 200
    sessions.end_all(person.user_id)
    return client


def sign_in(client: Any, email: str, path: str, door: str = SIGN_IN) -> Any:
    return client.post(f"{door}?next={path}", {"login": email, "password": PASSWORD, "next": path})


def phone(cast: Cast) -> str:
    return ContactPerson.objects.get(id=cast.ana.id).phone


def test_what_was_typed_is_offered_after_signing_in_and_saved_at_one_press(cast: Cast) -> None:
    client = signed_out(cast, cast.ana, form(cast))
    answer = client.post(form(cast), TYPED)
    assert answer.headers["Location"].startswith(SIGN_IN)
    assert phone(cast) == ""
    assert sign_in(client, "ana@harbour.test", form(cast)).headers["Location"] == form(cast)
    page = client.get(form(cast)).text
    assert "What you typed is still here" in page
    assert '<input type="hidden" name="phone" value="01947">' in page
    assert client.post(form(cast), TYPED).status_code == 303
    assert phone(cast) == "01947"
    assert "What you typed" not in client.get(form(cast)).text


def test_in_the_office_too_and_two_versions_are_still_two(cast: Cast) -> None:
    path = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/edit/"
    client = signed_out(cast, cast.stig, path)
    client.post(path, {"display_name": "Harbour", "revision": "0"})
    sign_in(client, "stig@studio.test", path, "/office/account/login/")
    assert 'name="display_name" value="Harbour"' in client.get(path).text
    Customer.objects.filter(id=cast.bakery.id).update(revision=5)
    sent = {"display_name": "Harbour", "kind": "company", "currency": "GBP", "language": "en", "payment_days": "30"}
    assert client.post(path, sent | {"revision": "1"}).status_code == 409


def test_it_can_be_left(cast: Cast) -> None:
    client = signed_out(cast, cast.ana, form(cast))
    client.post(form(cast), TYPED)
    sign_in(client, "ana@harbour.test", form(cast))
    assert client.post(form(cast), {"leave_kept_form": "yes"}).status_code == 303
    assert "What you typed" not in client.get(form(cast)).text
    assert phone(cast) == ""


def test_it_is_shown_to_nobody_else(cast: Cast) -> None:
    client = signed_out(cast, cast.ana, form(cast))
    client.post(form(cast), TYPED)
    sign_in(client, "sam@harbour.test", form(cast))
    assert "01947" not in client.get(form(cast)).text
    client = signed_out(cast, cast.ana, form(cast))
    client.post(form(cast), TYPED)
    client.force_login(cast.ana.user)
    assert "What you typed" not in client.get(form(cast, "company")).text


def test_it_survives_signing_in_by_a_mailed_link(cast: Cast) -> None:
    client = signed_out(cast, cast.ana, form(cast))
    client.post(form(cast), TYPED)
    token = sign_in_links.token_of(sign_in_links.make(cast.ana.user))
    client.post(f"{SIGN_IN}link/{token}/", {"sign_in": "yes"})
    assert "What you typed is still here" in client.get(form(cast)).text


def test_after_an_hour_it_is_gone(cast: Cast) -> None:
    client = signed_out(cast, cast.ana, form(cast))
    client.post(form(cast), TYPED)
    sign_in(client, "ana@harbour.test", form(cast))
    with clock.travel(by=timedelta(minutes=61)):
        assert "What you typed" not in client.get(form(cast)).text


def test_the_database_holds_none_of_its_words(cast: Cast) -> None:
    client = signed_out(cast, cast.ana, form(cast))
    client.post(form(cast), TYPED | {"designation": "Breadwright"})
    assert client.session["kept_form"]
    assert "Breadwright" not in client.session["kept_form"]


def test_nothing_is_kept_of_strangers_of_payments_and_of_what_is_endless(cast: Cast) -> None:
    visitor().post(form(cast), TYPED)
    client = signed_out(cast, cast.ana, form(cast))
    client.post(f"/portal/lindqvist-zhou/{cast.bakery.id}/pay/", {"amount": "1"})
    client.post(form(cast), TYPED | {"designation": "x" * 50_000})
    assert not Session.objects.exists()


def test_from_one_place_only_so_much_is_kept(cast: Cast) -> None:
    clients = [signed_out(cast, cast.ana, form(cast)) for _ in range(32)]
    for client in clients:
        client.post(form(cast), TYPED)
    assert Session.objects.count() == 30


def page_opened_before(cast: Cast) -> tuple[Any, str]:
    """A browser whose page was opened before its reader signed in once more, in another tab."""
    client = visitor(cast.ana, csrf=True)
    client.get(form(cast))
    old = client.get(form(cast)).context["csrf_token"]
    client.cookies["csrftoken"] = "x" * 32
    return client, str(old)


def test_a_page_from_before_signing_in_again_loses_nothing_either(cast: Cast) -> None:
    client, old = page_opened_before(cast)
    sent = TYPED | {"csrfmiddlewaretoken": old}
    answer = client.post(form(cast), sent, headers={"origin": "http://localhost"})
    assert answer.status_code == 403
    assert '<input type="hidden" name="phone" value="01947">' in answer.text
    again = TYPED | {"csrfmiddlewaretoken": str(answer.context["csrf_token"])}
    assert client.post(form(cast), again, headers={"origin": "http://localhost"}).status_code == 303
    assert phone(cast) == "01947"


def test_but_a_form_from_elsewhere_is_offered_to_nobody(cast: Cast) -> None:
    client, old = page_opened_before(cast)
    for sent, origin in (
        (TYPED | {"csrfmiddlewaretoken": old}, {"origin": "http://evil.test"}),
        (TYPED | {"csrfmiddlewaretoken": old}, {}),
        (TYPED, {"origin": "http://localhost"}),
    ):
        answer = client.post(form(cast), sent, headers=origin)
        assert answer.status_code == 403
        assert "01947" not in answer.text
