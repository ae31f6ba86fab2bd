"""What leaves because of a reminder: a mail for each person in their language, with a link, and a line in the bell."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.payments import reminders
from counterfoil.books.sales import document_links, opening
from counterfoil.books.sales.models import DocumentLink, Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from counterfoil.outbound import enclosures, links, mailing, spreading
from counterfoil.outbound.models import Mail, Notification
from tests.books.payments.test_reminders import DUE, run, switch_on
from tests.support.books import invoice, pay
from tests.support.cast import Cast


def overdue(cast: Cast, customer: Any = None) -> Any:
    return invoice(cast, customer, dated=clock.today("Europe/London") - timedelta(days=10), days=0)


def send(cast: Cast, one: Any, *people: Any) -> list[Mail]:
    reminders.send(one, to=[person.id for person in people], by=cast.by_olga, revision=one.revision)
    while spreading.spread_due():
        pass
    return list(Mail.objects.filter(template="reminder").order_by("id"))


def test_each_is_written_to_once_in_their_language_with_a_link_of_their_own(cast: Cast) -> None:
    one = overdue(cast, cast.yunshan)
    (mail,) = send(cast, one, cast.wei)
    assert (mail.recipient, mail.language) == ("wei@yunshan.test", "zh-Hans")
    assert "已逾期" in mail.subject
    assert "CN¥100.00" in mail.text or "¥100.00" in mail.text
    link = DocumentLink.objects.get(document_id=one.id)
    assert document_links.token_of(link) in links.reveal(mail, mail.text)
    (pdf,) = enclosures.of(mail)
    assert pdf.name == f"{one.number}.pdf"
    mailing.send_the_reminder(mail.event)
    assert Mail.objects.filter(template="reminder").count() == 1


def test_everybody_who_was_chosen_gets_one_and_the_bell_rings_for_the_customer_alone(cast: Cast) -> None:
    one = overdue(cast)
    mails = send(cast, one, cast.ana, cast.sam)
    assert [mail.recipient for mail in mails] == ["ana@harbour.test", "sam@harbour.test"]
    assert mails[0].subject == f"Reminder: invoice {one.number} from Lindqvist & Zhou Studio is overdue"
    assert f"£100.00 of invoice {one.number} is still to be paid." in mails[0].text
    rung = Notification.objects.filter(event__name="invoice.reminded")
    assert {line.contact_id for line in rung} == {cast.ana.id, cast.sam.id}


def test_before_the_due_date_it_says_until_when(cast: Cast) -> None:
    invoice(cast, dated=DUE, days=0)
    switch_on(cast, -2, on=DUE - timedelta(days=5))
    run(-2)
    while spreading.spread_due():
        pass
    mail = Mail.objects.get(template="reminder")
    assert mail.subject.endswith("is due soon")
    assert "is to be paid by 10 Mar 2026." in mail.text or "is to be paid by Mar 10, 2026." in mail.text


def test_an_opening_balance_is_called_so(cast: Cast) -> None:
    then = clock.today("Europe/London") - timedelta(days=40)
    one = opening.set_balance(cast.bakery, Money(4_500, "GBP"), then, by=cast.by_olga)
    (mail,) = send(cast, one, cast.ana)
    assert mail.subject == "Reminder: your opening balance with Lindqvist & Zhou Studio"
    assert "Of your opening balance £45.00 is still to be paid." in mail.text


@pytest.mark.parametrize("how", ["paid", "void"])
def test_what_is_settled_before_the_mail_goes_out_is_not_sent(cast: Cast, how: str) -> None:
    one = overdue(cast)
    (mail,) = send(cast, one, cast.ana)
    if how == "paid":
        pay(cast, cast.bakery, 10_000, {one.id: 10_000})
    else:
        from counterfoil.books.sales import invoices

        invoices.void(Invoice.objects.get(id=one.id), by=cast.by_olga, revision=one.revision)
    with pytest.raises(links.Withdrawn):
        enclosures.of(mail)
