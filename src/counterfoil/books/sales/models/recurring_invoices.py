"""The recurring invoice: a profile by which invoices are made on the dates of a schedule."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.foundation.ids import Row

from .documents import DocumentLine, WrittenDocument

LISTED = (  # what the list shows or is sorted by
    "customer",
    "currency",
    "name",
    "name_key",
    "dated",
    "state",
    "every",
    "unit",
    "next_on",
    "total_minor",
    "obstacle",
)


class Unit(models.TextChoices):
    """What a schedule counts in."""

    DAY = "day", _("Days")
    WEEK = "week", _("Weeks")
    MONTH = "month", _("Months")
    YEAR = "year", _("Years")


class RecurringInvoiceQuerySet(models.QuerySet["RecurringInvoice"]):
    """Questions about recurring invoices."""

    def present(self) -> "RecurringInvoiceQuerySet":
        """Those that were not deleted."""
        return self.filter(deleted_at__isnull=True)

    def of(self, customer: Customer) -> "RecurringInvoiceQuerySet":
        return self.filter(customer=customer)

    def with_lines(self) -> "RecurringInvoiceQuerySet":
        """Those that an editor can show."""
        return self

    def for_list_of_all(self) -> "RecurringInvoiceQuerySet":
        """With only those columns that the list shows or is sorted by, and `customer_name`."""
        return self.only(*LISTED).annotate(customer_name=F("customer__display_name"))

    def active(self) -> "RecurringInvoiceQuerySet":
        return self.filter(state=RecurringInvoice.State.ACTIVE, next_on__isnull=False)

    def stopped(self) -> "RecurringInvoiceQuerySet":
        return self.filter(state=RecurringInvoice.State.STOPPED, next_on__isnull=False)

    def expired(self) -> "RecurringInvoiceQuerySet":
        return self.filter(next_on__isnull=True)


class RecurringInvoice(WrittenDocument):
    """What invoices of a customer are made of, again and again. `dated` is the first date of its schedule.

    `next_on` is the next date of which no invoice was made yet; it is not passed while something is in the way, which
    `obstacle` names by its code. A deleted one is kept for the invoices that came from it.
    """

    class State(models.TextChoices):
        """What a person decided. That it has ended is in `status`."""

        ACTIVE = "active", _("Active")
        STOPPED = "stopped", _("Stopped")

    class Status(models.TextChoices):
        """What a person reads."""

        ACTIVE = "active", _("Active")
        STOPPED = "stopped", _("Stopped")
        EXPIRED = "expired", _("Expired")

    TRANSITIONS = {State.ACTIVE: {State.STOPPED}, State.STOPPED: {State.ACTIVE}}

    name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=100)  # case-folded, for search by prefix and for sorting
    state = models.CharField(max_length=20, choices=State.choices, default=State.ACTIVE)
    every = models.PositiveSmallIntegerField(default=1)
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.MONTH)
    ends_on = models.DateField(null=True)
    most = models.PositiveIntegerField(null=True)  # how many invoices there are to be, if not any number
    payment_days = models.PositiveSmallIntegerField(default=0)
    allows_partial = models.BooleanField(default=False)
    gateway_ids = models.JSONField(null=True)  # null: every gateway that is enabled
    sends = models.BooleanField(default=False)  # the invoices are sent at once; otherwise they are drafts
    contact_ids = models.JSONField(default=list)  # to whom they are sent

    next_on = models.DateField(null=True)  # null: it has ended
    last_on = models.DateField(null=True)  # the last date of which an invoice was made
    made = models.PositiveIntegerField(default=0)  # how many dates had their invoice
    obstacle = models.CharField(max_length=40, blank=True)
    obstacle_on = models.DateField(null=True)  # the date of which no invoice could be made
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.JSONField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.JSONField(null=True)

    objects = RecurringInvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "making_key"], condition=~Q(making_key=""), name="recurring_invoice_made_once"
            ),
            models.CheckConstraint(condition=Q(every__gte=1), name="recurring_invoice_every"),
            models.CheckConstraint(
                condition=~Q(state="stopped") | Q(stopped_at__isnull=False, stopped_by__isnull=False),
                name="recurring_invoice_stopped_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(deleted_by__isnull=False),
                name="recurring_invoice_deleted_has_who",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-dated", "-id"], name="recurring_o_dated"),
            models.Index(fields=["organization", "name_key", "id"], name="recurring_o_name"),
            models.Index(fields=["organization", "total_minor", "id"], name="recurring_o_total"),
            models.Index(fields=["customer", "-dated", "-id"], name="recurring_c_dated"),
            models.Index(
                fields=["next_on"],
                condition=Q(state="active", next_on__isnull=False, deleted_at__isnull=True),
                name="recurring_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def kind(cls) -> str:
        return "recurring_invoice"

    def status(self, on: date) -> "RecurringInvoice.Status":  # noqa: ARG002 (as documents of every type are asked)
        """The first that fits. Its end is known when the date before it was passed."""
        if self.next_on is None:
            return self.Status.EXPIRED
        return self.Status(self.state)


class RecurringInvoiceLine(DocumentLine):
    """One line of the invoices that are made."""

    document = models.ForeignKey(RecurringInvoice, on_delete=models.CASCADE, related_name="lines")

    class Meta(DocumentLine.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="recurring_line_position")]


class RecurringRun(Row):
    """That the invoice of one date of a schedule was made. It stays when a draft is thrown away."""

    profile = models.ForeignKey(RecurringInvoice, on_delete=models.PROTECT, related_name="runs")
    counts_for = models.DateField()
    invoice_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "counts_for"], name="recurring_run_once")]
