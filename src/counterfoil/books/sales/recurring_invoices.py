"""What can be done with a recurring invoice: write one down, stop it, and make the invoices of its dates, each once."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import TaxRate
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import invoices, writing
from .invoices import InvoiceContent
from .models import Invoice, RecurringInvoice, RecurringRun, Unit
from .pricing import LineContent
from .schedules import MOST_EVERY, Schedule
from .taking import lock, move, take
from .writing import DocumentContent

UNITS = Unit.choices
EASTERNMOST = "Pacific/Kiritimati"  # where every day begins first


@dataclass(frozen=True, kw_only=True)
class RecurringContent(DocumentContent):
    """Everything about a recurring invoice that a person writes. `dated` is the first date of its schedule."""

    name: str
    every: int = 1
    unit: str = Unit.MONTH
    ends_on: date | None = None
    most: int | None = None
    payment_days: int = 0
    allows_partial: bool = False
    gateway_ids: list[int] | None = None
    sends: bool = False
    contact_ids: tuple[int, ...] = ()

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.dated, self.every, self.unit, self.ends_on, self.most)


@transaction.atomic
def create(customer: Customer, content: RecurringContent, *, by: Actor, making_key: str = "") -> RecurringInvoice:
    """Write one down. Its dates before today are not made up. The same form sent again gives what it made.

    Raises Refused: NAME_MISSING, EVERY, UNIT, ENDS_BEFORE_START, MOST, NOTHING_TO_COME, NO_RECIPIENT, and what
    `writing.write` refuses.
    """
    profile, is_made = writing.begin(RecurringInvoice, customer, actor=by, making_key=making_key)
    if is_made:
        return profile
    _must_make_sense(content)
    today = organizations.today(profile.organization_id)
    if content.schedule.first_from(today) is None:
        raise Refused("NOTHING_TO_COME", _("None of these dates is still to come."), field="dated")
    _write(profile, content, earliest=today)
    _tell("created", profile, by, total_minor=profile.total_minor, currency=profile.currency)
    return profile


@transaction.atomic
def edit(profile: RecurringInvoice, content: RecurringContent, *, by: Actor, revision: int) -> RecurringInvoice:
    """Change what comes. The invoices that were made stay as they are, and no date is made twice.

    Raises Refused: RECURRING_INVOICE_CHANGED, DELETED, and as `create`, but for NOTHING_TO_COME.
    """
    profile = _take(profile, by, revision)
    _must_make_sense(content)
    is_same = (content.dated, content.every, content.unit) == (profile.dated, profile.every, profile.unit)
    # What is due and could not be made stays due, as long as its date is one of the schedule's.
    is_due = is_same and profile.state == RecurringInvoice.State.ACTIVE and profile.next_on is not None
    _write(profile, content, earliest=(profile.next_on if is_due else None) or _next_day(profile))
    profile.revision += 1
    profile.save(update_fields=["revision"])
    _tell("edited", profile, by)
    return profile


@transaction.atomic
def stop(profile: RecurringInvoice, *, by: Actor, revision: int) -> RecurringInvoice:
    """**Stop**: make no more invoices until somebody resumes. Raises Refused: …_CHANGED, DELETED, OVER, WRONG_STATE."""
    profile = _take(profile, by, revision)
    _must_go_on(profile.next_on)
    move(profile, RecurringInvoice.State.STOPPED)
    profile.stopped_at, profile.stopped_by = clock.now(), by.as_json()
    profile.obstacle, profile.obstacle_on = "", None
    profile.save(update_fields=["state", "stopped_at", "stopped_by", "obstacle", "obstacle_on"])
    _tell("stopped", profile, by)
    return profile


@transaction.atomic
def resume(profile: RecurringInvoice, *, by: Actor, revision: int) -> RecurringInvoice:
    """**Resume** as of today: the dates that passed meanwhile are not made up.

    Raises Refused: RECURRING_INVOICE_CHANGED, DELETED, WRONG_STATE, OVER.
    """
    profile = _take(profile, by, revision)
    move(profile, RecurringInvoice.State.ACTIVE)
    profile.next_on = _schedule(profile).first_from(_next_day(profile), made=profile.made)
    _must_go_on(profile.next_on)
    profile.stopped_at = profile.stopped_by = None
    profile.save(update_fields=["state", "next_on", "stopped_at", "stopped_by"])
    _tell("resumed", profile, by)
    return profile


@transaction.atomic
def delete(profile: RecurringInvoice, *, by: Actor, revision: int) -> RecurringInvoice:
    """Make no more invoices of it for good. Those that were made stand. Raises Refused: …_CHANGED, DELETED."""
    profile = _take(profile, by, revision)
    profile.deleted_at, profile.deleted_by = clock.now(), by.as_json()
    profile.save(update_fields=["deleted_at", "deleted_by"])
    _tell("deleted", profile, by)
    return profile


@transaction.atomic
def make_now(profile: RecurringInvoice, *, by: Actor, revision: int, making_key: str) -> Invoice:
    """**Make one now**, dated today, besides those of its dates, of which it is none. The same form again makes none.

    Raises Refused: RECURRING_INVOICE_CHANGED, DELETED, CURRENCY_CHANGED, TAX_RETIRED, and what making and sending an
    invoice refuses.
    """
    profile = _take(profile, by, revision)
    earlier = Invoice.objects.filter(organization_id=profile.organization_id, making_key=making_key).first()
    if making_key and earlier:
        return earlier
    invoice = _make(profile, organizations.today(profile.organization_id), by, making_key)
    _tell_made(profile, invoice, by)
    return invoice


def due() -> QuerySet[RecurringInvoice]:
    """Those of which an invoice may be due, wherever their organizations are."""
    return RecurringInvoice.objects.present().active().filter(next_on__lte=clock.today(EASTERNMOST)).order_by("id")


@transaction.atomic
def make_next(profile: RecurringInvoice, *, by: Actor) -> Invoice | None:
    """Make the invoice of the next date if that has come where the organization is, once; None if none is to be made.

    What is in the way is kept and told of once; the date stays due until it is out of the way.
    """
    ledger.lock_of(profile)
    profile = lock(profile)
    by.must_be_staff_of(profile.organization_id)
    day = profile.next_on
    is_on = profile.state == RecurringInvoice.State.ACTIVE and profile.deleted_at is None
    if not is_on or day is None or day > organizations.today(profile.organization_id):
        return None
    try:
        with transaction.atomic():
            invoice = _make(profile, day, by)
            RecurringRun.objects.create(profile=profile, counts_for=day, invoice_id=invoice.id, made_at=clock.now())
    except Refused as refusal:
        _hold(profile, day, refusal, by)
        return None
    profile.made += 1
    profile.last_on = day
    profile.next_on = _schedule(profile).first_from(day + timedelta(days=1), made=profile.made)
    profile.obstacle, profile.obstacle_on = "", None
    profile.save(update_fields=["made", "last_on", "next_on", "obstacle", "obstacle_on"])
    _tell_made(profile, invoice, by)
    return invoice


def _hold(profile: RecurringInvoice, day: date, refusal: Refused, by: Actor) -> None:
    """Something is in the way of a date: say so where it is new."""
    if (profile.obstacle, profile.obstacle_on) != (refusal.code, day):
        profile.obstacle, profile.obstacle_on = refusal.code, day
        profile.save(update_fields=["obstacle", "obstacle_on"])
        _tell("not_made", profile, by, code=refusal.code, day=day.isoformat())


def _make(profile: RecurringInvoice, day: date, by: Actor, making_key: str = "") -> Invoice:
    """An invoice of a day, a draft or sent at once."""
    customer = Customer.objects.get(id=profile.customer_id)
    writing.must_have_their_currency(profile, customer.currency)
    _must_have_its_taxes(profile, customer)
    content = InvoiceContent(
        **writing.shared_content(profile) | {"dated": day},
        lines=[LineContent(**writing.line_content(line)) for line in profile.lines.all()],
        payment_days=profile.payment_days,
        allows_partial=profile.allows_partial,
        gateway_ids=profile.gateway_ids,
    )
    invoice = invoices.create(customer, content, by=by, making_key=making_key, origin=profile)
    if profile.sends:
        invoice = invoices.send(invoice, to=profile.contact_ids, by=by, revision=invoice.revision)
    return invoice


def _must_have_its_taxes(profile: RecurringInvoice, customer: Customer) -> None:
    """Nobody is charged by itself what a person could not choose any more."""
    named = [*profile.lines.values_list("tax_rate_id", flat=True), profile.shipping_tax_rate_id]
    wanted = [rate_id for rate_id in named if rate_id is not None]
    retired = TaxRate.objects.filter(id__in=wanted, retired_at__isnull=False)
    if not customer.is_tax_exempt and retired.exists():
        raise Refused("TAX_RETIRED", _("One of its tax rates was retired. Edit it and choose another."))


def _write(profile: RecurringInvoice, content: RecurringContent, *, earliest: date) -> None:
    """Put the content into the rows, and work out the totals and the next date."""
    own: dict[str, Any] = {
        "name": content.name.strip(),
        "name_key": content.name.strip().casefold(),
        "every": content.every,
        "unit": content.unit,
        "ends_on": content.ends_on,
        "most": content.most,
        "payment_days": content.payment_days,
        "allows_partial": content.allows_partial,
        "gateway_ids": content.gateway_ids,
        "sends": content.sends,
        "contact_ids": writing.recipients(profile, content.contact_ids) if content.sends else [],
        "next_on": content.schedule.first_from(earliest, made=profile.made),
        "obstacle": "",
        "obstacle_on": None,
    }
    writing.write(profile, content, **own)


def _must_make_sense(content: RecurringContent) -> None:
    if not content.name.strip():
        raise Refused("NAME_MISSING", _("Write what this recurring invoice is called."), field="name")
    if not 1 <= content.every <= MOST_EVERY:
        raise Refused("EVERY", _("Write a number from 1 to 999."), field="every")
    if content.unit not in Unit.values:
        raise Refused("UNIT", _("Choose days, weeks, months or years."), field="unit")
    writing.must_be_in_our_time(content.dated, "dated")
    if content.ends_on is not None and content.ends_on < content.dated:
        raise Refused("ENDS_BEFORE_START", _("The last day is before the first."), field="ends_on")
    if content.most is not None and content.most < 1:
        raise Refused("MOST", _("Write how many invoices there are to be."), field="most")


def _must_go_on(next_on: date | None) -> None:
    if next_on is None:
        raise Refused("OVER", _("Its schedule has ended. Edit it if more invoices are to be made."))


def _schedule(profile: RecurringInvoice) -> Schedule:
    return Schedule(profile.dated, profile.every, profile.unit, profile.ends_on, profile.most)


def _next_day(profile: RecurringInvoice) -> date:
    """The first day that an invoice can still be made of: today, or the day after the last that one was made of."""
    today = organizations.today(profile.organization_id)
    return max(today, profile.last_on + timedelta(days=1)) if profile.last_on else today


def _take(profile: RecurringInvoice, actor: Actor, revision: int) -> RecurringInvoice:
    _balance, profile = take(profile, staff=actor, revision=revision)
    if profile.deleted_at is not None:
        raise Refused("DELETED", _("This recurring invoice was deleted."))
    return profile


def _tell(what: str, profile: RecurringInvoice, by: Actor, **more: Any) -> None:
    record(f"recurring_invoice.{what}", profile, by=by, audience="office", number=profile.name, **more)


def _tell_made(profile: RecurringInvoice, invoice: Invoice, by: Actor) -> None:
    told = {"total_minor": invoice.total_minor, "currency": invoice.currency, "is_sent": profile.sends}
    _tell("made", profile, by, invoice_id=str(invoice.id), **told)
