"""Making invoices of time. Each piece of it is billed once: `counterfoil.books.sales.billed_time`.

What an hour costs, the project says. A project of fixed cost is billed by amounts, whatever the time was; the time that
is billed with them is the customer's to see as billed.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import Organization, TaxRate
from counterfoil.books.sales import billed_time, invoices
from counterfoil.books.sales.arithmetic import QUANTITY_PLACES
from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.models import Invoice
from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.writing import MOST_LINES
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.formats import filled, format_date
from counterfoil.foundation.hours import in_hours
from counterfoil.foundation.ids import new_id
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import LARGEST, Money
from counterfoil.foundation.refusal import Refused

from . import worked
from .models import Project, ProjectMember, TimeEntry, TimeEntryQuerySet
from .taking import take

MOST_ENTRIES = 2_000


class By(StrEnum):
    """What a line of the invoice stands for."""

    PROJECT = "project"
    TASK = "task"
    ENTRY = "entry"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be billed: time up to a day, in lines `by` something; of a fixed cost, so much of it."""

    until: date
    by: By = By.TASK
    fixed_minor: int | None = None


@dataclass(frozen=True)
class Offer:
    """What an invoice would be of: so many minutes, in so many lines, for so much before tax and discounts.

    Of a fixed cost, `total_minor` is what is left of it.
    """

    minutes: int
    lines: int
    total_minor: int


@dataclass(frozen=True)
class _Line:
    """Time that becomes one line: of one rate, since a line has only one."""

    name: str
    description: str
    rate: Decimal
    entries: Sequence[Any]


def unbilled(project: Project, until: date) -> TimeEntryQuerySet:
    """The time that can be billed now: only what its customer approved, if the organization wants that."""
    entries = TimeEntry.objects.filter(project=project, worked_on__lte=until).unbilled()
    wants_approval = Organization.objects.values_list("bills_approved_only", flat=True).get(id=project.organization_id)
    return entries.approved() if wants_approval else entries


def invoiced_minor(project: Project) -> int:
    """What the invoices that came from it say before tax, drafts too; what is void counts no more."""
    made = Invoice.objects.filter(came_from_kind=billed_time.ORIGIN, came_from_id=project.id)
    made = made.exclude(state=Invoice.State.VOID)
    return sum(subtotal - discount for subtotal, discount in made.values_list("subtotal_minor", "discount_minor"))


def offered(project: Project, wish: Wish, customer: Customer) -> Offer:
    """What `bill` would make of the same wish now, if it is sound. Raises Refused: TOO_MUCH_TIME."""
    entries = _entries(project, wish)
    minutes = sum(one.minutes for one in entries)
    if project.billing == Project.Billing.FIXED:
        return Offer(minutes, 1, left_minor(project))
    lines = list(_lines(project, wish, entries, customer))
    total = sum(worked.minor(_quantity(line, customer.currency) * line.rate, customer.currency) for line in lines)
    return Offer(minutes, len(lines), min(total, LARGEST))


def left_minor(project: Project) -> int:
    """How much of a fixed cost is not invoiced yet."""
    return max(0, project.fixed_minor - invoiced_minor(project))


@transaction.atomic
def bill(project: Project, wish: Wish, *, by: Actor, revision: int, making_key: str = "") -> Invoice:
    """A draft invoice of unbilled time, dated today with the customer's terms, in the customer's language.

    The same form sent again (by its `making_key`) gives the draft that it made. Raises Refused: PROJECT_CHANGED,
    NOTHING_TO_BILL, TOO_MUCH_TIME, TOO_MANY_LINES, BEYOND_COST, AMOUNT_MISSING, NOT_ON_PROJECT (whose hours are billed
    by a rate of theirs), and what `invoices.create` refuses.
    """
    project = take(project, staff=by)
    made = Invoice.objects.filter(organization_id=project.organization_id, making_key=making_key)
    if making_key and (earlier := made.first()):
        return earlier
    if project.revision != revision:
        raise Refused("PROJECT_CHANGED", _("Somebody changed this after you opened it. Please look at it again first."))
    entries = _entries(project, wish)
    customer = Customer.objects.get(id=project.customer_id)
    with speaking(customer.language):
        lines = list(_lines(project, wish, entries, customer))
    _must_have_rates(project, entries)
    if not lines:
        raise Refused("NOTHING_TO_BILL", gettext_lazy("There is no unbilled time until that day."), field="until")
    if len(lines) > MOST_LINES:
        raise Refused("TOO_MANY_LINES", _("A document can have at most 300 lines."), field="by")
    tax_rate_id = _usual_tax(project.organization_id)
    written = {new_id(): line for line in lines}
    content = InvoiceContent(
        dated=organizations.today(project.organization_id),
        payment_days=customer.payment_days,
        lines=[_content(line, line_id, project, customer, tax_rate_id) for line_id, line in written.items()],
    )
    invoice = invoices.create(customer, content, by=by, making_key=making_key, origin=project)
    billed_time.bill(invoice, {line_id: [one.id for one in line.entries] for line_id, line in written.items()})
    record("project.billed", project, by=by, audience="office", name=project.name, invoice_id=str(invoice.id))
    return invoice


def _entries(project: Project, wish: Wish) -> list[Any]:
    entries = unbilled(project, wish.until).select_related("task", "member").order_by("worked_on", "id")
    found = list(entries[: MOST_ENTRIES + 1])
    if len(found) > MOST_ENTRIES:
        raise Refused(
            "TOO_MUCH_TIME", gettext_lazy("This is too much for one invoice. Choose an earlier day."), field="until"
        )
    return found


def must_leave_room(invoice: Invoice) -> None:
    """Refuse (BEYOND_COST) that an invoice is valid again of whose fixed cost others have billed too much by now."""
    project = Project.objects.get(id=invoice.came_from_id or 0)
    if project.billing != Project.Billing.FIXED:
        return
    if invoiced_minor(project) + invoice.subtotal_minor - invoice.discount_minor > project.fixed_minor:
        raise Refused("BEYOND_COST", gettext_lazy("With this invoice, more than the project's cost would be invoiced."))


def _lines(project: Project, wish: Wish, entries: Sequence[Any], customer: Customer) -> Iterator[_Line]:
    if project.billing == Project.Billing.FIXED:
        _must_be_of_the_cost(project, wish)
        yield _Line(project.name, "", Money(wish.fixed_minor or 0, customer.currency).decimal, entries)
        return
    rates, groups = _Rates(project), defaultdict[tuple[Any, ...], list[Any]](list)
    for one in entries:
        group = {By.PROJECT: 0, By.TASK: one.task_id, By.ENTRY: one.id}[wish.by]
        groups[group, rates.of(one)].append(one)
    for (_group, rate), found in groups.items():
        yield _Line(*_named(project, wish.by, found, customer), rate, found)


def _named(project: Project, by: By, entries: Sequence[Any], customer: Customer) -> tuple[str, str]:
    """The name of a line and what stands below it."""
    first, last = entries[0].worked_on, entries[-1].worked_on
    if by == By.ENTRY:
        one = entries[0]
        told = {"day": _day(one.worked_on, customer), "who": one.member.name, "notes": one.notes}
        words = _("%(day)s, %(who)s: %(notes)s") if one.notes else _("%(day)s, %(who)s")
        return one.task.name, filled(words, told)
    name = project.name if by == By.PROJECT else entries[0].task.name
    told = {"first": _day(first, customer), "last": _day(last, customer), "project": project.name}
    if by == By.PROJECT:
        return name, _("%(first)s to %(last)s") % told
    return name, filled(_("%(project)s, %(first)s to %(last)s"), told)


def _content(
    line: _Line, line_id: int, project: Project, customer: Customer, tax_rate_id: int | None
) -> OrderLineContent:
    is_fixed = project.billing == Project.Billing.FIXED
    with speaking(customer.language):
        unit = "" if is_fixed else _("h")
    return OrderLineContent(
        name=line.name,
        description=line.description,
        quantity=Decimal(1) if is_fixed else _quantity(line, customer.currency),
        unit=unit,
        rate=line.rate,
        tax_rate_id=tax_rate_id,
        source_line_id=line_id,
    )


def _must_be_of_the_cost(project: Project, wish: Wish) -> None:
    """Refuse (AMOUNT_MISSING, BEYOND_COST) to bill nothing of a fixed cost, or more than is left of it."""
    if not wish.fixed_minor or wish.fixed_minor < 0:
        raise Refused("AMOUNT_MISSING", gettext_lazy("Write how much of the cost is to be billed."), field="amount")
    left = project.fixed_minor - invoiced_minor(project)
    if wish.fixed_minor > left:
        raise Refused(
            "BEYOND_COST", gettext_lazy("That is more than what is left of the project's cost."), field="amount"
        )


def _must_have_rates(project: Project, entries: Sequence[Any]) -> None:
    """Refuse (NOT_ON_PROJECT) to bill by staff hours who was taken off the project, and so has no rate."""
    if project.billing != Project.Billing.STAFF:
        return
    rated = set(project.members.values_list("member_id", flat=True))
    for one in entries:
        if one.member_id not in rated:
            raise Refused(
                "NOT_ON_PROJECT",
                gettext_lazy("%(name)s has unbilled time and no rate on this project. Put them on its staff again.")
                % {"name": one.member.name},
            )


class _Rates:
    """What an hour of an entry costs."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.of_members: dict[int, Decimal] = {}
        if project.billing == Project.Billing.STAFF:
            rows = ProjectMember.objects.filter(project=project).values_list("member_id", "rate")
            self.of_members = dict(rows)

    def of(self, entry: Any) -> Decimal:
        of_member = self.of_members.get(entry.member_id, worked.NOTHING)
        return worked.rate(self.project.billing, self.project.rate, entry.task.rate, of_member)


def _usual_tax(organization_id: int) -> int | None:
    """The rate that a new line has."""
    rates = TaxRate.objects.filter(organization_id=organization_id, is_default=True, retired_at__isnull=True)
    return rates.values_list("id", flat=True).first()


def _quantity(line: _Line, currency: str) -> Decimal:
    return _hours(sum(one.minutes for one in line.entries), line.rate, currency)


def _hours(minutes: int, rate: Decimal, currency: str) -> Decimal:
    """With as few decimals as come to what these minutes cost, so far as a quantity can have them."""
    exactly = worked.minor(minutes * rate / 60, currency)
    short = in_hours(minutes)
    return short if worked.minor(short * rate, currency) == exactly else in_hours(minutes, places=QUANTITY_PLACES)


def _day(day: date, customer: Customer) -> str:
    style = Organization.objects.only("date_format").get(id=customer.organization_id).date_format
    return format_date(day, customer.language, style)
