"""The retainer invoice."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger.models import Account, LedgerDocument
from counterfoil.books.organizations.models import DocumentKind

from .documents import DocumentLine, DocumentQuerySet, DocumentRevision, SalesDocument, usual_indexes, walls
from .quotes import NEVER


class RetainerInvoiceQuerySet(DocumentQuerySet["RetainerInvoice"]):
    """Questions about retainer invoices."""

    listed_columns = (*DocumentQuerySet.listed_columns, "due_on", "unpaid_minor", "balance_minor")

    def unpaid(self) -> "RetainerInvoiceQuerySet":
        """Issued, and not paid whole."""
        return self.filter(state=RetainerInvoice.State.ISSUED, unpaid_minor__gt=0)

    def overdue(self, on: date) -> "RetainerInvoiceQuerySet":
        return self.unpaid().filter(due_on__lt=on)

    def paid(self) -> "RetainerInvoiceQuerySet":
        return self.filter(state=RetainerInvoice.State.ISSUED, unpaid_minor=0)

    def available(self) -> "RetainerInvoiceQuerySet":
        """Those of which something is held, that can be used or given back."""
        return self.filter(state=RetainerInvoice.State.ISSUED, balance_minor__gt=0)

    def drawn(self) -> "RetainerInvoiceQuerySet":
        return self.paid().filter(balance_minor=0)


class RetainerInvoice(LedgerDocument, SalesDocument):
    """A request to pay ahead. It is no revenue and nothing is owed by it: what was paid stays the customer's.

    Its balance is what is held of it, neither used for an invoice nor given back. `unpaid_minor` is what is not paid.
    """

    numbered_as = DocumentKind.RETAINER_INVOICE
    ledger_account = Account.RETAINER
    ledger_sign = -1

    class State(models.TextChoices):
        """What a person decided. What money and time decide is in `status`."""

        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        VOID = "void", _("Void")

    class Status(models.TextChoices):
        """What a person reads."""

        DRAFT = "draft", _("Draft")
        VOID = "void", _("Void")
        DRAWN = "drawn", _("Drawn")
        PARTIALLY_DRAWN = "partially_drawn", _("Partially drawn")
        PAID = "paid", _("Paid")
        OVERDUE = "overdue", _("Overdue")
        VIEWED = "viewed", _("Viewed")
        SENT = "sent", _("Sent")

    TRANSITIONS = {State.DRAFT: {State.ISSUED}, State.ISSUED: {State.VOID}, State.VOID: set()}

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    due_on = models.DateField(default=NEVER)  # far away where there is none, so that lists can be sorted by it
    unpaid_minor = models.BigIntegerField(default=0)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.JSONField(null=True)

    objects = RetainerInvoiceQuerySet.as_manager()

    allows_partial = False  # it is paid whole
    gateway_ids = None  # every gateway that is enabled may be used

    class Meta:
        constraints = [
            *walls("retainer"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(number="") & Q(issued_at__isnull=False, issued_by__isnull=False)),
                name="retainer_issued_has_number_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="void", voided_at__isnull=False, voided_by__isnull=False)
                | ~Q(state="void") & Q(voided_at__isnull=True, voided_by__isnull=True),
                name="retainer_void_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="issued") | Q(balance_minor=0, unpaid_minor=0), name="retainer_only_issued_is_paid"
            ),
            models.CheckConstraint(condition=Q(tax_minor=0), name="retainer_without_tax"),
            # What is held was paid, and no more was paid than was asked for.
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0, unpaid_minor__gte=0)
                & Q(total_minor__gte=F("balance_minor") + F("unpaid_minor")),
                name="retainer_balance",
            ),
        ]
        indexes = [
            *usual_indexes("retainer"),
            *(
                models.Index(fields=[owner, column, "id"], name=f"retainer_{key}_{name}")
                for key, owner in (("c", "customer"), ("o", "organization"))
                for name, column in (("due", "due_on"), ("unpaid", "unpaid_minor"), ("held", "balance_minor"))
            ),
            *(
                models.Index(
                    fields=[owner, "-dated", "-id"],
                    condition=Q(state="issued", **{f"{column}__gt": 0}),
                    name=f"retainer_{key}_is_{name}",
                )
                for key, owner in (("c", "customer"), ("o", "organization"))
                for name, column in (("owed", "unpaid_minor"), ("held", "balance_minor"))
            ),
            models.Index(fields=["organization", "-dated", "-id"], condition=Q(state="draft"), name="retainer_o_draft"),
            models.Index(fields=["organization", "-dated", "-id"], condition=Q(state="void"), name="retainer_o_void"),
        ]

    @classmethod
    def ledger_kind(cls) -> str:
        return cls.kind()

    @property
    def due(self) -> date | None:
        """The day by which it is to be paid, if there is one."""
        return None if self.due_on == NEVER else self.due_on

    @property
    def to_pay_minor(self) -> int:
        """What is still to be paid of it, as of an invoice; it isn't owed, though."""
        return self.unpaid_minor

    @property
    def paid_minor(self) -> int:
        """What was paid of it; what of that was used or given back is a part of it."""
        return self.total_minor - self.unpaid_minor if self.state == self.State.ISSUED else 0

    def own_content(self) -> dict[str, Any]:
        return {"due_on": self.due.isoformat() if self.due else None}

    def status(self, on: date) -> "RetainerInvoice.Status":
        """The first that fits, on a day in the organization's time zone."""
        if self.state != self.State.ISSUED:
            return self.Status(self.state)
        if self.unpaid_minor == 0 and self.balance_minor < self.total_minor:
            return self.Status.PARTIALLY_DRAWN if self.balance_minor else self.Status.DRAWN
        if self.unpaid_minor == 0:
            return self.Status.PAID
        if self.due_on < on:
            return self.Status.OVERDUE
        return self.Status.VIEWED if self.viewed_at else self.Status.SENT


class RetainerInvoiceLine(DocumentLine):
    """One line of a retainer invoice."""

    document = models.ForeignKey(RetainerInvoice, on_delete=models.CASCADE, related_name="lines")

    class Meta(DocumentLine.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="retainer_line_position")]


class RetainerInvoiceRevision(DocumentRevision):
    """A retainer invoice as it was issued."""

    document = models.ForeignKey(RetainerInvoice, on_delete=models.PROTECT, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="retainer_revision_once")]
