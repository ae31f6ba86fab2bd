"""Reminders in the office: when they are sent, by hand from an invoice, stopped for one invoice or one customer."""

from datetime import timedelta
from typing import Any

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import Invoice
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support.books import invoice
from tests.support.cast import Cast, visitor

STOPPED = "Reminders of this invoice are stopped."


def overdue(cast: Cast) -> Any:
    return invoice(cast, dated=clock.today("Europe/London") - timedelta(days=40))


def url(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/{rest}"


def test_a_reminder_is_sent_from_an_overdue_invoice_and_stands_in_its_history(cast: Cast) -> None:
    one, stig = overdue(cast), visitor(cast.stig)
    page = url(cast, f"invoices/{one.id}/")
    text = stig.get(page, {"ask": "remind"}).text
    assert "Send a reminder" in text
    assert 'id="remind" aria-labelledby="remind-title" open' in text
    answer = stig.post(f"{page}reminder/", {"revision": 1, "to": [cast.ana.id]}, follow=True)
    assert "The reminder is on its way." in answer.text
    assert f"Stig Holm reminded Harbour Bakery Ltd of {one.number}." in answer.text
    assert Event.objects.get(name="invoice.reminded").data["contact_ids"] == [str(cast.ana.id)]


def test_what_is_not_overdue_has_no_such_button(cast: Cast) -> None:
    one = invoice(cast)
    assert "Send reminder" not in visitor(cast.olga).get(url(cast, f"invoices/{one.id}/")).text
    assert "Send reminder" not in visitor(cast.vera).get(url(cast, f"invoices/{overdue(cast).id}/")).text


def test_reminders_of_an_invoice_are_stopped_and_resumed(cast: Cast) -> None:
    one, olga = overdue(cast), visitor(cast.olga)
    page = url(cast, f"invoices/{one.id}/")
    assert STOPPED not in olga.get(page).text
    assert STOPPED in olga.post(f"{page}reminders/stop/", {"revision": 1}, follow=True).text
    assert Invoice.objects.get(id=one.id).reminders_stopped_at
    text = olga.post(f"{page}reminders/resume/", {"revision": 1}, follow=True).text
    assert STOPPED not in text
    assert "resumed reminders of" in text
    assert Invoice.objects.get(id=one.id).reminders_stopped_at is None


def test_reminders_of_a_customer_are_stopped_on_its_form(cast: Cast) -> None:
    olga = visitor(cast.olga)
    form = olga.get(url(cast, f"customers/{cast.bakery.id}/edit/")).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name not in ("is_tax_exempt", "may_pay_by_bank")}
    olga.post(url(cast, f"customers/{cast.bakery.id}/edit/"), sent | {"stops_reminders": "on"})
    assert Customer.objects.get(id=cast.bakery.id).stops_reminders
    assert "<dt>Reminders</dt><dd>Stopped</dd>" in olga.get(url(cast, f"customers/{cast.bakery.id}/")).text


def test_the_days_are_chosen_in_the_settings(cast: Cast) -> None:
    olga, page = visitor(cast.olga), url(cast, "settings/reminders/")
    form = olga.get(page).context["form"]
    assert [form[name].value() for name in ("is_on", "first", "second", "third", "before")] == [False, 3, 7, 14, None]
    sent = {"revision": 1, "is_on": "on", "first": "5", "second": "20", "third": "", "before": "2", "hour": "7"}
    answer = olga.post(page, sent, follow=True)
    assert "Only days from" in answer.text
    studio = Organization.objects.get(id=cast.studio.id)
    assert (studio.reminds, studio.reminder_days, studio.reminder_hour) == (True, [-2, 5, 20], 7)
    assert studio.reminded_since == clock.today("Europe/London")


def test_what_is_wrong_is_said_beside_its_field_and_kept(cast: Cast) -> None:
    olga, page = visitor(cast.olga), url(cast, "settings/reminders/")
    wrong = {"revision": 1, "is_on": "on", "first": "soon", "second": "", "third": "", "before": "400", "hour": "7"}
    answer = olga.post(page, wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"first", "before"}
    assert 'value="soon"' in answer.text
    none = olga.post(page, {"revision": 1, "is_on": "on", "hour": "7"})
    assert none.status_code == 422
    assert "Say when customers are reminded, or switch reminders off." in none.text
    assert not Organization.objects.get(id=cast.studio.id).reminds


def test_the_pages_take_twelve_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    one, olga = overdue(cast), visitor(cast.olga)
    for rest in (f"invoices/{one.id}/", "settings/reminders/"):
        with django_assert_max_num_queries(12):
            assert olga.get(url(cast, rest)).status_code == 200
