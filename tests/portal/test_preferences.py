"""**Language and e-mail**, and the account pages, which speak the same language."""

from typing import Any

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import StaffMember
from tests.support.cast import Cast, visitor

SECURITY = "/portal/lindqvist-zhou/account/security/"
LANGUAGE = "/portal/lindqvist-zhou/account/language/"


def at(cast: Cast) -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/preferences/"


def ana(cast: Cast) -> ContactPerson:
    return ContactPerson.objects.get(id=cast.ana.id)


def test_what_can_be_chosen_and_what_always_comes(cast: Cast) -> None:
    page = visitor(cast.ana).get(at(cast)).text
    for words in ("Shared documents", "Replies", "These always come:", "Reminders of what is to be paid"):
        assert words in page
    assert at(cast) in visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").text


def test_choosing_language_and_mails(cast: Cast) -> None:
    client = visitor(cast.ana)
    answer = client.post(at(cast), {"language": "zh-Hans", "reply": "on"})
    assert answer.status_code == 303
    assert (ana(cast).language, ana(cast).mails_off) == ("zh-Hans", ["file_shared"])
    page = client.get(at(cast))
    assert "已保存" in page.text
    assert page.context["form"]["reply"].value() is True


def test_a_language_that_there_is_not_is_refused(cast: Cast) -> None:
    answer = visitor(cast.ana).post(at(cast), {"language": "fr"})
    assert answer.status_code == 422
    assert (ana(cast).language, ana(cast).mails_off) == ("en", [])


def test_the_page_takes_eight_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = visitor(cast.ana)
    client.get(at(cast))
    with django_assert_max_num_queries(8):
        assert client.get(at(cast)).status_code == 200


def test_account_pages_speak_the_persons_language_whatever_the_browsers(cast: Cast) -> None:
    assert 'lang="zh-Hans"' in visitor(cast.wei, language="en").get(SECURITY).text
    assert 'lang="en"' in visitor(cast.ana, language="zh").get(SECURITY).text
    StaffMember.objects.filter(id=cast.stig.id).update(language="zh-Hans")
    assert 'lang="zh-Hans"' in visitor(cast.stig, language="en").get("/office/account/security/").text


def test_and_change_it(cast: Cast) -> None:
    client = visitor(cast.ana)
    client.post(LANGUAGE, {"language": "zh-Hans", "next": SECURITY})
    assert ana(cast).language == "zh-Hans"
    assert 'lang="zh-Hans"' in client.get(SECURITY).text
    visitor(cast.stig).post("/office/account/language/", {"language": "zh-Hans"})
    assert StaffMember.objects.get(id=cast.stig.id).language == "zh-Hans"
