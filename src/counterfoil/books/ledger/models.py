"""The one ledger: immutable legs in integer minor units, posted in groups that sum to zero.

Signs are those of the business's own books: a positive receivable is owed to it, a negative credit is owed by it.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.events import AppendOnly
from counterfoil.foundation.ids import Row


class Account(models.TextChoices):
    """Where money stands, per customer and currency."""

    RECEIVABLE = "receivable", _("Receivable")
    CREDIT = "credit", _("Credit")
    RETAINER = "retainer", _("Held as retainers")  # paid ahead: the customer's own until it pays an invoice
    CASH = "cash", _("Cash")
    BANK_CHARGES = "bank_charges", _("Bank charges")
    REVENUE = "revenue", _("Revenue")
    TAX = "tax", _("Tax")
    WRITE_OFF = "write_off", _("Written off")
    LOSSES = "losses", _("Lost to refunds and chargebacks")  # taken back although it was given back before
    OPENING = "opening", _("Opening balance")  # against what was owed before these books began


class CustomerBalance(models.Model):
    """What a customer owes, has in credit and has paid ahead now.

    Whoever touches a customer's money locks this row first.
    """

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, primary_key=True, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    receivable_minor = models.BigIntegerField(default=0)
    credit_minor = models.BigIntegerField(default=0)  # unused credit, as a positive amount
    retained_minor = models.BigIntegerField(default=0)  # what is held as retainers, as a positive amount

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(credit_minor__gte=0), name="balance_credit_not_negative"),
            models.CheckConstraint(condition=Q(retained_minor__gte=0), name="balance_retained_not_negative"),
            models.CheckConstraint(condition=Q(receivable_minor__gte=0), name="balance_receivable_not_negative"),
        ]


class MonthBalance(Row):
    """What was posted to an account of a customer in the month that it counts for."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    account = models.CharField(max_length=20, choices=Account.choices)
    month = models.DateField()
    minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "currency", "account", "month"], name="month_balance_once")
        ]


class Immutable(Row):
    """A row that is written once."""

    objects: ClassVar[models.Manager[Any]] = AppendOnly.as_manager()

    class Meta:
        abstract = True


class Posting(Immutable):
    """One thing that happened to a customer's money. `counts_on` is its date in the books, `made_at` its moment."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=40)
    counts_on = models.DateField()
    made_at = models.DateTimeField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    actor = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["customer", "counts_on", "id"], name="posting_by_day")]


class Leg(Immutable):
    """One line of a posting. It may name the document that it concerns."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="legs")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    account = models.CharField(max_length=20, choices=Account.choices)
    minor = models.BigIntegerField()
    counts_on = models.DateField()
    document_kind = models.CharField(max_length=20, blank=True)
    document_id = models.BigIntegerField(null=True)
    tax_rate_id = models.BigIntegerField(null=True)
    base_minor = models.BigIntegerField(null=True)  # of tax: what it is worked out on, also where the tax is nothing

    class Meta:
        indexes = [
            models.Index(fields=["customer", "account", "counts_on"], name="leg_by_account"),
            models.Index(fields=["document_kind", "document_id"], name="leg_by_document"),
            models.Index(fields=["organization", "account", "counts_on"], name="leg_by_day"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(minor=0) | Q(base_minor__isnull=False), name="leg_not_zero")]


class Allocation(Immutable):
    """So much of a credit (a payment) used for so much of a debt (an invoice). Taking it off is a negative row.

    A retainer is in between: a payment is used for it, and what is held of it is used for invoices.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="allocations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField()
    target_kind = models.CharField(max_length=20)
    target_id = models.BigIntegerField()
    minor = models.BigIntegerField()
    counts_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id"], name="allocation_target"),
            models.Index(fields=["source_kind", "source_id"], name="allocation_source"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(minor=0), name="allocation_not_zero")]


class LedgerDocument(Row):
    """A document with a balance of its own, which is the sum of its legs in one account, kept up with each posting."""

    ledger_account: ClassVar[Account]
    ledger_sign: ClassVar[int]  # 1 where a positive leg raises the balance, -1 where it lowers it

    balance_minor = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    @classmethod
    def ledger_kind(cls) -> str:
        """What legs and allocations call this kind of document: "invoice", "payment"."""
        return str(cls._meta.model_name)
