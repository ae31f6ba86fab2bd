"""Time through random histories: billed once, added up exactly, and fixed where it is relied on."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.books.ledger.verify import differences
from counterfoil.books.projects import approvals, billing, time_entries
from counterfoil.books.projects.approvals import ApprovalContent
from counterfoil.books.projects.billing import By, Wish
from counterfoil.books.projects.models import Approval, TimeEntry
from counterfoil.books.projects.time_entries import EntryContent
from counterfoil.books.sales import invoices, writing
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import BilledTime, Invoice
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation.refusal import Refused
from tests.support import projects as make
from tests.support.cast import Cast, actor
from tests.support.locking import days_ago, today

VERBS = (
    "log",
    "log",
    "edit",
    "delete",
    "draw up",
    "choose",
    "send",
    "recall",
    "approve",
    "reject",
    "delete approval",
    "bill",
    "bill",
    "issue",
    "take a line off",
    "void",
    "reinstate",
    "delete invoice",
)
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 12), st.integers(1, 200), st.integers(0, 9)),
    min_size=4,
    max_size=24,
)


class Story:
    """One project's history. The lists beside the books say what must be so: each is kept by what verbs did.

    `minutes` are those of each piece of time; `inside` is the approval that it is in; `on` are the pieces of each
    invoice that stands, and `void` those of each that doesn't.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast, self.by = cast, cast.by_olga
        make.show_projects(cast.studio, by=self.by)
        self.project = make.project(cast, members=[cast.olga, cast.stig])
        self.tasks = [make.task(cast, self.project, name) for name in ("Drawing", "Printing")]
        self.minutes: dict[int, int] = {}
        self.inside: dict[int, int] = {}
        self.states: dict[int, str] = {}
        self.on: dict[int, dict[int, set[int]]] = {}
        self.void: dict[int, dict[int, set[int]]] = {}

    def live(self, verb: str, place: int, minutes: int, back: int) -> None:
        time, asked = list(TimeEntry.objects.order_by("id")), list(Approval.objects.order_by("id"))
        made = list(Invoice.objects.order_by("id"))
        entry, one, invoice = (rows[place % len(rows)] if rows else None for rows in (time, asked, made))
        acts: dict[str, tuple[Any, Callable[[], None]]] = {
            "log": (True, lambda: self.log(place, minutes, back)),
            "edit": (entry, lambda: self.edit(entry, place, minutes, back)),
            "delete": (entry, lambda: self.delete(entry)),
            "draw up": (True, lambda: self.draw_up(back)),
            "choose": (one and entry, lambda: self.choose(one, entry)),
            "send": (one, lambda: self.decide(one, "awaiting")),
            "recall": (one, lambda: self.decide(one, "draft")),
            "approve": (one, lambda: self.decide(one, "approved")),
            "reject": (one, lambda: self.decide(one, "rejected")),
            "delete approval": (one, lambda: self.throw_away(one)),
            "bill": (True, lambda: self.bill(place, back)),
            "issue": (invoice, lambda: self.issue(invoice)),
            "take a line off": (invoice, lambda: self.take_off(invoice, minutes)),
            "void": (invoice, lambda: self.make_void(invoice)),
            "reinstate": (invoice, lambda: self.reinstate(invoice)),
            "delete invoice": (invoice, lambda: self.delete_invoice(invoice)),
        }
        is_possible, act = acts[verb]
        if is_possible:
            with suppress(Refused), transaction.atomic():
                act()

    def content(self, place: int, minutes: int, back: int) -> EntryContent:
        member = (self.cast.olga, self.cast.stig)[place % 2]
        return EntryContent(
            task_id=self.tasks[minutes % 2].id, member_id=member.id, worked_on=days_ago(back), minutes=minutes
        )

    def log(self, place: int, minutes: int, back: int) -> None:
        entry = time_entries.log(self.project, self.content(place, minutes, back), by=self.by)
        self.minutes[entry.id] = minutes

    def edit(self, entry: Any, place: int, minutes: int, back: int) -> None:
        time_entries.edit(entry, self.content(place, minutes, back), by=self.by, revision=entry.revision)
        assert self.is_free(entry.id)
        self.minutes[entry.id] = minutes

    def delete(self, entry: Any) -> None:
        time_entries.delete(entry, by=self.by, revision=entry.revision)
        assert self.is_free(entry.id)
        del self.minutes[entry.id]
        self.inside.pop(entry.id, None)
        for lines in self.void.values():
            for ids in lines.values():
                ids.discard(entry.id)

    def is_free(self, entry_id: int) -> bool:
        asked = self.states.get(self.inside.get(entry_id, 0))
        return entry_id not in self.billed() and asked not in ("awaiting", "approved")

    def billed(self) -> list[int]:
        """Each as often as it is billed."""
        return [entry_id for lines in self.on.values() for ids in lines.values() for entry_id in ids]

    def draw_up(self, back: int) -> None:
        content = ApprovalContent(first=days_ago(back), last=today())
        made = approvals.create(self.project, content, by=self.by)
        self.states[made.id] = "draft"
        for entry in approvals.entries_of(made):
            assert entry.id not in self.inside
            assert entry.id not in self.billed()
            self.inside[entry.id] = made.id

    def choose(self, one: Any, entry: Any) -> None:
        content = ApprovalContent(first=one.first, last=one.last, entry_ids=[entry.id])
        approvals.edit(one, content, by=self.by, revision=one.revision)
        assert self.states[one.id] in ("draft", "rejected")
        assert self.inside.get(entry.id, one.id) == one.id
        self.inside = {id: other for id, other in self.inside.items() if other != one.id} | {entry.id: one.id}

    def decide(self, one: Any, to: str) -> None:
        was = self.states[one.id]
        by, revision = self.by, one.revision
        if to == "awaiting":
            approvals.send(one, to=[self.cast.ana.id], by=by, revision=revision)
            assert was != "approved"
        elif to == "draft":
            approvals.recall(one, by=by, revision=revision)
            assert was == "awaiting"
        elif to == "approved":
            approvals.approve(one, by=self.cast.by_ana, revision=revision)
            assert was in ("awaiting", "approved")  # the same person twice
        else:
            approvals.reject(one, by=actor(self.cast.sam), revision=revision, reason="Too long")
            assert was in ("awaiting", "rejected")
        self.states[one.id] = to

    def throw_away(self, one: Any) -> None:
        approvals.delete(one, by=self.by, revision=one.revision)
        assert self.states.pop(one.id) == "draft"
        self.inside = {id: other for id, other in self.inside.items() if other != one.id}

    def bill(self, place: int, back: int) -> None:
        wish = Wish(until=days_ago(back), by=list(By)[place % 3])
        made = billing.bill(self.project, wish, by=self.by, revision=1)
        lines = self.lines(made)
        assert not {entry_id for ids in lines.values() for entry_id in ids} & set(self.billed())
        self.on[made.id] = lines

    def lines(self, invoice: Any) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for line_id, entry_id in BilledTime.objects.filter(invoice=invoice).values_list("source_line_id", "entry_id"):
            found.setdefault(line_id, set()).add(entry_id)
        return found

    def issue(self, invoice: Any) -> None:
        invoices.mark_as_sent(invoice, by=self.by, revision=invoice.revision)

    def take_off(self, invoice: Any, which: int) -> None:
        """One of its lines goes, and another that is of no time comes."""
        rows = list(invoice.lines.order_by("position"))
        gone = rows.pop(which % len(rows))
        kept = [OrderLineContent(**writing.line_content(row), source_line_id=row.source_line_id) for row in rows]
        lines = [*kept, LineContent("Paper", gone.quantity, gone.rate)]
        content = InvoiceContent(**writing.shared_content(invoice), lines=lines, payment_days=14)
        invoices.edit(invoice, content, by=self.by, revision=invoice.revision)
        self.on[invoice.id].pop(gone.source_line_id, None)

    def make_void(self, invoice: Any) -> None:
        invoices.void(invoice, by=self.by, revision=invoice.revision)
        self.void[invoice.id] = self.on.pop(invoice.id)

    def reinstate(self, invoice: Any) -> None:
        invoices.reinstate(invoice, by=self.by, revision=invoice.revision)
        self.on[invoice.id] = self.void.pop(invoice.id)

    def delete_invoice(self, invoice: Any) -> None:
        invoices.delete(invoice, by=self.by, revision=invoice.revision)
        del self.on[invoice.id]

    def check(self) -> None:
        """The lists beside the books are what is in them."""
        assert dict(TimeEntry.objects.values_list("id", "minutes")) == self.minutes
        assert dict(TimeEntry.objects.exclude(approval=None).values_list("id", "approval_id")) == self.inside
        assert dict(Approval.objects.values_list("id", "state")) == self.states
        for one in Approval.objects.all():
            assert one.minutes == sum(self.minutes[id] for id, other in self.inside.items() if other == one.id)
        billed = self.billed()
        assert len(billed) == len(set(billed))
        standing = BilledTime.objects.filter(stands=True).values_list("entry_id", flat=True)
        assert sorted(standing) == sorted(billed)
        assert set(TimeEntry.objects.billed().values_list("id", flat=True)) == set(billed)
        free = set(billing.unbilled(self.project, today()).values_list("id", flat=True))
        assert free == self.minutes.keys() - set(billed)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings.default.max_examples // 2,
)
@given(steps=STEPS)
def test_whatever_is_logged_approved_billed_and_undone_no_time_is_billed_twice_and_sums_agree(
    cast: Cast, steps: list[Any]
) -> None:
    with transaction.atomic():
        story = Story(cast)
        for verb, place, minutes, back in steps:
            story.live(verb, place, minutes, back)
            story.check()
        assert differences() == []
        transaction.set_rollback(True)
