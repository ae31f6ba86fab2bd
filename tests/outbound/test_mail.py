"""Mails: written once for each event and recipient, sent after commit, tried again, and never with a stored secret."""

import socket
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import send_mail

from counterfoil.books.customers import contacts, portal_access
from counterfoil.books.customers.models import Invitation
from counterfoil.books.organizations import mail_server as servers_of_organizations
from counterfoil.books.organizations import notifications, organizations, staff
from counterfoil.books.organizations.models import Organization, StaffInvitation
from counterfoil.books.sales import document_links, invoices
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation import clock, tokens
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_day_of
from counterfoil.outbound import mail, mailing, spreading, worker
from counterfoil.outbound.models import Mail
from tests.support.cast import actor, person

PAYLOAD = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def texts(message: Any) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    return plain.get_content(), html.get_content()


def only(state: str = "waiting", **which: Any) -> Mail:
    return Mail.objects.get(state=state, **which)


def test_an_invitation_arrives_with_a_link_that_no_table_holds(quiet_cast: Any, mail_server: Any) -> None:
    mia = person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    (invitation,) = portal_access.configure(quiet_cast.bakery, {mia.id}, by=quiet_cast.by_olga, seen=())
    worker.run_once()

    (message,) = mail_server.messages
    token = tokens.derive("invitation", invitation.nonce)
    link = f"http://localhost:8000/portal/lindqvist-zhou/invitation/{token}/"
    plain, html = texts(message)
    assert "Accept invite" in plain
    assert link in plain
    assert f'href="{link}"' in html
    assert message["To"] == "Mia Grant <mia@harbour.test>"
    assert message["From"] == "Lindqvist & Zhou Studio <portal@counterfoil.test>"
    assert message["Reply-To"] == quiet_cast.studio.email
    assert message["Auto-Submitted"] == "auto-generated"
    row = only("sent")
    assert message["Message-ID"] == row.message_id
    assert token not in row.text + row.html + row.subject
    assert f"hidden-{row.id}" in row.text
    assert row.sent_at


def test_it_comes_from_whom_the_organization_names_and_answers_go_where_it_says(
    quiet_cast: Any, mail_server: Any
) -> None:
    organizations.change_sender(
        quiet_cast.studio,
        mail_name="Studio, accounts",
        reply_to="books@studio.test",
        revision=quiet_cast.studio.revision,
        by=quiet_cast.by_olga,
    )
    mia = person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    portal_access.configure(quiet_cast.bakery, {mia.id}, by=quiet_cast.by_olga, seen=())
    worker.run_once()
    (message,) = mail_server.messages
    assert message["From"] == '"Studio, accounts" <portal@counterfoil.test>'
    assert message["Reply-To"] == "books@studio.test"


def test_a_withdrawn_invitation_is_not_sent(quiet_cast: Any, mail_server: Any) -> None:
    mia = person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    portal_access.configure(quiet_cast.bakery, {mia.id}, by=quiet_cast.by_olga, seen=())
    spreading.spread_due()
    portal_access.configure(quiet_cast.bakery, set(), by=quiet_cast.by_olga, seen={mia.id})
    worker.run_once()

    assert not mail_server.messages
    assert "withdrawn" in only("failed").failure


def test_a_colleague_is_invited_to_the_office(quiet_cast: Any, mail_server: Any) -> None:
    staff.invite(quiet_cast.studio, name="Noor", email="noor@studio.test", role="staff", by=quiet_cast.by_olga)
    worker.run_once()

    (message,) = mail_server.messages
    invitation = StaffInvitation.objects.get(email="noor@studio.test")
    token = tokens.derive(staff.PURPOSE, invitation.nonce)
    assert f"http://localhost:8000/office/invitation/{token}/" in texts(message)[0]
    assert token not in only("sent").html


def test_an_invoice_goes_to_each_chosen_person_in_their_language(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana, quiet_cast.sam])
    send_invoice(quiet_cast.yunshan, by=quiet_cast.by_olga, to=[quiet_cast.wei])
    worker.run_once()

    assert sorted(one for envelope in mail_server.recipients for one in envelope) == [
        "ana@harbour.test",
        "sam@harbour.test",
        "wei@yunshan.test",
    ]
    to_ana = next(one for one in mail_server.messages if "ana@" in one["To"])
    plain, html = texts(to_ana)
    for part in (invoice.number, "£100.00", quiet_cast.studio.name):
        assert part in plain
        assert part.replace("&", "&amp;") in html
    link = DocumentLink.objects.get(document_id=invoice.id, contact=quiet_cast.ana)
    token = document_links.token_of(link)
    for part in (plain, html):
        assert f"http://localhost:8000/portal/lindqvist-zhou/link/{token}/" in part
    until = format_day_of(link.expires_at, "en", "Europe/London")
    assert f"Until {until} the link opens this one document, without a password, for whoever has this mail." in plain
    row = only("sent", recipient="ana@harbour.test")
    assert token not in row.text + row.html + row.subject
    to_wei = next(one for one in mail_server.messages if "wei@" in one["To"])
    assert 'lang="zh-Hans"' in texts(to_wei)[1]
    assert only("sent", recipient="wei@yunshan.test").language == "zh-Hans"


def test_each_recipient_and_each_sending_has_a_link_of_its_own_whatever_is_repeated(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    """The worker hears of the sending twice, and between that Ana's address changes; access makes no difference."""
    mia = person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana, mia])
    invoices.send(invoice, to=[quiet_cast.ana.id], by=quiet_cast.by_olga, revision=invoice.revision)
    first, second = Event.objects.filter(name="invoice.sent").order_by("id")
    mailing.send_the_invoice(first)
    content = contacts.ContactContent(first_name="Ana", last_name="Moreau", email="ana@elsewhere.test", language="en")
    contacts.edit(quiet_cast.ana, content, by=quiet_cast.by_olga, revision=quiet_cast.ana.revision)
    mailing.send_the_invoice(first)
    mailing.send_the_invoice(second)
    worker.run_once()

    links = DocumentLink.objects.order_by("id")
    assert [(one.email, one.sending_id) for one in links] == [
        ("ana@harbour.test", first.id),
        ("mia@harbour.test", first.id),
        ("ana@elsewhere.test", second.id),
    ]
    tokens_of = [document_links.token_of(one) for one in links]
    sent = {one["To"].split("<")[1].rstrip(">"): texts(one)[0] for one in mail_server.messages}
    assert len(mail_server.messages) == len(links)
    for one, token in zip(links, tokens_of, strict=True):
        assert [other for other in tokens_of if other in sent[one.email]] == [token]


@pytest.mark.parametrize("how", ["revoked", "void", "too old"])
def test_a_mail_whose_link_was_withdrawn_is_not_sent(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, how: str
) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    spreading.spread_due()
    link = DocumentLink.objects.get()
    if how == "revoked":
        document_links.revoke(link, by=quiet_cast.by_olga)
    if how == "void":
        invoices.void(invoice, by=quiet_cast.by_olga, revision=invoice.revision)
    DocumentLink.objects.filter(id=link.id, revoked_at=None).update(
        expires_at=link.expires_at if how == "void" else clock.now()
    )
    mail.send_due()
    assert not mail_server.messages
    assert ("void" if how == "void" else "withdrawn or too old") in only("failed", template="invoice").failure


def test_text_and_html_say_the_same(quiet_cast: Any, mail_server: Any, send_invoice: Any) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()

    from html.parser import HTMLParser

    class Words(HTMLParser):
        found: list[str] = []

        def handle_data(self, data: str) -> None:
            self.found += [line.strip() for line in data.splitlines() if line.strip()]

    plain, html = texts(mail_server.messages[0])
    Words().feed(html.split("<body", 1)[1].split(">", 1)[1])
    missing = [words for words in Words.found if words not in plain and words != "LZ"]
    assert not missing


def test_who_paid_gets_a_receipt_and_the_office_hears_of_it(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, pay: Any
) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    payment = pay(invoice, by=quiet_cast.sam)
    worker.run_once()

    receipt, told = only("sent", template="receipt"), only("sent", template="office_notice")
    assert receipt.recipient == "sam@harbour.test"
    for part in (payment.number, "£100.00", invoice.number, "Visa •••• 4242"):
        assert part in receipt.text
    assert told.recipient == quiet_cast.studio.email
    assert told.subject == "Sam Okafor of Harbour Bakery Ltd paid £100.00."
    assert f"http://localhost:8000/office/{quiet_cast.studio.id}/payments/{payment.id}/" in told.text


def test_a_recorded_payment_is_receipted_to_the_primary_person(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    from counterfoil.books.payments import payments
    from counterfoil.books.payments.models import Payment
    from counterfoil.foundation.money import Money

    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.sam])
    payments.record(
        customer_id=quiet_cast.bakery.id,
        amount=Money(12_000, "GBP"),
        shares={invoice.id: 10_000},
        paid_on=clock.today("Europe/London"),
        mode=Payment.Mode.BANK_TRANSFER,
        recording_key="k1",
        by=quiet_cast.by_olga,
    )
    worker.run_once()

    receipt = only("sent", template="receipt")
    assert receipt.recipient == "ana@harbour.test"
    assert "£20.00" in receipt.text
    assert not Mail.objects.filter(template="office_notice").exists()


def test_a_failed_payment_is_told_in_plain_words_with_whether_money_moved(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, fail_to_pay: Any
) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    fail_to_pay(invoice, by=quiet_cast.ana)
    worker.run_once()

    letter = only("sent", template="payment_failed")
    assert letter.recipient == "ana@harbour.test"
    assert "This card has expired. You were not charged." in letter.text


def test_the_office_chooses_who_is_mailed(quiet_cast: Any, mail_server: Any, send_invoice: Any, pay: Any) -> None:
    wished = notifications.Preference(mail_primary=False, in_list=True, staff_ids=(quiet_cast.stig.id,))
    notifications.change(quiet_cast.studio, {"payment.made": wished}, by=quiet_cast.by_olga)
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    pay(invoice, by=quiet_cast.ana)
    worker.run_once()

    assert [one.recipient for one in Mail.objects.filter(template="office_notice")] == ["stig@studio.test"]


def test_spreading_an_event_again_writes_nothing_new(quiet_cast: Any, mail_server: Any, send_invoice: Any) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana, quiet_cast.sam])
    event = Event.objects.get(name="invoice.sent")
    for _again in range(3):
        spreading.spread(event)
        mailing.send_the_invoice(event)
    worker.run_once()

    assert len(mail_server.messages) == 2


def test_without_a_server_mail_waits_and_goes_out_once_there_is_one(
    quiet_cast: Any, smtp_sink: Any, send_invoice: Any
) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()
    assert only().failure == "No mail server is set up."
    with clock.travel(by=timedelta(days=4)):
        worker.run_once()
        assert only().state == "waiting"

    studio = Organization.objects.get(id=quiet_cast.studio.id)
    servers_of_organizations.change(
        studio,
        host=smtp_sink.host,
        port=smtp_sink.port,
        security="none",
        username="",
        password="",
        sender="studio@counterfoil.test",
        by=quiet_cast.by_olga,
    )
    worker.run_once()

    (message,) = smtp_sink.messages
    assert message["From"] == "Lindqvist & Zhou Studio <studio@counterfoil.test>"
    assert only("sent").failure == ""


def test_a_busy_server_is_tried_again_later_with_the_same_message_id(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    mail_server.refusals += ["451 Try again later", "451 Still busy"]
    worker.run_once()
    row = only()
    assert row.failure == "451 Try again later"
    first_pause = row.due_at - clock.now()

    worker.run_once()
    assert not mail_server.messages
    with clock.travel(by=timedelta(minutes=1)):
        worker.run_once()
        assert only().due_at - clock.now() > first_pause
    with clock.travel(by=timedelta(hours=1)):
        worker.run_once()
    assert [one["Message-ID"] for one in mail_server.messages] == [row.message_id]


def test_a_server_that_never_takes_it_is_given_up_after_two_days(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    mail_server.refusals += ["451 Never now"] * 2
    worker.run_once()
    with clock.travel(by=timedelta(days=2, hours=1)):
        worker.run_once()
    assert only("failed").failure == "451 Never now"


def test_a_mail_that_the_server_refuses_for_good_has_its_words(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana, quiet_cast.sam])
    mail_server.refusals += ["554 5.7.1 Message rejected as spam"]
    worker.run_once()

    assert only("failed").failure == "554 5.7.1 Message rejected as spam"
    assert len(mail_server.messages) == 1


def test_a_server_that_is_away_is_not_waited_for_by_every_mail(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, settings: Any
) -> None:
    knocks = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def hang_up() -> None:
            while True:
                try:
                    caller, _address = door.accept()
                except OSError:
                    return
                knocks.append(caller.getpeername())
                caller.close()

        threading.Thread(target=hang_up, daemon=True).start()
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_port=door.getsockname()[1])
        send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana, quiet_cast.sam])
        worker.run_once()
        door.shutdown(socket.SHUT_RDWR)

    assert len(knocks) == 1
    assert [(one.state, one.attempts) for one in Mail.objects.all()] == [("waiting", 1)] * 2
    assert all(one.failure for one in Mail.objects.all())


def test_a_server_that_wants_another_sign_in_is_no_fault_of_the_mail(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    mail_server.refusals += ["530 5.7.0 Authentication required"]
    worker.run_once()
    assert only("waiting").failure == "530 5.7.0 Authentication required"


def test_one_address_is_told_once_whatever_its_case(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, pay: Any
) -> None:
    Organization.objects.filter(id=quiet_cast.studio.id).update(email="Stig@Studio.test")
    wished = notifications.Preference(mail_primary=True, in_list=True, staff_ids=(quiet_cast.stig.id,))
    notifications.change(quiet_cast.studio, {"payment.made": wished}, by=quiet_cast.by_olga)
    pay(send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana]), by=quiet_cast.ana)
    worker.run_once()
    assert [one.recipient for one in Mail.objects.filter(template="office_notice")] == ["Stig@Studio.test"]


def test_names_cannot_write_headers(quiet_cast: Any, mail_server: Any, send_invoice: Any) -> None:
    Organization.objects.filter(id=quiet_cast.studio.id).update(name="Studio\r\nBcc: thief@evil.test\n\nHello")
    quiet_cast.ana.first_name = 'Ana"\r\nBcc: thief@evil.test\r\n'
    quiet_cast.ana.save()
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()

    (message,) = mail_server.messages
    assert message["Bcc"] is None
    assert mail_server.recipients == [["ana@harbour.test"]]
    assert "\n" not in message["Subject"]


def test_script_in_any_name_is_inert(quiet_cast: Any, mail_server: Any, send_invoice: Any, pay: Any) -> None:
    Organization.objects.filter(id=quiet_cast.studio.id).update(name=PAYLOAD, phone=PAYLOAD[:50], brand_colour='#z"};x')
    type(quiet_cast.bakery).objects.filter(id=quiet_cast.bakery.id).update(display_name=PAYLOAD)
    quiet_cast.ana.first_name = quiet_cast.ana.last_name = PAYLOAD
    quiet_cast.ana.save()
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana], name=PAYLOAD)
    pay(invoice, by=quiet_cast.ana)
    mia = person(quiet_cast.bakery, PAYLOAD, "", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    portal_access.configure(quiet_cast.bakery, {mia.id}, by=quiet_cast.by_olga, seen=())
    worker.run_once()

    assert {one.template for one in Mail.objects.all()} == {"invoice", "receipt", "office_notice", "portal_invitation"}
    for message in mail_server.messages:
        html = texts(message)[1]
        assert "<script" not in html
        assert "<img" not in html
        assert "#z" not in html


def test_the_way_to_the_portal_is_in_the_mails_of_those_who_may_enter_it(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    mia = person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana, mia])
    worker.run_once()

    home = f"http://localhost:8000/portal/lindqvist-zhou/{quiet_cast.bakery.id}/"
    to_ana, to_mia = sorted(mail_server.messages, key=lambda message: message["To"])
    assert f"Open the portal: {home}" in texts(to_ana)[0]
    assert f'href="{home}"' in texts(to_ana)[1]
    assert "Open the portal" not in "".join(texts(to_mia))


def test_links_never_follow_the_host_that_a_request_names(quiet_cast: Any) -> None:
    with pytest.raises(ValueError, match="evil"):
        mail.queue_password_reset(quiet_cast.ana.user, quiet_cast.studio, "http://evil.test/portal/x/", "en")
    with pytest.raises(ValueError, match="evil"):
        mail.queue_password_reset(quiet_cast.ana.user, None, "http://localhost:8000.evil.test/", "en")
    assert not Mail.objects.exists()


def test_a_password_reset_works_and_is_stored_masked(quiet_cast: Any, mail_server: Any) -> None:
    from allauth.account.forms import default_token_generator

    door = "http://localhost:8000/portal/lindqvist-zhou/"
    mail.queue_password_reset(quiet_cast.ana.user, quiet_cast.studio, door, "en")
    worker.run_once()

    (message,) = mail_server.messages
    address = next(line for line in texts(message)[0].splitlines() if "/reset/key/" in line).split(": ", 1)[1]
    key = address.removeprefix(f"{door}account/password/reset/key/").rstrip("/").split("-", 1)[1]
    assert default_token_generator.check_token(quiet_cast.ana.user, key)
    assert key not in only("sent").html


def test_a_reset_asked_for_in_the_office_goes_through_the_workplaces_server(quiet_cast: Any, mail_server: Any) -> None:
    mail.queue_password_reset(quiet_cast.stig.user, None, "http://localhost:8000/office/", "en")
    worker.run_once()
    assert only("sent").organization_id == quiet_cast.studio.id


def test_nothing_sends_mail_past_the_rows(settings: Any) -> None:
    from counterfoil.config import settings as installed

    settings.EMAIL_BACKEND = installed.EMAIL_BACKEND  # pytest-django puts another in its place
    with pytest.raises(RuntimeError, match="queued"):
        send_mail("Subject", "Text", "from@counterfoil.test", ["to@counterfoil.test"])


def test_reinviting_sends_a_second_mail(quiet_cast: Any, mail_server: Any) -> None:
    mia = person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga, access=False)
    portal_access.configure(quiet_cast.bakery, {mia.id}, by=quiet_cast.by_olga, seen=())
    worker.run_once()
    portal_access.reinvite(mia, by=actor(quiet_cast.stig))
    worker.run_once()

    links = {line for one in mail_server.messages for line in texts(one)[0].splitlines() if "/invitation/" in line}
    assert len(mail_server.messages) == len(links) == 2
    assert Invitation.objects.filter(contact=mia).count() == 2


def test_the_invoice_is_enclosed_as_pdf_in_the_customers_language(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    send_invoice(quiet_cast.yunshan, by=quiet_cast.by_olga, to=[quiet_cast.wei])
    worker.run_once()

    enclosed = {}
    for message in mail_server.messages:
        (file,) = message.iter_attachments()
        assert file.get_content_type() == "application/pdf"
        enclosed[file.get_filename()] = PdfReader(BytesIO(file.get_content()))
    pages = enclosed[f"{invoice.number}.pdf"]
    assert invoice.number in pages.pages[0].extract_text()
    assert sorted(str(one.trailer["/Root"]["/Lang"]) for one in enclosed.values()) == ["en", "zh-CN"]


def test_the_enclosed_invoice_has_a_code_of_the_page_where_it_is_paid(
    quiet_cast: Any, till: Any, mail_server: Any, send_invoice: Any
) -> None:
    from tests.support.phone import scanned_paper

    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    worker.run_once()

    (message,) = mail_server.messages
    (file,) = message.iter_attachments()
    path = f"/portal/lindqvist-zhou/{invoice.customer_id}/invoices/{invoice.id}/pay/"
    assert scanned_paper(file.get_content()) == [f"http://localhost:8000{path}"]


def test_an_invoice_made_void_before_its_mail_left_is_not_sent(
    quiet_cast: Any, mail_server: Any, send_invoice: Any
) -> None:
    from counterfoil.books.sales import invoices

    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    spreading.spread_due()
    invoices.void(invoice, by=quiet_cast.by_olga, revision=invoice.revision)
    worker.run_once()
    assert not mail_server.messages
    assert "void" in only("failed").failure


def test_every_address_in_a_mail_leads_to_a_page(
    quiet_cast: Any, mail_server: Any, send_invoice: Any, pay: Any, fail_to_pay: Any
) -> None:
    import re

    from django.urls import resolve

    from counterfoil.reach.doorways import SIGN_IN

    for event in ("invoice.viewed", "payment.failed", "portal.invitation_accepted"):
        wished = notifications.Preference(mail_primary=True, in_list=True)
        notifications.change(quiet_cast.studio, {event: wished}, by=quiet_cast.by_olga)
    first = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    pay(first, by=quiet_cast.ana)
    second = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    fail_to_pay(second, by=quiet_cast.ana)
    staff.invite(quiet_cast.studio, name="Noor", email="noor@studio.test", role="staff", by=quiet_cast.by_olga)
    person(quiet_cast.bakery, "Mia", "Grant", "mia@harbour.test", by=quiet_cast.by_olga)
    mail.queue_password_reset(quiet_cast.ana.user, None, "http://localhost:8000/portal/lindqvist-zhou/", "en")
    worker.run_once()

    seen = set()
    for row in Mail.objects.all():
        for address in re.findall(r"http://localhost:8000(/\S*)", row.text):
            account = SIGN_IN.match(address)
            seen.add((row.template, resolve(account["rest"] if account else address).view_name))
    assert {template for template, _route in seen} == {one.template for one in Mail.objects.all()}
    assert len(seen) >= 8


def test_a_credit_note_is_mailed_with_its_pdf_and_the_way_to_it(quiet_cast: Any, mail_server: Any) -> None:
    from counterfoil.books.sales import credit_notes
    from tests.support.books import draft_credit_note

    draft = draft_credit_note(quiet_cast)
    note = credit_notes.send(draft, to=[quiet_cast.ana.id], by=quiet_cast.by_olga, revision=draft.revision)
    worker.run_once()
    (message,) = mail_server.messages
    plain, _html = texts(message)
    assert "Credit note CN-000001" in message["Subject"]
    assert f"http://localhost:8000/portal/lindqvist-zhou/{quiet_cast.bakery.id}/credit-notes/{note.id}/" in plain
    assert [file.get_filename() for file in message.iter_attachments()] == ["CN-000001.pdf"]


def test_a_credit_note_that_was_made_void_meanwhile_is_not_mailed(quiet_cast: Any, mail_server: Any) -> None:
    from counterfoil.books.sales import credit_notes
    from tests.support.books import draft_credit_note

    draft = draft_credit_note(quiet_cast)
    note = credit_notes.send(draft, to=[quiet_cast.ana.id], by=quiet_cast.by_olga, revision=draft.revision)
    spreading.spread_due()
    credit_notes.void(note, by=quiet_cast.by_olga, revision=note.revision)
    worker.run_once()
    assert not mail_server.messages
    assert "void" in only("failed").failure
