"""What the worker does for an import: check its file, and write what is in it, all of it or nothing."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.books.customers import bulk as customers_in_bulk
from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import bulk as ledger_in_bulk
from counterfoil.foundation import clock
from counterfoil.foundation.actors import actor_from
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused
from counterfoil.foundation.transactions import snapshot
from counterfoil.outbound import batches
from counterfoil.outbound.models import Batch
from counterfoil.outbound.scheduler import every

from . import reading
from .kinds import KINDS, Kind
from .models import Import, ImportFile
from .plans import Plan, Setting
from .reading import Table
from .records import Problems, Record, Undecided, order_of, records

State = Import.State
MOST_TOLD = 5_000  # problems and changes that are kept, of each
KEPT = timedelta(days=7)  # of what nobody went on with
STEP = 2_000  # rows after which it is said how far it is


def do(batch: Batch) -> None:
    """Check the file of an import, or write it, whichever it waits for."""
    one = Import.objects.select_related("organization").get(id=int(batch.document_ids[0]))
    if one.state == State.IMPORTING:
        _write(one, batch)
    elif one.state == State.CHECKING:
        _check(one, batch)


def give_up(batch: Batch) -> None:
    """It failed again and again, and nothing of it was written."""
    sentence = _("Something went wrong, and nothing was imported. Please try again.")
    _fail(int(batch.document_ids[0]), sentence)


batches.does(Batch.Act.IMPORT, do, give_up=give_up)


@every(timedelta(hours=6), "imports.clear_old")
def throw_old_away() -> None:
    """Forget files with which nobody went on."""
    old = Import.objects.filter(made_at__lt=clock.now() - KEPT, state__in=(State.CHECKED, State.FAILED))
    old.delete()


def _check(one: Import, batch: Batch) -> None:
    """See what importing it would do, as of now, and write nothing but that."""
    found: dict[str, Any] = {"can_start": False}
    try:
        table = _table(one)
        found |= {"rows": len(table.rows), "sample": reading.sample(table), "encoding": table.encoding}
        plan, rows = _read(one, table, batch)
        with snapshot():
            _plan(one, plan, rows, list(Customer.objects.of(one.organization)))
        found |= _told(plan)
    except Undecided as undecided:
        found |= {"refused": str(undecided.sentence), "asks": undecided.field}
    except Refused as refusal:
        found |= {"refused": str(refusal.sentence)}
    same = Import.objects.filter(id=one.id, state=State.CHECKING, checks=one.checks)
    same.update(state=State.CHECKED, found=found)


def _write(one: Import, batch: Batch) -> None:
    """Plan it once more with everything locked that it concerns, and write it if nothing is in the way."""
    try:
        table = _table(one)
        plan, rows = _read(one, table, batch)
        with transaction.atomic():
            if Import.objects.select_for_update().filter(id=one.id, state=State.IMPORTING).first() is None:
                return  # another worker was faster
            batches.must_still_work_here(batch)
            _plan(one, plan, rows, _locked(one))
            if plan.problems.found:
                raise Refused("HAS_PROBLEMS", "")
            plan.write()
            _finish(one, plan, len(table.rows))
    except Refused as refusal:
        if refusal.code == "NOT_ALLOWED":
            _fail(one.id, str(refusal.sentence))
        elif refusal.code == "HAS_PROBLEMS":  # what is here has changed since it was checked
            Import.objects.filter(id=one.id).update(state=State.CHECKING)
            one.state = State.CHECKING
            _check(one, batch)
        else:
            _fail(one.id, str(refusal.sentence))


def _locked(one: Import) -> list[Customer]:
    if KINDS[one.kind].posts:
        return [balance.customer for balance in ledger_in_bulk.lock_all(one.organization_id).values()]
    return customers_in_bulk.take_all(one.organization)


def _finish(one: Import, plan: Plan, rows: int) -> None:
    told = _told(plan) | {"rows": rows}
    record(
        "import.finished",
        one,
        by=actor_from(one.made_by),
        audience="office",
        kind=one.kind,
        file=one.file_name,
        new=plan.new,
        changed=plan.changed,
    )
    Import.objects.filter(id=one.id).update(state=State.DONE, finished_at=clock.now(), found=told)
    ImportFile.objects.filter(import_of=one).delete()


def _fail(import_id: int, sentence: str) -> None:
    waiting = Import.objects.filter(id=import_id, state__in=(State.CHECKING, State.IMPORTING))
    waiting.update(state=State.FAILED, finished_at=clock.now(), found={"refused": sentence})


def _table(one: Import) -> Table:
    content = ImportFile.objects.get(import_of=one).content
    return reading.read(zlib.decompress(bytes(content)), encoding=one.options.get("encoding", ""))


def _read(one: Import, table: Table, batch: Batch) -> tuple[Plan, list[Record]]:
    """The rows by field, and the plan with what of them can't be read. Raises Refused: MISSING, DATE_ORDER."""
    layout = KINDS[one.kind].layout
    if missing := layout.missing(one.columns):
        labels = ", ".join(str(field.label) for field in missing)
        raise Refused("MISSING", _("Choose which column is: %(fields)s.") % {"fields": labels})
    order = order_of(table, layout, one.columns, one.options.get("order", ""))
    plan = Plan(Problems(table.header, one.columns))
    told = _telling(one, records(table, layout, one.columns, order, plan.problems), len(table.rows), batch)
    return plan, list(told)


def _telling(one: Import, rows: Iterator[Record], total: int, batch: Batch) -> Iterator[Record]:
    """The same rows; on the way it is written down how far it is."""
    for place, row in enumerate(rows):
        if place % STEP == 0:
            Import.objects.filter(id=one.id).update(rows_done=place, rows_total=total)
            batches.keep(batch)
        yield row
    Import.objects.filter(id=one.id).update(rows_done=total, rows_total=total)


def _plan(one: Import, plan: Plan, rows: list[Record], customers: list[Customer]) -> None:
    kind: Kind = KINDS[one.kind]
    kind.plan(Setting(one.organization, actor_from(one.made_by), one.options), plan, rows, customers)


def _told(plan: Plan) -> dict[str, Any]:
    """A plan as an import keeps it."""
    problems = plan.problems.in_order()
    return {
        "new": plan.new,
        "changed": plan.changed,
        "same": plan.same,
        "left_out": plan.left_out,
        "changes": plan.changes[:MOST_TOLD],
        "notes": plan.notes,
        "problem_lines": len(plan.problems.lines),
        "problems": [[one.line, one.column, one.sentence] for one in problems[:MOST_TOLD]],
        "can_start": not problems and bool(plan.new or plan.changed or plan.linked),
    }
