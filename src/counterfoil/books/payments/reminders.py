"""Reminding customers of invoices: by hand of what is overdue, and by itself on the days that the organization chose.

Nobody is reminded of an invoice that is disputed, that was reopened by money going back until a person says so, or of
which nothing is left to be paid now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.ledger import ledger
from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales import writing
from counterfoil.books.sales.models import Invoice, ReminderStep
from counterfoil.books.sales.taking import lock, take
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event, record
from counterfoil.foundation.refusal import Refused

from .attempts import payable_minor
from .models import Return

LATE = timedelta(days=14)  # a reminder that could not be sent for so long is sent no more


@dataclass(frozen=True)
class Due:
    """A step that an invoice has come to, `days` after its due date; below zero, before it."""

    invoice: Invoice
    days: int


@transaction.atomic
def send(invoice: Invoice, *, to: Sequence[int], by: Actor, revision: int) -> Invoice:
    """**Send reminder**: remind contact persons (ids) of an overdue invoice by mail.

    Raises Refused: INVOICE_CHANGED, NOT_OVERDUE, REOPENED, DISPUTED, PAYMENT_IN_PROGRESS, NO_RECIPIENT.
    """
    _balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.status(organizations.today(invoice.organization_id)) != Invoice.Status.OVERDUE:
        raise Refused("NOT_OVERDUE", _("A reminder can be sent only for an overdue invoice."))
    if refusal := _in_the_way(invoice):
        raise refusal
    _remind(invoice, writing.recipients(invoice, to), by=by)
    return invoice


@transaction.atomic
def stop(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """**Stop reminders** that are sent by itself. Twice is once. Raises Refused: INVOICE_CHANGED, NOT_OWED."""
    _balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.state != Invoice.State.ISSUED or invoice.balance_minor == 0:
        raise _not_owed()
    if invoice.reminders_stopped_at is None:
        invoice.reminders_stopped_at = clock.now()
        invoice.save(update_fields=["reminders_stopped_at"])
        record("invoice.reminders_stopped", invoice, by=by, audience="office", number=invoice.number)
    return invoice


@transaction.atomic
def resume(invoice: Invoice, *, by: Actor, revision: int) -> Invoice:
    """Let it be reminded of by itself again. Twice is once. Raises Refused: INVOICE_CHANGED."""
    _balance, invoice = take(invoice, staff=by, revision=revision)
    if invoice.reminders_stopped_at is not None:
        invoice.reminders_stopped_at = None
        invoice.save(update_fields=["reminders_stopped_at"])
        record("invoice.reminders_resumed", invoice, by=by, audience="office", number=invoice.number)
    return invoice


def due() -> list[Due]:
    """What is to be reminded of now, in every organization from its hour on. Reads only.

    Of each invoice the newest step alone: whoever was not reminded for a week is reminded once.
    """
    found: list[Due] = []
    for organization in Organization.objects.filter(reminds=True).defer("logo"):
        here = clock.now().astimezone(ZoneInfo(organization.time_zone))
        if here.hour >= organization.reminder_hour:
            found += _due_at(organization, here.date())
    return found


def _due_at(organization: Organization, today: date) -> list[Due]:
    oldest = max(organization.reminded_since or today, today - LATE)
    found: list[Due] = []
    later: date | None = None  # the due date of those that come to the step after this one today
    for days in sorted(organization.reminder_days, reverse=True):
        last = today - timedelta(days=days)
        invoices = _wanting(organization, days).filter(due_on__range=(oldest - timedelta(days=days), last))
        found += [Due(one, days) for one in (invoices.filter(due_on__gt=later) if later else invoices)]
        later = last
    return found


def _wanting(organization: Organization, days: int) -> QuerySet[Invoice]:
    """Unpaid ones that may be reminded of by itself and were not for this step or a later one."""
    reminded = ReminderStep.objects.filter(invoice_id=OuterRef("id"), due_on=OuterRef("due_on"), days__gte=days)
    unpaid = Invoice.objects.filter(organization=organization).unpaid().filter(reopened_at__isnull=True)
    wanted = unpaid.filter(reminders_stopped_at__isnull=True, customer__stops_reminders=False)
    return wanted.exclude(Exists(reminded)).order_by("due_on", "id")


@transaction.atomic
def remind(step: Due, *, by: Actor) -> bool:
    """Remind of a step that was due a moment ago, once. Returns whether it was: much can have happened since.

    To whom the invoice was last mailed; failing that, to the primary contact person.
    """
    ledger.lock_of(step.invoice)
    invoice = lock(step.invoice)
    by.must_be_staff_of(invoice.organization_id)
    organization = Organization.objects.defer("logo").get(id=invoice.organization_id)
    is_wanted = _wanting(organization, step.days).filter(id=invoice.id, due_on=step.invoice.due_on).exists()
    to = _usual_readers(invoice)
    if not is_wanted or _in_the_way(invoice) or not to:
        return False
    ReminderStep.objects.create(invoice=invoice, due_on=invoice.due_on, days=step.days, made_at=clock.now())
    _remind(invoice, to, by=by)
    return True


def _usual_readers(invoice: Invoice) -> list[int]:
    about = {"organization_id": invoice.organization_id, "subject_kind": invoice.kind(), "subject_id": invoice.id}
    sent = Event.objects.filter(**about, name="invoice.sent").order_by("-id").first()
    people = ContactPerson.objects.current().filter(customer_id=invoice.customer_id).exclude(email="")
    chosen = people.who_are(map(int, sent.data["contact_ids"])) if sent else people.none()
    return sorted((chosen if chosen.exists() else people.filter(is_primary=True)).values_list("id", flat=True))


def _in_the_way(invoice: Invoice) -> Refused | None:
    """Why nobody is to be reminded of an invoice now."""
    if invoice.state != Invoice.State.ISSUED or invoice.balance_minor == 0:
        return _not_owed()
    if invoice.reopened_at is not None:
        return Refused(
            "REOPENED", _("This invoice is open because money of it went back. Say first that it is to be collected.")
        )
    taken_back = Return.objects.filter(kind=Return.Kind.CHARGEBACK, state=Return.State.OPEN)
    if taken_back.filter(shares__invoice=invoice).exists():
        return Refused("DISPUTED", _("A payment of this invoice is disputed. Wait until that has ended."))
    if payable_minor(invoice) == 0:
        return Refused("PAYMENT_IN_PROGRESS", _("All that is owed of this invoice is being paid already."))
    return None


def _not_owed() -> Refused:
    return Refused("NOT_OWED", _("Nothing is owed of this invoice."))


def _remind(invoice: Invoice, to: Sequence[int], *, by: Actor) -> None:
    record(
        "invoice.reminded",
        invoice,
        by=by,
        audience="both",
        number=invoice.number,
        amount_minor=payable_minor(invoice),
        currency=invoice.currency,
        due_on=invoice.due_on.isoformat(),
        is_overdue=invoice.due_on < organizations.today(invoice.organization_id),
        contact_ids=[str(one) for one in to],
    )
