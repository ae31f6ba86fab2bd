"""Time becomes invoices: once, at the rates of its project."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.ledger.verify import differences
from counterfoil.books.organizations import organizations, staff, taxes
from counterfoil.books.projects import approvals, billing, projects, tasks, worked
from counterfoil.books.projects.billing import By, Wish
from counterfoil.books.projects.models import Project, TimeEntry
from counterfoil.books.projects.projects import ProjectContent, content_of
from counterfoil.books.projects.tasks import TaskContent
from counterfoil.books.sales import invoices, pricing
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import BilledTime, Invoice
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_date
from counterfoil.foundation.hours import DAY
from counterfoil.foundation.money import exponent
from tests.support import projects as make
from tests.support.cast import Cast, actor, customer
from tests.support.locking import days_ago, today
from tests.support.merging import duplicate, merge
from tests.support.refusals import refused


def again(one: Any) -> Any:
    return type(one).objects.get(id=one.id)


def bill(cast: Cast, one: Any, by: By = By.TASK, **wish: Any) -> Any:
    full: dict[str, Any] = {"until": today(), "by": by} | wish
    return billing.bill(one, Wish(**full), by=cast.by_olga, revision=again(one).revision)


def lines(invoice: Any) -> list[tuple[Any, ...]]:
    """Name, quantity, unit, rate and amount of each."""
    return list(invoice.lines.order_by("position").values_list("name", "quantity", "unit", "rate", "net_minor"))


def entries_on(invoice: Any) -> set[int]:
    return set(BilledTime.objects.filter(invoice=invoice, stands=True).values_list("entry_id", flat=True))


def void(cast: Cast, invoice: Any) -> Any:
    if invoice.state == "draft":
        invoice = invoices.mark_as_sent(invoice, by=cast.by_olga, revision=invoice.revision)
    return invoices.void(invoice, by=cast.by_olga, revision=invoice.revision)


def fixed(cast: Cast, minor: int = 100_000, **more: Any) -> Any:
    return make.project(cast, billing="fixed", fixed_minor=minor, **more)


def test_unbilled_time_becomes_a_draft_invoice_by_task(cast: Cast) -> None:
    one = make.project(cast)
    drawing, printing = make.task(cast, one), make.task(cast, one, "Printing")
    make.time(cast, drawing, 90)
    make.time(cast, drawing, 20, days_ago=1)
    make.time(cast, printing, 60)
    make.time(cast, make.task(cast, one, "Talking", is_billable=False), 600)
    draft = bill(cast, one)
    assert lines(draft) == [
        ("Drawing", Decimal("1.8333"), "h", Decimal(60), 11_000),
        ("Printing", Decimal(1), "h", Decimal(60), 6_000),
    ]
    assert (draft.came_from_kind, draft.came_from_id, draft.state) == ("project", one.id, "draft")
    assert (draft.dated, draft.due_on) == (today(), today() + timedelta(days=cast.bakery.payment_days))
    assert not billing.unbilled(one, today()).exists()
    assert TimeEntry.objects.billed().count() == 3
    told = Event.objects.get(name="project.billed")
    assert (told.subject_id, told.data) == (one.id, {"name": "Shop window", "invoice_id": str(draft.id)})
    assert not differences()


def test_or_in_one_line_of_the_whole_project(cast: Cast) -> None:
    one = make.project(cast)
    for name, minutes in (("Drawing", 30), ("Printing", 45)):
        make.time(cast, make.task(cast, one, name), minutes)
    draft = bill(cast, one, By.PROJECT)
    assert lines(draft) == [("Shop window", Decimal("1.25"), "h", Decimal(60), 7_500)]


def test_or_in_a_line_for_each_entry_in_the_order_of_the_days(cast: Cast) -> None:
    one = make.project(cast)
    drawing = make.task(cast, one)
    make.time(cast, drawing, 30, notes="By 100% hand")
    make.time(cast, drawing, 60, days_ago=1)
    draft = bill(cast, one, By.ENTRY)
    assert [line[1] for line in lines(draft)] == [Decimal(1), Decimal("0.5")]
    first, second = draft.lines.order_by("position").values_list("description", flat=True)
    assert "Olga Lindqvist" in first
    assert second.endswith("Olga Lindqvist: By 100% hand")


@pytest.mark.parametrize("by", list(By))
def test_a_line_has_one_rate_so_that_task_hours_are_lines_by_rate(cast: Cast, by: By) -> None:
    one = make.project(cast, billing="task")
    cheap, dear = make.task(cast, one, rate=Decimal(40)), make.task(cast, one, "Printing", rate=Decimal("80.5"))
    make.time(cast, cheap, 60)
    make.time(cast, dear, 60)
    assert [line[3:] for line in lines(bill(cast, one, by))] == [(Decimal(40), 4_000), (Decimal("80.5"), 8_050)]


@pytest.mark.parametrize("by", list(By))
def test_staff_hours_cost_what_each_of_them_costs(cast: Cast, by: By) -> None:
    content = ProjectContent(
        name="Menu", billing="staff", members={cast.olga.id: Decimal(90), cast.stig.id: Decimal(45)}
    )
    one = projects.create(cast.bakery, content, by=cast.by_olga)
    drawing = make.task(cast, one)
    make.time(cast, drawing, 60)
    make.time(cast, drawing, 60, by=actor(cast.stig))
    draft = bill(cast, one, by)
    assert [line[3:] for line in lines(draft)] == [(Decimal(90), 9_000), (Decimal(45), 4_500)]
    assert draft.lines.count() == 2


def test_whose_rate_is_gone_is_billed_when_they_have_one_again(cast: Cast) -> None:
    one = make.project(cast, billing="staff", members=[cast.olga, cast.stig])
    make.time(cast, make.task(cast, one), by=actor(cast.stig))
    first = bill(cast, one)
    one = projects.edit(one, ProjectContent(name="Menu", billing="staff"), by=cast.by_olga, revision=1)
    void(cast, first)
    staff.remove(cast.stig, by=cast.by_olga)
    with refused("NOT_ON_PROJECT") as refusal:
        bill(cast, one)
    assert "Stig Holm" in str(refusal.value.sentence)
    back = ProjectContent(name="Menu", billing="staff", members={cast.stig.id: Decimal(30)})
    one = projects.edit(one, back, by=cast.by_olga, revision=2)
    assert bill(cast, one).total_minor == 4_500


@pytest.mark.parametrize(
    ("currency", "rate", "quantity", "minor"),
    [
        ("GBP", "60", "0.3333", 2_000),
        ("GBP", "300", "0.333333", 10_000),  # four decimals would be a penny short
        ("GBP", "0.05", "0.3333", 2),
        ("JPY", "1500", "0.3333", 500),
        ("JPY", "6500", "0.333333", 2_167),
        ("JPY", "12500", "0.333333", 4_167),
        ("KWD", "20", "0.333333", 6_667),
        ("GBP", "0", "0.3333", 0),
    ],
)
def test_a_third_of_an_hour_costs_a_third_of_the_rate(
    cast: Cast, currency: str, rate: str, quantity: str, minor: int
) -> None:
    theirs = customer(cast.studio, f"In {currency}", currency, by=cast.by_olga)
    one = make.project(cast, theirs, rate=Decimal(rate))
    make.time(cast, make.task(cast, one), 20)
    assert worked.standing(one, list(one.tasks.all()), {}, currency).unbilled_minor == minor
    draft = bill(cast, one)
    assert (draft.lines.get().quantity, draft.total_minor, draft.currency) == (Decimal(quantity), minor, currency)
    assert billing.invoiced_minor(one) == minor


@given(minutes=st.integers(1, 40 * DAY), minor=st.integers(0, 200_000), currency=st.sampled_from(["GBP", "JPY", "KWD"]))
def test_a_line_comes_to_what_its_minutes_cost_to_the_last_unit(minutes: int, minor: int, currency: str) -> None:
    """As far as six decimals of an hour can say it."""
    rate = Decimal(minor).scaleb(-2 if currency == "GBP" else 0)
    quantity = billing._hours(minutes, rate, currency)
    content = InvoiceContent(dated=today(), lines=[LineContent("Hours", quantity, rate)])
    come_to = pricing.price_with(content, {}, currency).total_minor
    least = rate.scaleb(exponent(currency)) * Decimal("0.0000005")
    assert abs(come_to - (rate * minutes / 60).scaleb(exponent(currency))) <= Decimal("0.5") + least


def test_names_and_days_are_in_the_customers_language(cast: Cast) -> None:
    one = make.project(cast, cast.yunshan, name="橱窗")
    make.time(cast, make.task(cast, one, "绘图"), 60)
    line = bill(cast, one).lines.get()
    assert line.name == "绘图"
    assert format_date(today(), "zh-Hans", again(cast.studio).date_format) in line.description
    assert format_date(today(), "en", again(cast.studio).date_format) not in line.description


def test_lines_have_the_usual_tax(cast: Cast) -> None:
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    taxes.make_default(vat, by=cast.by_olga)
    one = make.project(cast)
    make.time(cast, make.task(cast, one), 60)
    draft = bill(cast, one)
    assert (draft.total_minor, billing.invoiced_minor(one)) == (7_200, 6_000)


def test_only_time_until_a_day_is_billed(cast: Cast) -> None:
    one = make.project(cast)
    drawing = make.task(cast, one)
    kept = make.time(cast, drawing)
    old = make.time(cast, drawing, days_ago=1)
    assert entries_on(bill(cast, one, until=days_ago(1))) == {old.id}
    with refused("NOTHING_TO_BILL", field="until"):
        bill(cast, one, until=days_ago(1))
    assert list(billing.unbilled(one, today())) == [kept]


def test_time_is_billed_once(cast: Cast) -> None:
    one = make.project(cast)
    drawing = make.task(cast, one)
    first, second = make.time(cast, drawing), None
    assert entries_on(bill(cast, one)) == {first.id}
    second = make.time(cast, drawing)
    assert entries_on(bill(cast, one)) == {second.id}
    with refused("NOTHING_TO_BILL"):
        bill(cast, one)


def test_an_inactive_projects_time_is_billed_too(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    one = projects.deactivate(one, by=cast.by_olga, revision=1)
    assert bill(cast, one).total_minor == 9_000


def test_the_same_form_twice_is_one_invoice(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    wish = Wish(until=today())
    made = [billing.bill(one, wish, by=cast.by_olga, revision=1, making_key="k" * 20) for _twice in range(2)]
    assert made[0] == made[1]
    assert Invoice.objects.count() == Event.objects.filter(name="project.billed").count() == 1


def test_a_project_that_changed_must_be_read_again(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    projects.edit(one, ProjectContent(name="Shop window", rate=Decimal(600)), by=cast.by_olga, revision=1)
    with refused("PROJECT_CHANGED"):
        billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)


def test_only_owner_and_staff_of_the_business_bill(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    for by in (actor(cast.vera), actor(cast.otto), cast.by_ana, actor(make.timekeeper(cast))):
        with refused("NOT_ALLOWED"):
            billing.bill(one, Wish(until=today()), by=by, revision=1)


def test_there_is_an_end_to_what_one_invoice_is_of(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one = make.project(cast)
    drawing = make.task(cast, one)
    for _each in range(3):
        make.time(cast, drawing)
    monkeypatch.setattr(billing, "MOST_LINES", 2)
    with refused("TOO_MANY_LINES", field="by"):
        bill(cast, one, By.ENTRY)
    monkeypatch.setattr(billing, "MOST_ENTRIES", 2)
    with refused("TOO_MUCH_TIME", field="until"):
        bill(cast, one)


def approved_only(cast: Cast) -> None:
    cast.studio.refresh_from_db()
    organizations.change_time(cast.studio, bills_approved_only=True, revision=cast.studio.revision, by=cast.by_olga)


def test_only_what_its_customer_approved_if_the_business_says_so(cast: Cast) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    approved_only(cast)
    one = make.project(cast)
    drawing = make.task(cast, one)
    entry = make.time(cast, drawing, 60)
    with refused("NOTHING_TO_BILL"):
        bill(cast, one)
    asked = make.approval(cast, one)
    make.time(cast, drawing, 600)
    with refused("NOTHING_TO_BILL"):
        bill(cast, one)
    approvals.approve(asked, by=cast.by_ana, revision=2)
    draft = bill(cast, one)
    assert (entries_on(draft), draft.total_minor) == ({entry.id}, 6_000)
    assert not differences()


def test_that_is_for_owners_to_say(cast: Cast) -> None:
    for member in (cast.stig, cast.vera, cast.otto):
        with refused("NOT_ALLOWED"):
            organizations.change_time(
                cast.studio, bills_approved_only=True, revision=cast.studio.revision, by=actor(member)
            )
    approved_only(cast)
    assert again(cast.studio).bills_approved_only
    with refused("ORGANIZATION_CHANGED"):
        organizations.change_time(
            cast.studio, bills_approved_only=False, revision=cast.studio.revision - 1, by=cast.by_olga
        )


def test_a_fixed_cost_is_billed_by_amounts_with_the_time_that_there_is(cast: Cast) -> None:
    one = fixed(cast)
    entry = make.time(cast, make.task(cast, one), 600)
    draft = bill(cast, one, fixed_minor=40_000)
    assert lines(draft) == [("Shop window", Decimal(1), "", Decimal(400), 40_000)]
    assert entries_on(draft) == {entry.id}
    assert bill(cast, one, fixed_minor=60_000).total_minor == 60_000
    assert billing.invoiced_minor(one) == 100_000
    assert not differences()


@pytest.mark.parametrize(
    ("minor", "code"),
    [(None, "AMOUNT_MISSING"), (0, "AMOUNT_MISSING"), (-1, "AMOUNT_MISSING"), (60_001, "BEYOND_COST")],
)
def test_no_more_of_a_fixed_cost_is_billed_than_is_left(cast: Cast, minor: int | None, code: str) -> None:
    one = fixed(cast)
    bill(cast, one, fixed_minor=40_000)
    with refused(code, field="amount"):
        bill(cast, one, fixed_minor=minor)


@pytest.mark.parametrize(("currency", "rate"), [("JPY", Decimal(100_000)), ("KWD", Decimal(100))])
def test_a_fixed_cost_has_the_decimals_of_its_currency(cast: Cast, currency: str, rate: Decimal) -> None:
    theirs = customer(cast.studio, f"In {currency}", currency, by=cast.by_olga)
    one = make.project(cast, theirs, billing="fixed", fixed_minor=100_000)
    draft = bill(cast, one, fixed_minor=100_000)
    assert (draft.lines.get().rate, draft.total_minor) == (rate, 100_000)


def test_what_is_void_or_thrown_away_is_left_of_the_cost_again(cast: Cast) -> None:
    one = fixed(cast)
    issued, draft = bill(cast, one, fixed_minor=60_000), bill(cast, one, fixed_minor=40_000)
    invoices.delete(draft, by=cast.by_olga, revision=1)
    assert billing.invoiced_minor(one) == 60_000
    issued = void(cast, issued)
    assert billing.invoiced_minor(one) == 0
    second = bill(cast, one, fixed_minor=100_000)
    with refused("BEYOND_COST"):
        invoices.reinstate(issued, by=cast.by_olga, revision=issued.revision)
    invoices.delete(second, by=cast.by_olga, revision=1)
    invoices.reinstate(issued, by=cast.by_olga, revision=issued.revision)
    assert billing.invoiced_minor(one) == 60_000
    assert not differences()


def test_a_discount_leaves_more_of_the_cost(cast: Cast) -> None:
    one = fixed(cast)
    draft = bill(cast, one, fixed_minor=100_000)
    content = InvoiceContent(
        dated=today(),
        lines=[LineContent("Shop window", Decimal(1), Decimal(1_000))],
        discount_kind="percent",
        discount_value=Decimal(10),
    )
    invoices.edit(draft, content, by=cast.by_olga, revision=1)
    assert billing.invoiced_minor(one) == 90_000
    assert bill(cast, one, fixed_minor=10_000).total_minor == 10_000


def test_void_gives_time_back(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    void(cast, bill(cast, one))
    assert billing.unbilled(one, today()).count() == 1
    bill(cast, one, By.ENTRY)
    assert BilledTime.objects.filter(stands=True).count() == 1
    assert not differences()


def test_what_was_read_before_its_customer_was_merged_is_billed_to_the_survivor(cast: Cast) -> None:
    twin = duplicate(cast)
    one = make.project(cast, twin, name="Leaflet")
    make.time(cast, make.task(cast, one))
    merge(cast, twin, cast.bakery)
    assert bill(cast, one).customer_id == cast.bakery.id
    assert not differences()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings.default.max_examples // 4,
)
@given(
    worked=st.lists(st.tuples(st.integers(0, 2), st.integers(1, DAY), st.integers(0, 5)), min_size=1, max_size=8),
    by=st.sampled_from(list(By)),
)
def test_whatever_was_worked_and_however_it_is_billed_each_minute_is_on_the_invoice_once(
    cast: Cast, worked: list[tuple[int, int, int]], by: By
) -> None:
    from django.db import transaction

    with transaction.atomic():
        one = make.project(cast, billing="task")
        parts = [make.task(cast, one, f"Part {place}", rate=Decimal(20 + 10 * place)) for place in range(3)]
        for place, minutes, days in worked:
            make.time(cast, parts[place], minutes, days_ago=days)
        draft = bill(cast, one, by)
        hours = sum(line.quantity for line in draft.lines.all())
        assert abs(hours * 60 - sum(minutes for _place, minutes, _days in worked)) < Decimal("0.1")
        assert len(entries_on(draft)) == len(worked)
        exactly = sum(Decimal(20 + 10 * place) * minutes / 60 for place, minutes, _days in worked)
        assert abs(draft.total_minor - exactly * 100) <= Decimal("0.5") * draft.lines.count()
        assert not differences()
        transaction.set_rollback(True)


def test_a_task_that_costs_something_else_now_is_billed_so(cast: Cast) -> None:
    one = make.project(cast, billing="task")
    drawing = make.task(cast, one, rate=Decimal(40))
    make.time(cast, drawing, 60)
    billed = bill(cast, one)
    make.time(cast, drawing, 60)
    tasks.edit(drawing, TaskContent(name="Drawing", rate=Decimal(50)), by=cast.by_olga, revision=1)
    assert (again(billed).total_minor, bill(cast, one).total_minor) == (4_000, 5_000)


def test_verify_finds_time_that_is_said_to_be_billed_and_is_not(cast: Cast) -> None:
    one = make.project(cast)
    entry = make.time(cast, make.task(cast, one))
    draft = bill(cast, one)
    BilledTime.objects.update(stands=False)
    assert differences() == [f"Time {entry.id} is not said to be billed by an invoice that is draft."]
    BilledTime.objects.update(stands=True)
    Invoice.objects.filter(id=draft.id).update(customer=cast.tidewater)
    assert f"Time {entry.id} is billed to customer {cast.tidewater.id}, and is not theirs." in differences()


def test_what_is_written_of_a_project_says_the_same_when_it_is_written_again(cast: Cast) -> None:
    one = fixed(cast, budget_minutes=60, description="By hand")
    before = Project.objects.values().get()
    projects.edit(one, content_of(one), by=cast.by_olga, revision=1)
    assert Project.objects.values().get() == before | {"revision": 2}


def test_far_off_days_are_no_trouble(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    assert bill(cast, one, until=date.max).total_minor == 9_000
