"""Mails in the organization's own words: what they say, whom they reach, and that nothing of them is more than text."""

from dataclasses import replace
from typing import Any

import pytest

from counterfoil.books.organizations import mail_templates
from counterfoil.books.organizations.mail_templates import KINDS, Text
from counterfoil.books.organizations.models import MailTemplate
from counterfoil.foundation.languages import speaking
from counterfoil.outbound import stationery, wordings, worker
from counterfoil.outbound.models import Mail

SCRIPT = "<script>alert(1)</script>"


def say(cast: Any, subject: str, body: str, *, kind: str = "invoice", language: str = "en") -> None:
    text = Text(subject, body)
    mail_templates.change(cast.studio, text, kind=kind, language=language, revision=0, by=cast.by_olga)


def store(cast: Any, subject: str, body: str) -> None:
    """As no form would take it."""
    MailTemplate.objects.create(organization=cast.studio, kind="invoice", language="en", subject=subject, body=body)


def texts(message: Any) -> tuple[str, str]:
    return message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_standard_text_that_is_edited_is_what_the_mail_says(kind: str, language: str) -> None:
    """Word for word, so that saving it without a change changes no mail; and every placeholder has a value."""
    values = {name: f"the {name}" for name in KINDS[kind].placeholders}
    with speaking(language):
        ours = wordings.letter(kind, values)
        standard = wordings.standard(kind)
        hello = stationery.greeting(values["person"])
    assert standard.filled(values) == (ours.subject, [hello, *ours.paragraphs])
    assert mail_templates.sound(standard, kind) == standard
    assert "the " in ours.subject


def test_an_invoice_goes_out_in_ones_own_words_to_those_who_read_that_language(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    say(quiet_cast, "{organization}: {number}", "Dear {person} of {customer},\n\n{amount} by {due_date}.\nThanks")
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    send_invoice(quiet_cast.yunshan, by=quiet_cast.by_olga, to=[quiet_cast.wei])
    worker.run_once()

    to_ana = next(one for one in mail_server.messages if "ana@" in one["To"])
    assert to_ana["Subject"] == f"{quiet_cast.studio.name}: {invoice.number}"
    plain, html = texts(to_ana)
    assert plain.startswith("Dear Ana Moreau of Harbour Bakery Ltd,")
    assert "£100.00 by " in plain
    assert "Thank you for your business." not in plain
    assert "<br>Thanks</p>" in html
    assert "Hello Ana" not in plain + html
    for stays in ("Amount", "Due date", "View invoice", "/link/", "without a password"):
        assert stays in plain
    to_wei = Mail.objects.get(recipient="wei@yunshan.test")
    assert quiet_cast.studio.name in to_wei.subject
    assert not to_wei.subject.startswith(f"{quiet_cast.studio.name}:")


def test_text_that_was_put_aside_is_in_no_mail(quiet_cast: Any, mail_server: Any, send_invoice: Any) -> None:
    say(quiet_cast, "Mine", "Mine")
    mail_templates.use_standard(quiet_cast.studio, kind="invoice", language="en", by=quiet_cast.by_olga)
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()
    assert mail_server.messages[0]["Subject"] == f"Invoice {invoice.number} from {quiet_cast.studio.name}"


def test_markup_and_code_in_a_text_and_in_names_stay_text(quiet_cast: Any, mail_server: Any, send_invoice: Any) -> None:
    """Also if it came past the form: what is stored is put in once, as text, and no template is made of it."""
    name = "{{ 7|add:7 }} {number} & Co"
    type(quiet_cast.bakery).objects.filter(id=quiet_cast.bakery.id).update(display_name=name)
    store(quiet_cast, "{customer}", f"{SCRIPT} {{% now 'Y' %}} {{{{ 7|add:7 }}}} {{customer}}")
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()
    (message,) = mail_server.messages
    plain, html = texts(message)
    assert f"{SCRIPT} {{% now 'Y' %}} {{{{ 7|add:7 }}}} {name}" in plain
    assert SCRIPT not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {% now" in html
    assert message["Subject"] == name


def test_no_header_comes_out_of_a_subject(quiet_cast: Any, mail_server: Any, send_invoice: Any) -> None:
    store(quiet_cast, "Invoice\r\nBcc: all@elsewhere.test", "Here")
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()
    (message,) = mail_server.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "Invoice Bcc: all@elsewhere.test"
    assert mail_server.recipients == [["ana@harbour.test"]]


def test_a_placeholder_of_long_ago_stands_as_it_is() -> None:
    letter = replace(wordings.letter("statement", {"organization": "L & Z", "period": "May"}), subject="")
    told = wordings.told(letter, Text("{gone} {period}", "{gone}"), customer="Harbour", person="Ana")
    assert (told.subject, told.paragraphs) == ("{gone} May", ["{gone}"])
