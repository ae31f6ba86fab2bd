"""Settings > E-mail templates: what is shown, tried and kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from counterfoil.books.organizations.mail_templates import KINDS
from counterfoil.books.organizations.models import MailTemplate
from counterfoil.foundation import clock
from counterfoil.outbound import worker
from counterfoil.outbound.models import Mail
from tests.support import projects as work
from tests.support.books import credit_note, invoice, order, pay, quote, retainer
from tests.support.cast import Cast, visitor
from tests.support.switches import switch

TYPED = {"revision": 0, "subject": "{number}, as you asked", "body": "Dear {person},\n\nhere it is."}


def at(cast: Cast, rest: str = "invoice/en/") -> str:
    return f"/office/{cast.studio.id}/settings/mail-templates/{rest}"


def test_each_kind_of_mail_is_listed_and_says_where_its_text_is_ones_own(cast: Cast) -> None:
    olga = visitor(cast.olga)
    assert "Own text" not in olga.get(at(cast, "")).text
    olga.post(at(cast), TYPED)
    answer = olga.get(at(cast, ""))
    assert answer.text.count("Own text") == 1
    for label in ("Portal invitation", "Payment receipt", "Overdue reminder", "Credit note"):
        assert label in answer.text


def test_the_page_has_the_standard_text_its_placeholders_and_a_real_invoice(cast: Cast) -> None:
    one = invoice(cast)
    answer = visitor(cast.olga).get(at(cast))
    assert 'value="Invoice {number} from {organization}"' in answer.text
    assert "<code data-insert>{due_date}</code></dt><dd>The due date" in answer.text
    preview = answer.text.partition('id="preview"')[2]
    assert f"Invoice {one.number} from {cast.studio.name}".replace("&", "&amp;") in preview
    assert "View invoice" in preview


def test_where_nothing_is_there_yet_the_preview_says_so(cast: Cast) -> None:
    answer = visitor(cast.olga).get(at(cast, "sales_order/zh-Hans/"))
    assert "There is nothing yet that this mail could be about." in answer.text


def test_there_is_a_preview_of_every_kind_in_either_language(cast: Cast) -> None:
    one, late = invoice(cast), invoice(cast, dated=clock.today("Europe/London") - timedelta(days=90))
    pay(cast, cast.bakery, 1_000, {one.id: 1_000})
    for make in (quote, order, retainer, credit_note):
        make(cast)
    switch(cast, projects=True)
    project = work.project(cast)
    work.time(cast, work.task(cast, project))
    work.approval(cast, project)
    for kind in KINDS:
        for language in ("en", "zh-Hans"):
            letter = visitor(cast.olga).get(at(cast, f"{kind}/{language}/")).context["letter"]
            assert letter is not None, kind
            assert "{" not in letter.subject + "".join(letter.paragraphs)
            assert late.number in letter.subject or kind != "reminder"


def test_what_is_saved_is_what_the_next_mail_says(cast: Cast) -> None:
    olga = visitor(cast.olga)
    assert "Saved." in olga.post(at(cast), TYPED, follow=True).text
    assert 'value="{number}, as you asked"' in olga.get(at(cast)).text


def test_an_unknown_placeholder_is_named_beside_its_field_and_all_that_was_typed_stays(cast: Cast) -> None:
    typed = TYPED | {"body": "Dear {persn},\n\n<here>"}
    for rest in ("", "preview/", "test/"):
        answer = visitor(cast.olga).post(at(cast) + rest, typed)
        assert answer.status_code == 422
        assert "This mail has no placeholder {persn}. Take one from the list." in answer.text
        assert 'value="{number}, as you asked"' in answer.text
        assert "Dear {persn},\n\n&lt;here&gt;</textarea>" in answer.text
    assert not MailTemplate.objects.exists()
    assert not Mail.objects.filter(template="trial").exists()


def test_a_preview_keeps_nothing(cast: Cast) -> None:
    one = invoice(cast)
    answer = visitor(cast.olga).post(at(cast) + "preview/", TYPED)
    assert f"{one.number}, as you asked" in answer.text.partition('id="preview"')[2]
    assert "Dear {person}" in answer.text
    assert not MailTemplate.objects.exists()


def test_a_test_mail_goes_to_whoever_asks_and_opens_nothing(cast: Cast) -> None:
    one = invoice(cast)
    answer = visitor(cast.olga).post(at(cast) + "test/", TYPED)
    assert f"A test mail is on its way to {cast.olga.email}." in answer.text
    assert "No mail server is set up yet." in answer.text
    worker.run_once()
    mail = Mail.objects.get(template="trial")
    assert (mail.recipient, mail.customer_id) == (cast.olga.email, None)
    assert mail.subject == f"Test: {one.number}, as you asked"
    assert "/portal/lindqvist-zhou/\n" in mail.text
    assert "/link/" not in mail.text
    assert not MailTemplate.objects.exists()


def test_back_to_the_standard_text_and_to_ones_own_with_one_click_each(cast: Cast) -> None:
    olga = visitor(cast.olga)
    olga.post(at(cast), TYPED)
    answer = olga.post(at(cast) + "standard/", follow=True)
    assert 'value="Invoice {number} from {organization}"' in answer.text
    assert "Your own text, put aside" in answer.text
    answer = olga.post(at(cast) + "own/", follow=True)
    assert 'value="{number}, as you asked"' in answer.text
    assert "Your own text, put aside" not in answer.text


def test_who_did_not_see_the_last_change_keeps_what_they_typed(cast: Cast) -> None:
    olga = visitor(cast.olga)
    olga.post(at(cast), TYPED)
    answer = olga.post(at(cast), TYPED | {"subject": "Another"})
    assert answer.status_code == 409
    assert 'value="Another"' in answer.text
    assert MailTemplate.objects.get().subject == TYPED["subject"]


def test_there_is_no_page_for_what_is_no_mail_or_no_language(cast: Cast) -> None:
    for rest in ("refund/en/", "invoice/fr/", "invoice/zh-hans/"):
        assert visitor(cast.olga).get(at(cast, rest)).status_code == 404


def test_the_pages_take_twelve_queries(cast: Cast, django_assert_max_num_queries: Callable[..., Any]) -> None:
    invoice(cast)
    olga = visitor(cast.olga)
    olga.post(at(cast), TYPED)
    for rest in ("", "invoice/en/", "reminder/en/", "portal_invitation/en/"):
        with django_assert_max_num_queries(12):
            olga.get(at(cast, rest))
