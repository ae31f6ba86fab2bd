"""Mails that somebody does without don't go to them; those that they may do without say how, to people and programs."""

from typing import Any

from counterfoil.books.customers import mail_choices
from counterfoil.books.customers.models import ContactPerson
from counterfoil.outbound import links, mail
from counterfoil.outbound.models import Mail
from tests.support.cast import visitor
from tests.support.telling import mailed, spread
from tests.support.uploads import PDF, put


def shared(cast: Any) -> Mail:
    put(cast.bakery, ("plan.pdf", PDF), by=cast.by_olga, shown=True)
    spread()
    return Mail.objects.filter(template="file_shared", recipient="ana@harbour.test").latest("id")


def address_in(one: Mail) -> str:
    headers = mail.message(one, sender="us@studio.test").extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(headers["List-Unsubscribe"]).strip("<>")


def off(cast: Any) -> list[str]:
    return list(ContactPerson.objects.get(id=cast.ana.id).mails_off)


def test_who_does_without_gets_none_and_the_others_do(quiet_cast: Any) -> None:
    mail_choices.choose(quiet_cast.ana, {"reply"}, by=quiet_cast.by_ana)
    put(quiet_cast.bakery, ("plan.pdf", PDF), by=quiet_cast.by_olga, shown=True)
    spread()
    assert mailed("file_shared") == {"sam@harbour.test"}


def test_the_mail_says_how_and_its_stored_text_opens_nothing(quiet_cast: Any) -> None:
    one = shared(quiet_cast)
    token = mail_choices.token_of(quiet_cast.ana, "file_shared")
    address = address_in(one)
    assert token in address
    assert token not in one.text + one.html
    assert links.mask(one.id) in one.text
    sent = mail.message(one, sender="us@studio.test")
    assert f"You can do without mails of this kind: {address}" in sent.body
    assert f'href="{address}"' in str(sent.alternatives[0])


def test_mails_that_always_come_have_no_such_thing(quiet_cast: Any, send_invoice: Any) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    spread()
    one = Mail.objects.filter(template="invoice").latest("id")
    assert "List-Unsubscribe" not in mail.message(one, sender="us@studio.test").extra_headers
    assert "do without" not in one.text


def test_looking_at_the_page_changes_nothing_and_its_button_does(quiet_cast: Any) -> None:
    address = address_in(shared(quiet_cast))
    client = visitor(csrf=True)
    page = client.get(address)
    assert "sends mails of the kind “Shared documents” to ana@harbour.test." in page.text
    client.head(address)
    token = str(page.context["csrf_token"])
    assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 422
    assert client.post(address, {"stop": "yes"}).status_code == 403
    assert off(quiet_cast) == []
    assert client.post(address, {"csrfmiddlewaretoken": token, "stop": "yes"}).status_code == 303
    assert off(quiet_cast) == ["file_shared"]
    page = client.get(address)
    assert "sends no more mails of the kind “Shared documents”" in page.text
    client.post(address, {"csrfmiddlewaretoken": token, "again": "yes"})
    assert off(quiet_cast) == []


def test_a_mail_program_unsubscribes_at_one_click(quiet_cast: Any) -> None:
    """RFC 8058: sent without cookies, by who was never here; whatever else is sent does nothing."""
    address = address_in(shared(quiet_cast))
    assert visitor(csrf=True).post(address, {"List-Unsubscribe": "Maybe"}).status_code == 403
    assert off(quiet_cast) == []
    for _ in range(2):
        assert visitor(csrf=True).post(address, {"List-Unsubscribe": "One-Click"}).status_code == 204
    assert off(quiet_cast) == ["file_shared"]


def test_a_link_that_is_none_of_ours_says_nothing_of_anybody(quiet_cast: Any) -> None:
    address = address_in(shared(quiet_cast))
    for wrong in (address.replace("file_shared", "reply"), address[:-5] + "xxxx/"):
        answer = visitor(csrf=True).post(wrong, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 404
        assert "ana@" not in answer.text
    assert off(quiet_cast) == []


def test_the_old_name_of_a_portal_still_unsubscribes(quiet_cast: Any) -> None:
    from counterfoil.books.organizations import organizations

    address = address_in(shared(quiet_cast))
    revision = quiet_cast.studio.revision
    organizations.change_portal(
        quiet_cast.studio, portal_name="elsewhere", banner="", switches={}, revision=revision, by=quiet_cast.by_olga
    )
    assert visitor(csrf=True).post(address, {"List-Unsubscribe": "One-Click"}).status_code == 204
    assert off(quiet_cast) == ["file_shared"]
