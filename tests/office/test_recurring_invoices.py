"""Recurring invoices in the office: written, stopped and resumed, with the invoices that were made of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.html import strip_tags

from counterfoil.books.sales import recurring_invoices
from counterfoil.books.sales.models import Invoice, RecurringInvoice
from counterfoil.foundation import clock
from counterfoil.outbound import spreading
from counterfoil.outbound.models import Mail, Notification
from tests.support.books import recurring
from tests.support.cast import Cast, visitor


def url(cast: Cast, rest: str = "") -> str:
    return f"/office/{cast.studio.id}/recurring-invoices/{rest}"


def typed(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "name": "Website care",
        "dated": clock.today("Europe/London").isoformat(),
        "every": "1",
        "unit": "month",
        "ends": "never",
        "payment_days": "14",
        "sends": "send",
        "people": [str(cast.ana.id)],
        "line-0-name": "Website care",
        "line-0-quantity": "1",
        "line-0-rate": "95",
        "do": "save",
        **more,
    }


def press(cast: Cast, profile: Any, act: str, **more: Any) -> Any:
    return visitor(cast.olga).post(url(cast, f"{profile.id}/{act}/"), {"revision": 1, **more}, follow=True)


def test_one_is_written_and_says_when_its_next_invoice_is_made(cast: Cast) -> None:
    olga = visitor(cast.olga)
    answer = olga.post(url(cast, f"new/?customer={cast.bakery.id}"), typed(cast), follow=True)
    assert "The recurring invoice is saved." in answer.text
    profile = RecurringInvoice.objects.get()
    assert (profile.total_minor, profile.sends, profile.contact_ids) == (9_500, True, [cast.ana.id])
    assert "<dd>Every month</dd>" in answer.text
    assert "Send it to Ana Moreau" in answer.text
    assert "Stop" in answer.text


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"every": "often"}, {"every"}),
        ({"name": ""}, {"name"}),
        ({"ends": "day"}, {"ends_on"}),
        ({"ends": "count", "most": ""}, {"most"}),
        ({"people": []}, {"people"}),
        ({"line-0-rate": "much"}, set()),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(cast: Cast, changes: Any, fields: set[str]) -> None:
    answer = visitor(cast.olga).post(url(cast, f"new/?customer={cast.bakery.id}"), typed(cast, **changes))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == fields
    assert 'value="Website care"' in answer.text
    assert not RecurringInvoice.objects.exists()


def test_an_edit_starts_with_what_is_written(cast: Cast) -> None:
    profile = recurring(cast, every=2, unit="week", most=5, order_number="HB-9")
    form = visitor(cast.olga).get(url(cast, f"{profile.id}/edit/")).context["form"]
    shown = {name: form[name].value() for name in ("name", "every", "unit", "ends", "most", "sends", "order_number")}
    assert shown == {
        "name": "Website care",
        "every": 2,
        "unit": "week",
        "ends": "count",
        "most": 5,
        "sends": "draft",
        "order_number": "HB-9",
    }
    sent = typed(cast, revision=1, ends="day", ends_on="2199-01-01", every="3")
    answer = visitor(cast.olga).post(url(cast, f"{profile.id}/edit/"), sent, follow=True)
    assert "<dd>Every 3 months</dd>" in answer.text
    stale = visitor(cast.olga).post(url(cast, f"{profile.id}/edit/"), sent)
    assert stale.status_code == 409


def test_its_page_and_the_invoices_lead_to_each_other(cast: Cast) -> None:
    profile = recurring(cast)
    made = recurring_invoices.make_next(profile, by=cast.by_olga)
    olga = visitor(cast.olga)
    assert f"/invoices/{made.id}/" in olga.get(url(cast, f"{profile.id}/")).text
    page = f"/office/{cast.studio.id}/invoices/{made.id}/"
    assert f"/recurring-invoices/{profile.id}/" in olga.get(page).text
    press(cast, profile, "deletion")
    text = olga.get(page).text
    assert f"/recurring-invoices/{profile.id}/" not in text
    assert "Website care, which was deleted" in text
    assert olga.get(url(cast, f"{profile.id}/")).status_code == 404


def test_it_is_stopped_resumed_and_made_by_hand(cast: Cast) -> None:
    profile = recurring(cast, start=clock.today("Europe/London") + timedelta(days=9))
    assert "No more invoices are made until you resume." in press(cast, profile, "stop").text
    assert "Resume" in visitor(cast.olga).get(url(cast, f"{profile.id}/")).text
    assert "Invoices are made again, from today on." in press(cast, profile, "resumption").text
    answer = press(cast, profile, "making", making_key="a" * 20)
    assert "Here is the invoice." in answer.text
    press(cast, profile, "making", making_key="a" * 20)
    assert Invoice.objects.get().came_from_id == profile.id


def test_the_list_is_filtered_and_searched(cast: Cast) -> None:
    active = recurring(cast, name="Website care")
    stopped = recurring_invoices.stop(recurring(cast, cast.tidewater, name="Hosting"), by=cast.by_olga, revision=1)
    ended = recurring(cast, name="Posters", most=1, order_number="HB-77")
    recurring_invoices.make_next(ended, by=cast.by_olga)
    theirs = recurring(cast, cast.foyle, name="Theirs")

    def shown(query: str = "") -> set[str]:
        rows = visitor(cast.olga).get(url(cast, query)).context["rows"]
        return {row["name"] for row in rows}

    assert shown() == {"Website care", "Hosting", "Posters"}
    for query, one in (("?status=active", active), ("?status=stopped", stopped), ("?status=expired", ended)):
        assert shown(query) == {one.name}
    for text, one in (("web", active), ("tidewater", stopped), ("HB-77", ended)):
        assert shown(f"?q={text}") == {one.name}
    assert shown("?sort=name") == {"Website care", "Hosting", "Posters"}
    assert visitor(cast.olga).get(url(cast, f"{theirs.id}/")).status_code == 404
    pills = {strip_tags(row["pill"]) for row in visitor(cast.olga).get(url(cast)).context["rows"]}
    assert pills == {"Active", "Stopped", "Expired"}


def test_the_list_as_a_file_has_everything_and_no_formula(cast: Cast) -> None:
    recurring(cast, name="=1+1", every=2)
    answer = visitor(cast.olga).get(url(cast, "?format=csv"))
    head, row = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert head == "Name,Customer,Frequency,Next invoice,Status,Currency,Amount"
    today = clock.today("Europe/London").isoformat()
    assert row == f"'=1+1,Harbour Bakery Ltd,Every 2 months,{today},Active,GBP,95.00"


def test_a_viewer_reads_and_changes_nothing(cast: Cast) -> None:
    profile, vera = recurring(cast), visitor(cast.vera)
    for rest in ("", f"{profile.id}/"):
        assert vera.get(url(cast, rest)).status_code == 200
    assert "Make one now" not in vera.get(url(cast, f"{profile.id}/")).text
    for act in ("making", "stop", "resumption", "deletion"):
        assert vera.post(url(cast, f"{profile.id}/{act}/"), {"revision": 1}).status_code == 403
    for rest in (f"new/?customer={cast.bakery.id}", f"{profile.id}/edit/"):
        assert vera.get(url(cast, rest)).status_code == 403


def test_what_is_in_the_way_is_said_on_its_page_in_the_bell_and_by_mail(cast: Cast) -> None:
    from counterfoil.books.customers import contacts

    profile = recurring(cast, sends=True, to=[cast.sam.id])
    contacts.retire(cast.sam, by=cast.by_olga)
    assert recurring_invoices.make_next(profile, by=cast.by_olga) is None
    text = visitor(cast.olga).get(url(cast, f"{profile.id}/")).text
    assert "Nobody is left to send it to." in text
    assert "held up" in visitor(cast.olga).get(url(cast)).text
    while spreading.spread_due():
        pass
    assert Notification.objects.filter(event__name="recurring_invoice.not_made", staff=cast.stig).exists()
    mail = Mail.objects.get(event__name="recurring_invoice.not_made")
    assert mail.recipient == cast.studio.email
    assert f"/recurring-invoices/{profile.id}/" in mail.text


@pytest.mark.parametrize("count", [10, 200])
def test_list_page_and_editor_take_twelve_queries(cast: Cast, count: int, django_assert_max_num_queries: Any) -> None:
    profile = recurring(cast, unit="day", start=clock.today("Europe/London"), sends=True, to=[cast.ana.id])
    RecurringInvoice.objects.filter(id=profile.id).update(
        next_on=clock.today("Europe/London") - timedelta(days=30),
        dated=clock.today("Europe/London") - timedelta(days=30),
    )
    while recurring_invoices.make_next(RecurringInvoice.objects.get(id=profile.id), by=cast.by_olga):
        pass
    row = RecurringInvoice.objects.get(id=profile.id)
    for _place in range(count):
        row.pk = row.id = None
        row._state.adding = True
        row.pk = RecurringInvoice._meta.pk.get_default()
        row.save()
    olga = visitor(cast.olga)
    for rest in ("", "?status=active&sort=name", "?q=web", f"{profile.id}/", f"{profile.id}/edit/"):
        with django_assert_max_num_queries(12):
            assert olga.get(url(cast, rest)).status_code == 200
