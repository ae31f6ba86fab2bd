"""Sample data is added: what is in it, for whom, in which language, and that real books have nothing of it."""

from typing import Any

import pytest

from counterfoil.books.accounts.models import User
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger import verify
from counterfoil.books.organizations.models import NumberSeries, Organization, StaffMember
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.models import CreditNote, Invoice, Item, Quote, RecurringInvoice
from counterfoil.books.sample_data import adding, making
from counterfoil.foundation import clock
from counterfoil.foundation.events import Event
from tests.support import refusals
from tests.support.cast import Cast, actor
from tests.support.races import at_once
from tests.support.refusals import refused


def add(cast: Cast) -> Organization:
    return adding.add(cast.studio, by=cast.by_olga)


def of(sample: Organization, model: Any) -> Any:
    return model.objects.filter(organization=sample)


def test_it_is_an_organization_of_its_own_for_who_added_it(cast: Cast) -> None:
    sample = add(cast)
    assert (sample.name, sample.is_sample, sample.sample_of_id) == ("Sample Bakery", True, cast.studio.id)
    assert (sample.currency, sample.time_zone, sample.country) == ("GBP", "Europe/London", "GB")
    (olga,) = StaffMember.objects.filter(organization=sample)
    assert (olga.name, olga.role, olga.user_id) == ("Olga Lindqvist", "owner", cast.olga.user_id)


def test_every_kind_of_page_has_something(cast: Cast) -> None:
    sample = add(cast)
    today = clock.today("Europe/London")
    assert of(sample, Customer).count() == 5
    assert of(sample, Item).count() == 6
    assert sorted(of(sample, Quote).values_list("state", flat=True)) == ["accepted", "declined", "sent"]
    assert of(sample, Quote).awaiting(today).count() == 1
    found = of(sample, Invoice)
    assert found.filter(state="draft").count() == 1
    assert found.overdue(today).count() == 3
    assert found.filter(state="issued", balance_minor=0).count() == 2
    assert found.filter(viewed_at__isnull=False, balance_minor__gt=0).count() == 1
    assert of(sample, Payment).count() == 3
    note = of(sample, CreditNote).get()
    assert 0 < note.balance_minor < note.total_minor
    assert of(sample, RecurringInvoice).get().next_on > today
    dates = [*found.values_list("dated", flat=True), *of(sample, Payment).values_list("paid_on", flat=True)]
    assert max(dates) == today
    assert verify.differences() == []


def test_the_numbers_run_in_the_order_of_the_days(cast: Cast) -> None:
    issued = of(add(cast), Invoice).exclude(state="draft").order_by("number")
    days = list(issued.values_list("dated", flat=True))
    assert days == sorted(days)


def test_nobody_in_it_can_be_reached(cast: Cast) -> None:
    sample = add(cast)
    people = of(sample, ContactPerson).values_list("email", "user_id")
    assert all(email.endswith("@example.com") and user is None for email, user in people)
    assert sample.email.endswith("@example.com")
    assert sample.bank_account == ""


def test_real_books_have_nothing_of_it_but_that_it_was_added(cast: Cast) -> None:
    before = {model: _rows_of(model, cast.studio) for model in (Invoice, Customer, Payment, NumberSeries, Event)}
    users = User.objects.count()
    add(cast)
    after = {model: _rows_of(model, cast.studio) for model in before}
    (event,) = (one for one in after.pop(Event) if one not in before[Event])
    assert event["name"] == "sample_data.added"
    assert all(rows == before[model] for model, rows in after.items())
    assert User.objects.count() == users


def _rows_of(model: Any, organization: Organization) -> list[dict[str, Any]]:
    return list(model.objects.filter(organization_id=organization.id).order_by("pk").values())


def test_who_reads_chinese_gets_a_chinese_bakery(cast: Cast) -> None:
    StaffMember.objects.filter(id=cast.olga.id).update(language="zh-Hans")
    sample = add(cast)
    assert (sample.name, sample.language) == ("林记面包房（示例）", "zh-Hans")
    names = set(of(sample, Customer).values_list("display_name", flat=True))
    assert names == {"云杉咖啡馆", "育才小学", "湖畔酒店", "转角书店", "王芳"}
    assert "陈伟" in [person.full_name for person in of(sample, ContactPerson)]
    assert of(sample, Invoice).filter(notes="感谢惠顾。").count() == of(sample, Invoice).count()


@pytest.mark.parametrize(("currency", "loaf"), [("EUR", "4.20"), ("CNY", "34"), ("JPY", "672"), ("ISK", "4")])
def test_prices_look_like_those_of_the_currency(cast: Cast, currency: str, loaf: str) -> None:
    Organization.objects.filter(id=cast.quay.id).update(currency=currency)
    sample = adding.add(cast.quay, by=actor(cast.otto))
    assert of(sample, Item).get(name="Sourdough loaf").rate.normalize() == making.Decimal(loaf).normalize()
    assert set(of(sample, Invoice).values_list("currency", flat=True)) == {currency}
    assert verify.differences() == []


def test_only_an_owner_may(cast: Cast) -> None:
    for member in (cast.stig, cast.vera, cast.otto):
        with refused("NOT_ALLOWED"):
            adding.add(cast.studio, by=actor(member))


def test_there_is_one_at_a_time(cast: Cast) -> None:
    sample = add(cast)
    with refused("SAMPLE_THERE"):
        add(cast)
    with refused("SAMPLE"):
        adding.add(sample, by=actor(StaffMember.objects.get(organization=sample)))


def test_each_organization_has_its_own(cast: Cast) -> None:
    one, other = add(cast), adding.add(cast.quay, by=actor(cast.otto))
    assert one.id != other.id
    assert {one.sample_of_id, other.sample_of_id} == {cast.studio.id, cast.quay.id}


def test_what_fails_half_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("The power went.")

    monkeypatch.setattr(making.comments, "add", fail)  # the last of all
    before = refusals.raw()
    with pytest.raises(RuntimeError):
        add(cast)
    refusals.forget_what_was_read()
    assert refusals.raw() == before


def test_of_two_presses_at_once_one_adds_it(both_databases: str, cast: Cast) -> None:
    outcomes = at_once(4, lambda _place: add(cast))
    assert sorted(getattr(one.error, "code", "") for one in outcomes) == ["", *["SAMPLE_THERE"] * 3]
    assert Organization.objects.filter(sample_of=cast.studio).count() == 1
