"""The customer's home page: its figures, its words when there is nothing, who may see it."""

from datetime import timedelta
from typing import Any

import pytest

from counterfoil.books.organizations import organizations
from counterfoil.books.sales import quotes
from counterfoil.foundation import clock
from tests.support.books import invoice, many_invoices, pay, quote
from tests.support.cast import Cast, visitor


def home(cast: Cast, person: Any = None, customer: Any = None) -> Any:
    customer = customer or cast.bakery
    return visitor(person or cast.ana).get(f"/portal/lindqvist-zhou/{customer.id}/")


def test_a_new_customer_reads_what_will_appear_here(cast: Cast) -> None:
    answer = home(cast)
    assert answer.status_code == 200
    assert "Nothing to pay at the moment." in answer.text
    assert "Month by month" in answer.text
    assert "Hello, Ana" in answer.text


def test_what_is_owed_is_the_sum_of_the_unpaid_invoices(cast: Cast) -> None:
    invoice(cast, amount="1200.50")
    partly = invoice(cast, amount="300")
    pay(cast, cast.bakery, 10_000, {partly.id: 10_000})
    answer = home(cast)
    assert "£1,400.50" in answer.text
    assert "2 invoices to pay." in answer.text


def test_late_invoices_are_told_by_age(cast: Cast) -> None:
    today = clock.today("Europe/London")
    invoice(cast, amount="100", dated=today)
    invoice(cast, amount="20", dated=today - timedelta(days=40))  # due ten days ago
    invoice(cast, amount="3", dated=today - timedelta(days=121))  # due 91 days ago
    answer = home(cast)
    buckets = [minor for _label, _text, minor in answer.context["owing"]["ageing"]]
    assert buckets == [10_000, 2_000, 0, 0, 300]
    assert "2 of them are overdue" in answer.text


@pytest.mark.parametrize("days_late", [1, 30, 31, 60, 61, 90, 91])
def test_the_edges_of_the_ages(cast: Cast, days_late: int) -> None:
    invoice(cast, amount="1", dated=clock.today("Europe/London") - timedelta(days=days_late), days=0)
    buckets = [minor for _label, _text, minor in home(cast).context["owing"]["ageing"]]
    expected = 1 if days_late <= 30 else 2 if days_late <= 60 else 3 if days_late <= 90 else 4
    assert [place for place, minor in enumerate(buckets) if minor] == [expected]


def test_an_overpayment_is_an_available_credit(cast: Cast) -> None:
    one = invoice(cast, amount="100")
    pay(cast, cast.bakery, 15_000, {one.id: 10_000})
    answer = home(cast)
    assert answer.context["credit"] == "£50.00"
    assert answer.context["last"]["amount"] == "£150.00"


def test_drafts_are_not_counted_and_another_customers_neither(cast: Cast) -> None:
    invoice(cast, cast.tidewater, amount="777")
    answer = home(cast)
    assert "£777" not in answer.text
    assert answer.context["owing"]["total"] == "£0.00"


def test_one_invoice_leads_to_its_payment_several_to_one_for_all(cast: Cast) -> None:
    one = invoice(cast)
    assert home(cast).context["owing"]["pay_url"].endswith(f"/invoices/{one.id}/pay/")
    invoice(cast)
    assert home(cast).context["owing"]["pay_url"] == f"/portal/lindqvist-zhou/{cast.bakery.id}/pay/"


def test_the_address_is_changed_from_there_unless_it_is_locked(cast: Cast) -> None:
    ana, home = visitor(cast.ana), f"/portal/lindqvist-zhou/{cast.bakery.id}/"
    edit = f'href="{home}details/addresses/" aria-label="Edit addresses"'
    assert edit in ana.get(home).text
    keys = ("billing_address", "shipping_address")
    organizations.lock_details(cast.studio, keys, revision=cast.studio.revision, by=cast.by_olga)
    page = ana.get(home)
    assert edit not in page.text
    assert "Billing address" not in [str(one["label"]) for one in page.context["details"]]


def test_the_banner_of_the_business_is_read(cast: Cast) -> None:
    organizations.change_portal(
        cast.studio,
        portal_name="lindqvist-zhou",
        banner="Closed until Monday <b>",
        switches={},
        revision=cast.studio.revision,
        by=cast.by_olga,
    )
    answer = home(cast)
    assert "Closed until Monday &lt;b&gt;" in answer.text


def test_chinese_customers_read_chinese_figures(cast: Cast) -> None:
    invoice(cast, cast.yunshan, amount="88")
    answer = home(cast, cast.wei, cast.yunshan)
    assert 'lang="zh-Hans"' in answer.text or 'lang="zh-hans"' in answer.text
    assert "¥88.00" in answer.text


def test_a_stranger_gets_404_and_who_is_not_signed_in_signs_in(cast: Cast) -> None:
    assert home(cast, cast.bruno).status_code == 404
    answer = visitor().get(f"/portal/lindqvist-zhou/{cast.bakery.id}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/portal/lindqvist-zhou/account/login/")


@pytest.mark.parametrize("count", [10, 1000])
def test_the_home_page_takes_eight_queries_however_many_invoices(
    cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    many_invoices(cast, cast.bakery, count)
    client = visitor(cast.ana)
    with django_assert_max_num_queries(8):
        assert client.get(f"/portal/lindqvist-zhou/{cast.bakery.id}/").status_code == 200


def test_quotes_that_wait_are_counted_and_lead_to_just_those(cast: Cast) -> None:
    assert "Nothing waits for your decision" in home(cast).text
    quote(cast, amount="100")
    quote(cast, amount="40.50")
    quotes.decline(quote(cast), by=cast.by_ana, revision=1)
    with clock.travel(by=timedelta(days=-40)):
        quote(cast, expires_on=clock.today("Europe/London"))
    answer = home(cast)
    assert (answer.context["quotes_waiting"], answer.context["quotes_offered"]) == (2, "£140.50")
    listed = visitor(cast.ana).get(f"{answer.context['quotes_url']}?status=awaiting")
    assert len(listed.context["rows"]) == 2
