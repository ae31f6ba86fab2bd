"""The credit note."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.models import Account, LedgerDocument, Posting
from counterfoil.books.organizations.models import DocumentKind, Organization
from counterfoil.foundation.ids import Row

from .documents import DocumentLine, DocumentQuerySet, DocumentRevision, SalesDocument, usual_indexes, walls


class CreditNoteQuerySet(DocumentQuerySet["CreditNote"]):
    """Questions about credit notes."""

    listed_columns = (*DocumentQuerySet.listed_columns, "balance_minor")

    def open(self) -> "CreditNoteQuerySet":
        """Issued, with something left that can be used or given back."""
        return self.filter(state=CreditNote.State.ISSUED, balance_minor__gt=0)

    def closed(self) -> "CreditNoteQuerySet":
        return self.filter(state=CreditNote.State.ISSUED, balance_minor=0)


class CreditNote(LedgerDocument, SalesDocument):
    """What the business owes a customer of its own accord: sold before, and worth that much less.

    Its balance is what is left of it, neither used for an invoice nor given back: credit of the customer.
    """

    numbered_as = DocumentKind.CREDIT_NOTE
    ledger_account = Account.CREDIT
    ledger_sign = -1

    class State(models.TextChoices):
        """What a person decided. What was used of it is in `status`."""

        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        VOID = "void", _("Void")

    class Status(models.TextChoices):
        """What a person reads."""

        DRAFT = "draft", _("Draft")
        VOID = "void", _("Void")
        OPEN = "open", pgettext_lazy("of a credit note", "Open")
        PARTIALLY_APPLIED = "partially_applied", _("Partially applied")
        CLOSED = "closed", pgettext_lazy("of a credit note", "Closed")

    TRANSITIONS = {State.DRAFT: {State.ISSUED}, State.ISSUED: {State.VOID}, State.VOID: set()}

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.JSONField(null=True)

    objects = CreditNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            *walls("credit_note"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(number="") & Q(issued_at__isnull=False, issued_by__isnull=False)),
                name="credit_note_issued_has_number_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="void", voided_at__isnull=False, voided_by__isnull=False)
                | ~Q(state="void") & Q(voided_at__isnull=True, voided_by__isnull=True),
                name="credit_note_void_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="issued") | Q(balance_minor=0), name="credit_note_only_issued_is_credit"
            ),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0, balance_minor__lte=F("total_minor")), name="credit_note_balance"
            ),
        ]
        indexes = [
            *usual_indexes("credit_note"),
            models.Index(fields=["customer", "balance_minor", "id"], name="credit_note_c_balance"),
            models.Index(fields=["organization", "balance_minor", "id"], name="credit_note_o_balance"),
            models.Index(
                fields=["customer", "-dated", "-id"],
                condition=Q(state="issued", balance_minor__gt=0),
                name="credit_note_c_open",
            ),
            models.Index(
                fields=["organization", "-dated", "-id"],
                condition=Q(state="issued", balance_minor__gt=0),
                name="credit_note_o_open",
            ),
            models.Index(
                fields=["organization", "-dated", "-id"], condition=Q(state="draft"), name="credit_note_o_draft"
            ),
            models.Index(
                fields=["organization", "-dated", "-id"], condition=Q(state="void"), name="credit_note_o_void"
            ),
        ]

    @classmethod
    def ledger_kind(cls) -> str:
        return cls.kind()

    def status(self, _on: date) -> "CreditNote.Status":
        """The first that fits."""
        if self.state != self.State.ISSUED:
            return self.Status(self.state)
        if self.balance_minor == 0:
            return self.Status.CLOSED
        return self.Status.OPEN if self.balance_minor == self.total_minor else self.Status.PARTIALLY_APPLIED


class CreditNoteLine(DocumentLine):
    """One line of a credit note."""

    document = models.ForeignKey(CreditNote, on_delete=models.CASCADE, related_name="lines")

    class Meta(DocumentLine.Meta):
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="credit_note_line_position")]


class CreditNoteRevision(DocumentRevision):
    """A credit note as it was issued."""

    document = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="credit_note_revision_once")]


class CreditNoteRefund(Row):
    """What was left of a credit note and was given to the customer as money, by another way than a gateway."""

    class Mode(models.TextChoices):
        BANK_TRANSFER = "bank_transfer", _("Bank transfer")
        CASH = "cash", _("Cash")
        CHEQUE = "cheque", _("Cheque")
        OTHER = "other", _("Other")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="refunds")
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    mode = models.CharField(max_length=20, choices=Mode.choices)
    reference = models.CharField(max_length=100, blank=True)
    refunded_on = models.DateField()
    form_key = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_note_refund_amount_positive"),
            models.UniqueConstraint(
                fields=["credit_note", "form_key"], condition=~Q(form_key=""), name="credit_note_refund_form_once"
            ),
        ]
