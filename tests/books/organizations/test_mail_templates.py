"""What an organization says in its mails in its own words: what is taken, what is refused, and the way back."""

from typing import Any

import pytest

from counterfoil.books.organizations import mail_templates
from counterfoil.books.organizations.mail_templates import KINDS, Text
from counterfoil.books.organizations.models import MailTemplate
from counterfoil.foundation.events import Event
from tests.support.cast import Cast, actor
from tests.support.refusals import refused

OURS = Text("{number} from us", "Dear {person},\r\n\r\nhere is {number}.")


def change(cast: Cast, text: Text = OURS, *, revision: int = 0, by: Any = None) -> None:
    mail_templates.change(
        cast.studio, text, kind="invoice", language="en", revision=revision, by=by or actor(cast.olga)
    )


def own(cast: Cast, kind: str = "invoice", language: str = "en") -> Text | None:
    return mail_templates.own(cast.studio.id, kind, language)


def test_a_text_is_of_one_kind_of_mail_one_language_and_one_organization(cast: Cast) -> None:
    change(cast)
    assert own(cast) == Text("{number} from us", "Dear {person},\n\nhere is {number}.")
    assert own(cast, "quote") is own(cast, language="zh-Hans") is mail_templates.own(cast.quay.id, "invoice", "en")


def test_the_log_says_what_it_was_and_what_it_is(cast: Cast) -> None:
    change(cast)
    change(cast, Text("Your invoice", OURS.body), revision=1)
    event = Event.objects.filter(name="organization.mail_template_changed").latest("id")
    assert (event.data["template"], event.data["language"]) == ("invoice", "en")
    assert event.data["changed"] == {"subject": {"was": "{number} from us", "now": "Your invoice"}}
    change(cast, Text("Your invoice", OURS.body), revision=2)
    assert Event.objects.filter(name="organization.mail_template_changed").count() == 2


@pytest.mark.parametrize(
    ("subject", "body", "field", "named"),
    [
        ("{nubmer}", "Hello", "subject", "{nubmer}"),
        ("Invoice", "{number} {order} {Customer}", "body", "{order}, {Customer}"),
        ("Invoice", "{period}", "body", "{period}"),  # of another kind of mail
        ("Invoice", "{{number}}", "body", "{{number}}"),
        ("Invoice", "{% now 'Y' %}", "body", "{% now 'Y' %}"),
        ("Invoice", "{ number }", "body", "{ number }"),
    ],
)
def test_a_placeholder_that_does_not_exist_is_refused_by_name(
    cast: Cast, subject: str, body: str, field: str, named: str
) -> None:
    with refused("UNKNOWN_PLACEHOLDER", field=field) as refusal:
        change(cast, Text(subject, body))
    assert f" {named}. " in str(refusal.value.sentence)


@pytest.mark.parametrize(
    ("code", "field", "text"),
    [
        ("STRAY_BRACKET", "body", Text("Invoice", "Here is {number")),
        ("STRAY_BRACKET", "subject", Text("Invoice }", "Here")),
        ("SUBJECT_MISSING", "subject", Text("  ", "Here")),
        ("SUBJECT_ONE_LINE", "subject", Text("Invoice\nBcc: all@elsewhere.test", "Here")),
        ("SUBJECT_ONE_LINE", "subject", Text("Invoice\u2028Bcc: all@elsewhere.test", "Here")),
        ("SUBJECT_TOO_LONG", "subject", Text("x" * 201, "Here")),
        ("BODY_MISSING", "body", Text("Invoice", " \r\n ")),
        ("BODY_TOO_LONG", "body", Text("Invoice", "x" * 5_001)),
    ],
)
def test_what_no_mail_can_say_is_refused(cast: Cast, code: str, field: str, text: Text) -> None:
    with refused(code, field=field):
        change(cast, text)


def test_who_did_not_see_the_last_change_is_told(cast: Cast) -> None:
    change(cast)
    with refused("TEMPLATE_CHANGED"):
        change(cast, Text("Mine", "Mine"))


def test_only_an_owner_of_the_organization_changes_it(cast: Cast) -> None:
    change(cast)
    which = {"kind": "invoice", "language": "en"}
    for somebody in (cast.stig, cast.vera, cast.otto, cast.ana):
        by = actor(somebody)
        with refused("NOT_ALLOWED"):
            change(cast, Text("Mine", "Mine"), revision=1, by=by)
        for verb in (mail_templates.use_standard, mail_templates.use_own):
            with refused("NOT_ALLOWED"):
                verb(cast.studio, **which, by=by)


def test_the_standard_text_comes_back_and_so_does_ones_own(cast: Cast) -> None:
    which: Any = {"kind": "invoice", "language": "en", "by": actor(cast.olga)}
    mail_templates.use_standard(cast.studio, **which)
    assert not MailTemplate.objects.exists()
    change(cast)
    mail_templates.use_standard(cast.studio, **which)
    assert own(cast) is None
    mail_templates.use_own(cast.studio, **which)
    assert own(cast) == Text("{number} from us", "Dear {person},\n\nhere is {number}.")


def test_what_a_value_says_is_not_read_again() -> None:
    values = {"number": "INV-1", "customer": "{number} {{ 7 }} {organization}"}
    subject, paragraphs = Text("{customer}", "{customer}\n \nand {number}\nhere").filled(values)
    assert subject == "{number} {{ 7 }} {organization}"
    assert paragraphs == ["{number} {{ 7 }} {organization}", "and INV-1\nhere"]


def test_every_kind_knows_what_its_placeholders_say() -> None:
    assert all(str(says) for kind in KINDS.values() for says in kind.placeholders.values())
