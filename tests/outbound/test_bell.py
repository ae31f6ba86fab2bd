"""The bell: one line for each event and reader, nobody hears of what they did themselves."""

from typing import Any

from django.db import connection, transaction

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import notifications
from counterfoil.books.sales import invoices
from counterfoil.foundation.events import Event, record
from counterfoil.outbound import bell, reading, words
from counterfoil.outbound.models import Notification
from tests.support.cast import actor
from tests.support.telling import readers, spread


def test_the_office_hears_of_views_and_payments(quiet_cast: Any, send_invoice: Any, pay: Any) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    invoices.view(invoice, by=quiet_cast.by_ana)
    pay(invoice, by=quiet_cast.ana)
    spread()

    everybody = {"Olga Lindqvist", "Stig Holm", "Vera Zhou"}
    assert readers("invoice.viewed") == everybody
    assert readers("payment.made") == everybody | {"Sam Okafor"}, "the payer knows, the colleague is told"


def test_the_customers_people_hear_of_an_invoice_and_strangers_do_not(quiet_cast: Any, send_invoice: Any) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    invoices.void(invoice, by=quiet_cast.by_olga, revision=invoice.revision)
    spread()

    assert readers("invoice.sent") == readers("invoice.voided") == {"Ana Moreau", "Sam Okafor"}


def test_a_failed_payment_is_the_payers_business(quiet_cast: Any, send_invoice: Any, fail_to_pay: Any) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    fail_to_pay(invoice, by=quiet_cast.ana)
    spread()

    assert readers("payment.failed") == {"Ana Moreau", "Olga Lindqvist", "Stig Holm", "Vera Zhou"}


def test_the_office_can_keep_an_event_out_of_its_list(quiet_cast: Any, send_invoice: Any) -> None:
    wished = notifications.Preference(mail_primary=False, in_list=False)
    notifications.change(quiet_cast.studio, {"invoice.viewed": wished}, by=quiet_cast.by_olga)
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    invoices.view(invoice, by=quiet_cast.by_ana)
    spread()

    assert readers("invoice.viewed") == set()


def test_staff_are_not_told_of_what_they_did_themselves(quiet_cast: Any, send_invoice: Any) -> None:
    invoice = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    with transaction.atomic():
        record("invoice.viewed", invoice, by=quiet_cast.by_olga, audience="office", number=invoice.number)
    spread()
    assert readers("invoice.viewed") == {"Stig Holm", "Vera Zhou"}


def test_an_event_heard_twice_rings_once(quiet_cast: Any, send_invoice: Any) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    event = Event.objects.get(name="invoice.sent")
    bell.tell_the_customer(event)
    bell.tell_the_customer(event)
    assert Notification.objects.filter(event=event).count() == 2


def test_words_are_the_readers_own(quiet_cast: Any, send_invoice: Any, pay: Any) -> None:
    invoice = send_invoice(quiet_cast.yunshan, by=quiet_cast.by_olga, to=[quiet_cast.wei])
    pay(invoice, by=quiet_cast.wei)
    event = Event.objects.get(name="payment.made")

    english = words.sentence(event, door="office", reader_language="en", customer_name="云杉设计有限公司")
    assert english.text == "陈伟 of 云杉设计有限公司 paid CN¥100.00."
    assert english.target == ("payment", (event.subject_id,))
    chinese = words.sentence(event, door="office", reader_language="zh-Hans", customer_name="云杉设计有限公司")
    assert "¥100.00" in chinese.text
    assert "CN¥" not in chinese.text


def test_every_event_of_a_door_can_be_put_into_words(quiet_cast: Any) -> None:
    """Also the preferences and the words know the same events."""
    assert set(words.told_to("office")) == {kind.event for kind in notifications.KINDS}


def unread(contact: Any) -> int:
    """As each page of the portal counts them."""
    counted = ContactPerson.objects.annotate(lines=reading.unread_of("contact")).get(id=contact.id)
    return int(counted.lines)


def test_reading_one_and_reading_all(quiet_cast: Any, send_invoice: Any) -> None:
    first = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    second = send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    spread()
    anas = Notification.objects.filter(contact=quiet_cast.ana).order_by("id")
    oldest, newest = anas
    assert unread(quiet_cast.ana) == 2

    reading.mark_read(oldest)
    when = Notification.objects.get(id=oldest.id).read_at
    reading.mark_read(oldest)
    assert Notification.objects.get(id=oldest.id).read_at == when
    assert unread(quiet_cast.ana) == 1

    invoices.void(first, by=actor(quiet_cast.olga), revision=first.revision)
    spread()
    reading.mark_all_read(anas, up_to=newest.id)
    assert unread(quiet_cast.ana) == 1, "what came after the page was opened stays unread"
    assert unread(quiet_cast.sam) == 3
    assert second.id != first.id


def test_counting_unread_lines_is_one_indexed_query_and_stops_at_a_hundred(
    quiet_cast: Any, send_invoice: Any, django_assert_num_queries: Any
) -> None:
    send_invoice(quiet_cast.bakery, by=quiet_cast.by_olga, to=[quiet_cast.ana])
    event = Event.objects.get(name="invoice.sent")
    about = {"organization_id": event.organization_id, "made_at": event.at, "contact": quiet_cast.ana}
    others = [
        Event(
            name="invoice.sent",
            at=event.at,
            organization_id=event.organization_id,
            subject_kind="invoice",
            subject_id=1,
            actor={"kind": "system"},
            for_office=False,
            for_customer=True,
        )
        for _one in range(150)
    ]
    Event.objects.bulk_create(others)
    Notification.objects.bulk_create(Notification(event=one, **about) for one in others)

    with django_assert_num_queries(1):
        assert unread(quiet_cast.ana) == 100
    if connection.vendor == "sqlite":
        counted = Notification.objects.filter(contact=quiet_cast.ana, read_at__isnull=True).order_by()[:100]
        assert "notification_contact_unread" in counted.explain()
