"""Which time is billed follows what becomes of its invoice, whatever that is."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from counterfoil.books.ledger.verify import differences
from counterfoil.books.projects import billing
from counterfoil.books.projects.billing import By, Wish
from counterfoil.books.projects.models import TimeEntry
from counterfoil.books.sales import billed_time, conversions, credit_notes, invoices, write_offs, writing
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import BilledTime, Invoice
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.pricing import LineContent
from tests.support import projects as make
from tests.support.cast import Cast
from tests.support.locking import today
from tests.support.refusals import refused

EXPENSES = LineContent("Paper", Decimal(1), Decimal(12))


@pytest.fixture
def one(cast: Cast) -> Any:
    """A project with an hour of drawing and an hour of printing."""
    made = make.project(cast)
    for name in ("Drawing", "Printing"):
        make.time(cast, make.task(cast, made, name), 60)
    return made


def bill(cast: Cast, one: Any, by: By = By.TASK) -> Any:
    return billing.bill(one, Wish(until=today(), by=by), by=cast.by_olga, revision=1)


def free(one: Any) -> list[str]:
    """The tasks of what can be billed."""
    return list(billing.unbilled(one, today()).order_by("task__name").values_list("task__name", flat=True))


def written_in(invoice: Any) -> InvoiceContent:
    """An invoice's rows as what a person wrote."""
    lines = [
        OrderLineContent(**writing.line_content(line), source_line_id=line.source_line_id)
        for line in invoice.lines.order_by("position")
    ]
    return InvoiceContent(**writing.shared_content(invoice), lines=lines, payment_days=14)


def edit(cast: Cast, invoice: Any, *lines: LineContent) -> Any:
    content = replace(written_in(invoice), lines=list(lines))
    return invoices.edit(invoice, content, by=cast.by_olga, revision=invoice.revision)


def issue(cast: Cast, invoice: Any) -> Any:
    return invoices.mark_as_sent(invoice, by=cast.by_olga, revision=invoice.revision)


def test_a_draft_that_is_thrown_away_gives_its_time_back(cast: Cast, one: Any) -> None:
    draft = bill(cast, one)
    assert free(one) == []
    invoices.delete(draft, by=cast.by_olga, revision=1)
    assert free(one) == ["Drawing", "Printing"]
    assert not BilledTime.objects.exists()
    assert bill(cast, one).total_minor == 12_000
    assert not differences()


@pytest.mark.parametrize("is_issued", [False, True])
@pytest.mark.parametrize("has_more", [False, True])
def test_a_line_that_is_taken_off_gives_its_time_back(cast: Cast, one: Any, is_issued: bool, has_more: bool) -> None:
    """Also where the invoice has lines that are of no time."""
    draft = bill(cast, one)
    made = issue(cast, draft) if is_issued else draft
    drawing, _printing = written_in(made).lines
    edit(cast, made, *([EXPENSES] if has_more else []), drawing)
    assert free(one) == ["Printing"]
    assert bill(cast, one).total_minor == 6_000
    assert free(one) == []
    assert not differences()


def test_a_line_that_is_changed_or_moved_still_bills_its_time(cast: Cast, one: Any) -> None:
    draft = bill(cast, one)
    drawing, printing = written_in(draft).lines
    draft = edit(
        cast, draft, replace(printing, rate=Decimal(99), name="Print"), EXPENSES, replace(drawing, item_id=None)
    )
    assert free(one) == []
    edit(cast, issue(cast, draft), *written_in(draft).lines)
    assert (free(one), BilledTime.objects.filter(stands=True).count()) == ([], 2)
    assert not differences()


def test_a_line_that_was_taken_off_claims_its_time_no_more_when_it_is_put_back(cast: Cast, one: Any) -> None:
    draft = bill(cast, one)
    drawing, printing = written_in(draft).lines
    draft = edit(cast, draft, drawing)
    draft = edit(cast, draft, drawing, printing)
    assert draft.lines.filter(source_line_id__isnull=False).count() == 1
    assert free(one) == ["Printing"]


def test_one_line_typed_twice_bills_its_time_once(cast: Cast, one: Any) -> None:
    draft = bill(cast, one)
    drawing, printing = written_in(draft).lines
    edit(cast, draft, drawing, drawing, printing)
    assert BilledTime.objects.count() == 2
    assert not differences()


def test_an_edited_invoice_claims_no_other_projects_lines(cast: Cast, one: Any) -> None:
    other = make.project(cast, name="Menu")
    make.time(cast, make.task(cast, other, "Typing"), 30)
    mine, theirs = bill(cast, one), bill(cast, other)
    (foreign,) = written_in(theirs).lines
    mine = edit(cast, mine, *written_in(mine).lines, foreign)
    assert mine.lines.filter(source_line_id=foreign.source_line_id).count() == 0
    invoices.delete(theirs, by=cast.by_olga, revision=1)
    assert free(other) == ["Typing"]
    assert not differences()


def test_a_copy_of_an_invoice_bills_nothing(cast: Cast, one: Any) -> None:
    draft = bill(cast, one)
    copy = invoices.create(cast.bakery, written_in(draft), by=cast.by_olga)
    assert list(copy.lines.values_list("source_line_id", flat=True)) == [None, None]
    assert (copy.came_from_kind, billed_time.lines_of(copy)) == ("", set())
    invoices.delete(draft, by=cast.by_olga, revision=1)
    assert free(one) == ["Drawing", "Printing"]
    assert not differences()


def test_void_gives_time_back_and_valid_again_takes_it(cast: Cast, one: Any) -> None:
    made = issue(cast, bill(cast, one))
    made = invoices.void(made, by=cast.by_olga, revision=1)
    assert free(one) == ["Drawing", "Printing"]
    invoices.reinstate(made, by=cast.by_olga, revision=1)
    assert free(one) == []
    assert not differences()


def test_it_is_not_valid_again_while_another_invoice_has_some_of_its_time(cast: Cast, one: Any) -> None:
    first = issue(cast, bill(cast, one))
    first = invoices.void(first, by=cast.by_olga, revision=1)
    second = bill(cast, one, By.ENTRY)
    with refused("TIME_BILLED") as refusal:
        invoices.reinstate(first, by=cast.by_olga, revision=1)
    assert "a draft" in str(refusal.value.sentence)
    second = issue(cast, second)
    with refused("TIME_BILLED") as refusal:
        invoices.reinstate(first, by=cast.by_olga, revision=1)
    assert second.number in str(refusal.value.sentence)
    second = invoices.void(second, by=cast.by_olga, revision=1)
    invoices.reinstate(first, by=cast.by_olga, revision=1)
    with refused("TIME_BILLED"):
        invoices.reinstate(second, by=cast.by_olga, revision=1)
    assert BilledTime.objects.filter(stands=True, invoice=first).count() == 2
    assert not differences()


def test_what_is_written_off_or_credited_stays_billed(cast: Cast, one: Any) -> None:
    made = issue(cast, bill(cast, one))
    note = conversions.invoice_to_credit_note(made, by=cast.by_olga, revision=made.revision)
    assert free(one) == []
    credit_notes.delete(note, by=cast.by_olga, revision=note.revision)
    made = Invoice.objects.get(id=made.id)
    write_offs.write_off(made, by=cast.by_olga, revision=made.revision)
    assert free(one) == []
    assert not differences()


def test_an_invoice_of_no_project_minds_nobodys_time(cast: Cast, one: Any) -> None:
    draft = bill(cast, one)
    own = issue(cast, invoices.create(cast.bakery, written_in(draft), by=cast.by_olga))
    own = invoices.void(own, by=cast.by_olga, revision=1)
    invoices.reinstate(own, by=cast.by_olga, revision=1)
    assert free(one) == []


def test_the_database_bills_nothing_twice(cast: Cast, one: Any) -> None:
    bill(cast, one)
    other = issue(cast, invoices.create(cast.bakery, InvoiceContent(dated=today(), lines=[EXPENSES]), by=cast.by_olga))
    entry = TimeEntry.objects.first()
    assert entry is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        billed_time.bill(other, {7: [entry.id]})
