"""The invoice."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger.models import Account, Allocation, CustomerBalance, LedgerDocument
from counterfoil.books.organizations.models import DocumentKind
from counterfoil.foundation.ids import Row

from .credit_notes import CreditNote
from .documents import DocumentLine, DocumentQuerySet, DocumentRevision, SalesDocument, usual_indexes, walls

OPENING_BALANCE = _("Opening balance")


class InvoiceQuerySet(DocumentQuerySet["Invoice"]):
    """Questions about invoices."""

    listed_columns = (*DocumentQuerySet.listed_columns, "due_on", "is_opening", "balance_minor")

    def visible_to_customer(self) -> "InvoiceQuerySet":
        return super().visible_to_customer().listed()

    def with_content(self) -> "InvoiceQuerySet":
        """And with `has_credits`: whether a credit note was ever used for it, or was made of it; `has_retainers`."""
        used = Allocation.objects.filter(source_kind="credit_note", target_kind="invoice", target_id=OuterRef("id"))
        made = CreditNote.objects.filter(came_from_kind="invoice", came_from_id=OuterRef("id"))
        drawn = Allocation.objects.filter(
            source_kind="retainer_invoice", target_kind="invoice", target_id=OuterRef("id")
        )
        found = super().with_content().annotate(has_credits=Exists(used) | Exists(made))
        return found.annotate(has_retainers=Exists(drawn))

    def for_office(self) -> "InvoiceQuerySet":
        """And with `customer_has_credit`: whether there is any, or a retainer, that could be used for it."""
        is_something = Q(credit_minor__gt=0) | Q(retained_minor__gt=0)
        credit = CustomerBalance.objects.filter(is_something, customer_id=OuterRef("customer_id"))
        return super().for_office().annotate(customer_has_credit=Exists(credit))

    def with_lines(self) -> "InvoiceQuerySet":
        return self.filter(is_opening=False)

    def listed(self) -> "InvoiceQuerySet":
        """Without opening balances that were taken away, of which nothing is shown any more."""
        return self.exclude(is_opening=True, state=Invoice.State.VOID)

    def unpaid(self) -> "InvoiceQuerySet":
        """Issued, with a balance."""
        return self.filter(state=Invoice.State.ISSUED, balance_minor__gt=0)

    def overdue(self, on: date) -> "InvoiceQuerySet":
        return self.unpaid().filter(due_on__lt=on)

    def partially_paid(self) -> "InvoiceQuerySet":
        return self.unpaid().filter(balance_minor__lt=F("total_minor"))

    def paid(self) -> "InvoiceQuerySet":
        return self.filter(state=Invoice.State.ISSUED, balance_minor=0)


class Invoice(LedgerDocument, SalesDocument):
    """A request to be paid by a day. Its number is given when it is issued, its balance is kept by the ledger.

    A customer's opening balance is one too, so that it is listed, aged, shown and paid like the others; it has neither
    number nor lines, and `opening` alone writes it.
    """

    numbered_as = DocumentKind.INVOICE
    ledger_account = Account.RECEIVABLE
    ledger_sign = 1

    class State(models.TextChoices):
        """What a person decided. What money and time decide is in `status`."""

        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        VOID = "void", _("Void")
        WRITTEN_OFF = "written_off", _("Written off")

    class Status(models.TextChoices):
        """What a person reads."""

        DRAFT = "draft", _("Draft")
        VOID = "void", _("Void")
        WRITTEN_OFF = "written_off", _("Written off")
        PAID = "paid", _("Paid")
        OVERDUE = "overdue", _("Overdue")
        PARTIALLY_PAID = "partially_paid", _("Partially paid")
        VIEWED = "viewed", _("Viewed")
        SENT = "sent", _("Sent")

    TRANSITIONS = {
        State.DRAFT: {State.ISSUED},
        State.ISSUED: {State.VOID, State.WRITTEN_OFF},
        State.VOID: {State.ISSUED},
        State.WRITTEN_OFF: {State.ISSUED},
    }

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    due_on = models.DateField()
    payment_days = models.PositiveSmallIntegerField(null=True)  # null: the due date was chosen by hand
    allows_partial = models.BooleanField(default=False)
    gateway_ids = models.JSONField(null=True)  # null: every gateway that is enabled

    is_opening = models.BooleanField(default=False)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.JSONField(null=True)
    reopened_at = models.DateTimeField(
        null=True
    )  # money came back of it; nobody reminds or charges until a person says
    reminders_stopped_at = models.DateTimeField(null=True)  # nobody is reminded of it by itself
    written_off_minor = models.BigIntegerField(default=0)
    written_off_at = models.DateTimeField(null=True)
    written_off_by = models.JSONField(null=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            *walls("invoice"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | ((~Q(number="") | Q(is_opening=True)) & Q(issued_at__isnull=False, issued_by__isnull=False)),
                name="invoice_issued_has_number_who_and_when",
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_opening=True) & ~Q(state="void"), name="invoice_one_opening"
            ),
            models.CheckConstraint(
                condition=Q(is_opening=False) | (Q(number="", tax_minor=0) & ~Q(state="draft")),
                name="invoice_opening_has_neither_number_nor_tax",
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | Q(voided_at__isnull=False, voided_by__isnull=False, balance_minor=0),
                name="invoice_void_has_who_and_when_and_no_balance",
            ),
            models.CheckConstraint(
                condition=Q(state="written_off", written_off_minor__gt=0, balance_minor=0)
                & Q(written_off_at__isnull=False, written_off_by__isnull=False)
                | ~Q(state="written_off") & Q(written_off_minor=0),
                name="invoice_written_off_has_who_and_when_and_no_balance",
            ),
            models.CheckConstraint(condition=~Q(state="draft") | Q(balance_minor=0), name="invoice_draft_owes_nothing"),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0) & Q(total_minor__gte=0), name="invoice_balance_not_negative"
            ),
        ]
        indexes = [
            *usual_indexes("invoice"),
            # An opening balance, also one that was taken away, without looking through all that there are.
            models.Index(fields=["customer"], condition=Q(is_opening=True), name="invoice_c_opening"),
            models.Index(fields=["customer", "due_on", "id"], name="invoice_c_due"),
            models.Index(fields=["customer", "balance_minor", "id"], name="invoice_c_balance"),
            # With every column that sums of what is owed need, so that they are made from the index alone.
            models.Index(
                fields=["customer", "due_on", "id", "balance_minor", "state", "is_opening"],
                condition=Q(state="issued", balance_minor__gt=0),
                name="invoice_c_owed",
            ),
            models.Index(
                fields=["customer", "-dated", "-id"],
                condition=Q(state="issued", balance_minor__gt=0, balance_minor__lt=F("total_minor")),
                name="invoice_c_partly",
            ),
            models.Index(fields=["organization", "due_on", "id"], name="invoice_o_due"),
            models.Index(fields=["organization", "balance_minor", "id"], name="invoice_o_balance"),
            models.Index(
                fields=["organization", "due_on", "id", "balance_minor", "currency", "state", "is_opening"],
                condition=Q(state="issued", balance_minor__gt=0),
                name="invoice_o_owed",
            ),
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=Q(state="issued", balance_minor__gt=0, viewed_at__isnull=False),
                name="invoice_o_seen",
            ),
            models.Index(
                fields=["organization", "-dated", "-id"],
                condition=Q(state="issued", balance_minor__gt=0, balance_minor__lt=F("total_minor")),
                name="invoice_o_partly",
            ),
            # One for each state that few invoices have: their lists would otherwise be looked for among all.
            models.Index(fields=["organization", "-dated", "-id"], condition=Q(state="draft"), name="invoice_o_draft"),
            models.Index(fields=["organization", "-dated", "-id"], condition=Q(state="void"), name="invoice_o_void"),
            models.Index(
                fields=["organization", "-dated", "-id"], condition=Q(state="written_off"), name="invoice_o_written_off"
            ),
        ]

    @property
    def name(self) -> str:
        """Its number, or that it is the opening balance."""
        return str(OPENING_BALANCE) if self.is_opening else self.number

    @property
    def to_pay_minor(self) -> int:
        """What is still to be paid of it."""
        return self.balance_minor

    @property
    def file_name(self) -> str:
        return "opening-balance" if self.is_opening else super().file_name

    def own_content(self) -> dict[str, Any]:
        return {
            "kind": "opening" if self.is_opening else "invoice",
            "due_on": self.due_on.isoformat(),
            "payment_days": self.payment_days,
        }

    def status(self, on: date) -> "Invoice.Status":
        """The first that fits, on a day in the organization's time zone."""
        if self.state != self.State.ISSUED:
            return self.Status(self.state)
        if self.balance_minor == 0:
            return self.Status.PAID
        if self.due_on < on:
            return self.Status.OVERDUE
        if self.balance_minor < self.total_minor:
            return self.Status.PARTIALLY_PAID
        return self.Status.VIEWED if self.viewed_at else self.Status.SENT


class InvoiceLine(DocumentLine):
    """One line of an invoice. Where that came from a sales order, it may name the order's line that it is of.

    Where it came from a project, it may name itself so, for the time that is billed with it (`BilledTime`).
    """

    document = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    source_line_id = models.BigIntegerField(null=True)

    class Meta(DocumentLine.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="invoice_line_position")]


class InvoiceRevision(DocumentRevision):
    """An issued invoice as it was sent."""

    document = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="invoice_revision_once")]


class BilledTime(Row):
    """That a piece of time (`entry_id`, of whoever keeps time) is billed with one line of an invoice.

    It stands while the invoice is a draft or issued; with one that is void it waits for that to be undone.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="+")
    source_line_id = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_id"], condition=Q(stands=True), name="time_billed_once"),
        ]


class ReminderStep(Row):
    """That the customer was reminded of an invoice by itself, so many days after its due date; below zero, before it.

    With another due date it is another step.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminder_steps")
    due_on = models.DateField()
    days = models.SmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "due_on", "days"], name="reminder_step_once")]
