"""Mail and bell about retainer invoices: asked for, paid, failed, void; and what the office hears."""

from typing import Any

from counterfoil.books.sales import retainer_invoices
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation.languages import speaking
from counterfoil.outbound import letters, spreading, worker
from counterfoil.outbound.models import Mail, Notification
from tests.outbound.test_mail import only, texts
from tests.support.books import draft_retainer, pay, retainer


def send(cast: Any, person: Any) -> Any:
    draft = draft_retainer(cast, person.customer)
    return retainer_invoices.send(draft, to=[person.id], by=cast.by_olga, revision=1)


def test_one_is_mailed_with_its_pdf_and_a_link_that_opens_it(quiet_cast: Any, mail_server: Any) -> None:
    one = send(quiet_cast, quiet_cast.ana)
    worker.run_once()
    (message,) = mail_server.messages
    plain, _html = texts(message)
    assert "Retainer invoice RET-000001" in message["Subject"]
    assert "held for you and used for your later invoices" in plain
    assert "http://localhost:8000/portal/lindqvist-zhou/link/" in plain
    assert [file.get_filename() for file in message.iter_attachments()] == ["RET-000001.pdf"]
    assert DocumentLink.objects.get().document_id == one.id


def test_it_is_written_in_the_recipients_language(quiet_cast: Any, mail_server: Any) -> None:
    send(quiet_cast, quiet_cast.wei)
    worker.run_once()
    assert "预付款单 RET-000001" in mail_server.messages[0]["Subject"]


def test_one_that_was_made_void_meanwhile_is_not_mailed(quiet_cast: Any, mail_server: Any) -> None:
    one = send(quiet_cast, quiet_cast.ana)
    spreading.spread_due()
    retainer_invoices.void(one, by=quiet_cast.by_olga, revision=one.revision)
    worker.run_once()
    assert [mail for mail in mail_server.messages if "RET-000001" in mail["Subject"]] == []
    assert "void" in only("failed").failure


def test_the_receipt_says_what_was_paid_ahead(quiet_cast: Any, mail_server: Any) -> None:
    one = retainer(quiet_cast)
    pay(quiet_cast, quiet_cast.bakery, 10_500, {one.id: 10_000})
    worker.run_once()
    plain, _html = texts(mail_server.messages[-1])
    assert "RET-000001" in plain
    assert "£100.00" in plain
    assert "£5.00" in plain


def test_both_bells_ring_and_lead_to_it(quiet_cast: Any) -> None:
    from counterfoil.outbound import words

    one = send(quiet_cast, quiet_cast.ana)
    retainer_invoices.view(one, by=quiet_cast.by_ana)
    while spreading.spread_due():
        pass
    for door, name, who in (
        ("portal", "retainer_invoice.sent", {"contact": quiet_cast.ana}),
        ("office", "retainer_invoice.viewed", {"staff": quiet_cast.olga}),
    ):
        event = Notification.objects.get(event__name=name, **who).event
        line = words.sentence(event, door=door, reader_language="en", customer_name="Harbour Bakery Ltd")  # type: ignore[arg-type]
        assert (line.target, "RET-000001" in line.text) == (("retainer_invoice", (one.id,)), True)


def test_a_payment_of_one_that_failed_leads_back_to_it(quiet_cast: Any) -> None:
    from counterfoil.foundation.events import Event

    one = retainer(quiet_cast)
    event = Event(
        name="payment.failed",
        organization_id=quiet_cast.studio.id,
        customer_id=quiet_cast.bakery.id,
        data={"retainer_ids": [str(one.id)], "reason": "declined", "amount_minor": 10_000, "currency": "GBP"},
    )
    with speaking("en"):
        letter = letters.payment_failed(event, quiet_cast.ana, quiet_cast.studio)
    assert letter.button is not None
    assert letter.button.address.endswith(f"/invoices/retainers/{one.id}/")
    assert [value for _label, value in letter.facts] == [one.number]
    assert not Mail.objects.exists()
