"""Writing to the business from the portal: what goes out, to whom the answer goes, and what is kept."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.conversations import messages
from counterfoil.books.conversations.models import Message
from counterfoil.books.customers import portal_access
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock
from counterfoil.outbound import spreading, worker
from counterfoil.outbound.models import Mail
from tests.outbound.conftest import mail_server, quiet_cast
from tests.support.cast import Cast, actor, visitor
from tests.support.refusals import refused

__all__ = ["mail_server", "quiet_cast"]

TYPED = {"making_key": "a-form-of-twenty-two-c", "subject": "Opening hours", "text": "Are you there on Friday?"}


def at(cast: Cast) -> str:
    return f"/portal/lindqvist-zhou/{cast.bakery.id}/message/"


def send(cast: Cast, by: Any = None, **words: Any) -> Message:
    return messages.send(cast.bakery, **{"subject": "Hours", "text": "Friday?"} | words, by=by or cast.by_ana)


def test_it_goes_to_the_registered_address_and_the_answer_to_who_wrote(quiet_cast: Cast, mail_server: Any) -> None:
    ana = visitor(quiet_cast.ana)
    home = ana.get(f"/portal/lindqvist-zhou/{quiet_cast.bakery.id}/").text
    assert f'href="{at(quiet_cast)}"' in home
    answer = ana.post(at(quiet_cast), TYPED, follow=True)
    assert "Your message is on its way to Lindqvist &amp; Zhou Studio." in answer.text
    worker.run_once()

    (message,) = mail_server.messages
    assert (message["To"], message["Reply-To"]) == (quiet_cast.studio.email, "ana@harbour.test")
    assert message["Subject"] == "Opening hours"
    plain = message.get_body(("plain",)).get_content()
    for part in ("Are you there on Friday?", "Ana Moreau <ana@harbour.test>", "Harbour Bakery Ltd"):
        assert part in plain


def test_a_copy_is_on_the_customers_page_in_the_office_and_in_its_history(cast: Cast) -> None:
    visitor(cast.ana).post(at(cast), TYPED)
    while spreading.spread_due():
        pass
    mail, vera = Mail.objects.get(template="message"), visitor(cast.vera)
    page = f"/office/{cast.studio.id}/customers/{cast.bakery.id}/"
    assert "From ana@harbour.test" in vera.get(f"{page}mails/").text
    assert "Are you there on Friday?" in vera.get(f"{page}mails/{mail.id}/").text
    assert "Ana Moreau of Harbour Bakery Ltd wrote you a mail: Opening hours" in vera.get(page).text


def test_the_same_form_sent_twice_writes_once(cast: Cast) -> None:
    for _again in range(2):
        visitor(cast.ana).post(at(cast), TYPED)
    visitor(cast.ana).post(at(cast), TYPED | {"text": "Or on Monday?"})
    assert Message.objects.count() == 2


def test_what_is_missing_is_said_and_what_was_typed_stays(cast: Cast) -> None:
    answer = visitor(cast.ana).post(at(cast), TYPED | {"text": "  ", "subject": '"><i>'})
    assert answer.status_code == 422
    assert 'value="&quot;&gt;&lt;i&gt;"' in answer.text
    assert not Message.objects.exists()


def test_a_subject_is_one_line_and_turns_nothing(cast: Cast) -> None:
    said = send(cast, subject="Hours\r\nBcc: all@elsewhere.test\u202e", text="Friday?\x00")
    assert (said.subject, said.text) == ("Hours Bcc: all@elsewhere.test", "Friday?")


@pytest.mark.parametrize(
    ("code", "field", "words"),
    [
        ("SUBJECT_MISSING", "subject", {"subject": " \n "}),
        ("SUBJECT_TOO_LONG", "subject", {"subject": "x" * 201}),
        ("NOTHING_SAID", "text", {"text": "\u200b"}),
        ("COMMENT_TOO_LONG", "text", {"text": "x" * 4_001}),
    ],
)
def test_what_is_no_message_is_refused(cast: Cast, code: str, field: str, words: dict[str, str]) -> None:
    with refused(code, field=field):
        send(cast, **words)


def test_only_the_customers_own_people_with_access_write(cast: Cast) -> None:
    for somebody in (cast.olga, cast.bruno, cast.fia):
        with refused("NOT_YOURS"):
            send(cast, by=actor(somebody))
    portal_access.configure(cast.bakery, set(), by=cast.by_olga, seen={cast.ana.id, cast.sam.id})
    with refused("NOT_YOURS"):
        send(cast)


def test_nobody_floods_the_business(cast: Cast) -> None:
    for number in range(messages.MOST):
        send(cast, by=actor(cast.sam if number % 2 else cast.ana))
    with refused("TOO_MANY_MESSAGES"):
        send(cast)
    answer = visitor(cast.ana).post(at(cast), TYPED)
    assert answer.status_code == 422
    assert "Please wait an hour." in answer.text
    messages.send(cast.tidewater, subject="Hours", text="Friday?", by=actor(cast.bruno))
    with clock.travel(by=timedelta(hours=1, minutes=1)):
        send(cast)


def test_without_an_address_there_is_nothing_to_write_to(cast: Cast) -> None:
    Organization.objects.filter(id=cast.studio.id).update(email="")
    ana = visitor(cast.ana)
    assert "Send email" not in ana.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").text
    assert ana.get(at(cast)).status_code == 404
    with refused("NO_ADDRESS"):
        send(cast)


def test_the_form_takes_eight_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    ana = visitor(cast.ana)
    with django_assert_max_num_queries(8):
        ana.get(at(cast))
