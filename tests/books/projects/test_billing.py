"""Time becomes invoices: once, at the rates of its project."""

from decimal import Decimal

from counterfoil.books.ledger.verify import differences
from counterfoil.books.projects import approvals, billing, time_entries, timers
from counterfoil.books.projects.billing import By, Wish
from counterfoil.books.projects.models import TimeEntry
from counterfoil.books.sales import invoices
from counterfoil.books.sales.models import BilledTime
from counterfoil.foundation import clock
from tests.support import projects as make
from tests.support.cast import Cast, actor


def today():
    return clock.today("Europe/London")


def test_unbilled_time_becomes_a_draft_invoice_by_task(cast: Cast) -> None:
    one = make.project(cast)
    drawing, printing = make.task(cast, one), make.task(cast, one, "Printing")
    make.time(cast, drawing, 90)
    make.time(cast, drawing, 20, days_ago=1)
    make.time(cast, printing, 60)
    make.time(cast, make.task(cast, one, "Talking", is_billable=False), 600)
    draft = billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)
    lines = list(draft.lines.values_list("name", "quantity", "unit", "rate", "net_minor"))
    assert lines == [
        ("Drawing", Decimal("1.8333"), "h", Decimal(60), 11_000),
        ("Printing", Decimal(1), "h", Decimal(60), 6_000),
    ]
    assert (draft.came_from_kind, draft.came_from_id) == ("project", one.id)
    assert not billing.unbilled(one, today()).exists()
    assert TimeEntry.objects.billed().count() == 3
    assert not differences()


def test_void_gives_time_back(cast: Cast) -> None:
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    first = billing.bill(one, Wish(until=today()), by=cast.by_olga, revision=1)
    first = invoices.mark_as_sent(first, by=cast.by_olga, revision=first.revision)
    first = invoices.void(first, by=cast.by_olga, revision=first.revision)
    assert billing.unbilled(one, today()).count() == 1
    billing.bill(one, Wish(until=today(), by=By.ENTRY), by=cast.by_olga, revision=1)
    assert BilledTime.objects.filter(stands=True).count() == 1
    assert not differences()


def test_an_approval_goes_its_way(cast: Cast) -> None:
    make.show_projects(cast.studio, by=cast.by_olga)
    one = make.project(cast)
    make.time(cast, make.task(cast, one))
    sent = make.approval(cast, one)
    assert (sent.number, sent.state, sent.minutes) == ("TS-000001", "awaiting", 90)
    sent = approvals.view(sent, by=cast.by_ana)
    done = approvals.approve(sent, by=cast.by_ana, revision=sent.revision)
    assert done.state == "approved"
    assert not differences()


def test_a_timer(cast: Cast) -> None:
    tess = make.timekeeper(cast)
    one = make.project(cast, members=[tess])
    running = timers.start(make.task(cast, one), by=actor(tess))
    entry = timers.stop(running, by=actor(tess))
    assert entry.minutes == 1
    time_entries.delete(entry, by=actor(tess), revision=1)
    assert not TimeEntry.objects.exists()
