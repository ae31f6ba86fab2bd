"""What leaves because of a sales order: its mail with the PDF, and who hears a bell."""

import pytest

from counterfoil.books.sales import sales_orders
from counterfoil.books.sales.models import SalesOrder
from counterfoil.outbound import enclosures, links, spreading
from counterfoil.outbound.models import Mail, Notification
from tests.support.books import draft_order
from tests.support.cast import Cast
from tests.support.switches import switch


def send(cast: Cast) -> Mail:
    sales_orders.send(draft_order(cast), to=[cast.ana.id], by=cast.by_olga, revision=1)
    while spreading.spread_due():
        pass
    return Mail.objects.get(template="sales_order")


def test_it_is_mailed_with_its_pdf_and_the_way_to_it_where_the_portal_has_it(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    mail = send(cast)
    assert mail.recipient == cast.ana.email
    assert mail.subject == "Sales order SO-000001 from Lindqvist & Zhou Studio"
    assert "/sales-orders/" in mail.text
    (pdf,) = enclosures.of(mail)
    assert (pdf.name, pdf.mime) == ("SO-000001.pdf", "application/pdf")
    assert Notification.objects.filter(contact=cast.ana, event__name="sales_order.sent").exists()


def test_where_the_portal_has_none_nothing_leads_there(cast: Cast) -> None:
    mail = send(cast)
    assert "/sales-orders/" not in mail.text
    assert len(enclosures.of(mail)) == 1
    assert not Notification.objects.filter(contact__isnull=False).exists()


def test_a_mail_for_what_is_void_by_now_is_withdrawn(cast: Cast) -> None:
    mail = send(cast)
    order = SalesOrder.objects.get()
    sales_orders.void(order, by=cast.by_olga, revision=1)
    with pytest.raises(links.Withdrawn):
        enclosures.of(mail)


def test_the_office_hears_of_the_first_view(cast: Cast) -> None:
    switch(cast, sales_orders=True)
    send(cast)
    sales_orders.view(SalesOrder.objects.get(), by=cast.by_ana)
    while spreading.spread_due():
        pass
    told = Notification.objects.filter(event__name="sales_order.viewed", staff__isnull=False)
    assert {one.staff_id for one in told} >= {cast.olga.id, cast.stig.id}
