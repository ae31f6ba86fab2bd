"""What the business sells, and the documents in which it asks to be paid for it."""

from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger.models import Account, LedgerDocument
from counterfoil.books.organizations.models import Organization, TaxRate
from counterfoil.foundation.ids import Row
from counterfoil.foundation.tokens import MailedSecret


class Item(Row):
    """A product or service that is offered when a line is typed."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    unit = models.CharField(max_length=20, blank=True)
    rate = models.DecimalField(max_digits=19, decimal_places=6)
    tax_rate = models.ForeignKey(TaxRate, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name_key"], condition=Q(retired_at__isnull=True), name="item_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DiscountKind(models.TextChoices):
    """How a discount is written."""

    NONE = "", _("No discount")
    PERCENT = "percent", _("Percent")
    AMOUNT = "amount", _("Amount")


class SalesDocument(models.Model):
    """What every document of a sale has: a customer, dates, terms, lines and totals in one currency."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    revision = models.PositiveIntegerField(default=1)
    number = models.CharField(max_length=40, blank=True)
    number_key = models.CharField(max_length=40, blank=True)  # case-folded, for search by prefix
    digits_key = models.CharField(max_length=40, blank=True)  # the number's last digits without leading zeros
    order_number = models.CharField(max_length=60, blank=True)
    order_key = models.CharField(max_length=60, blank=True)
    dated = models.DateField()

    discount_kind = models.CharField(max_length=10, choices=DiscountKind.choices, blank=True)
    discount_value = models.DecimalField(max_digits=19, decimal_places=6, default=0)
    shipping_minor = models.BigIntegerField(default=0)
    shipping_tax_rate = models.ForeignKey(TaxRate, null=True, on_delete=models.PROTECT, related_name="+")
    adjustment_minor = models.BigIntegerField(default=0)
    adjustment_label = models.CharField(max_length=60, blank=True)
    is_inclusive = models.BooleanField(default=False)
    notes = models.TextField(blank=True)
    terms = models.TextField(blank=True)

    subtotal_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    taxes = models.JSONField(default=list)  # [{"id", "name", "percent", "base_minor", "tax_minor"}], once per rate
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)

    making_key = models.CharField(max_length=43, blank=True)  # of the form that made it, so that sending twice is once
    made_at = models.DateTimeField()

    class Meta:
        abstract = True


OPENING_BALANCE = _("Opening balance")
LISTED = (
    "organization",
    "customer",
    "currency",
    "number",
    "number_key",
    "dated",
    "due_on",
    "state",
    "is_opening",
    "viewed_at",
    "viewed_by",
    "viewed_by_link",
    "balance_minor",
    "total_minor",
)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Questions about invoices. Each status filter is a range over stored columns, so that lists page by key."""

    def of(self, customer: Customer) -> "InvoiceQuerySet":
        return self.filter(customer=customer)

    def visible_to_customer(self) -> "InvoiceQuerySet":
        return self.listed().exclude(state=Invoice.State.DRAFT)

    def listed(self) -> "InvoiceQuerySet":
        """Without opening balances that were taken away, of which nothing is shown any more."""
        return self.exclude(is_opening=True, state=Invoice.State.VOID)

    def with_content(self) -> "InvoiceQuerySet":
        """With `content`, the issued invoice whole as its present revision keeps it."""
        kept = InvoiceRevision.objects.filter(invoice_id=OuterRef("id"), revision=OuterRef("revision"))
        return self.annotate(content=Subquery(kept.values("content")[:1]))

    def for_list(self) -> "InvoiceQuerySet":
        """With only those columns that a list shows or is sorted by."""
        return self.only(*LISTED)

    def for_list_of_all(self) -> "InvoiceQuerySet":
        """The same with the names of the customer and of who opened it first."""
        people = ("first_name", "last_name", "email")
        names = ("customer__display_name", *(f"viewed_by__{name}" for name in people))
        return self.select_related("customer", "viewed_by").only(*LISTED, *names)

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
    made_by = models.JSONField()
    issued_at = models.DateTimeField(null=True)
    issued_by = models.JSONField(null=True)
    sent_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)
    viewed_by = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    viewed_by_link = models.BooleanField(default=False)  # by whoever had the link that was mailed to them
    voided_at = models.DateTimeField(null=True)
    voided_by = models.JSONField(null=True)
    reopened_at = models.DateTimeField(
        null=True
    )  # money came back of it; nobody reminds or charges until a person says
    written_off_minor = models.BigIntegerField(default=0)
    written_off_at = models.DateTimeField(null=True)
    written_off_by = models.JSONField(null=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], condition=~Q(number=""), name="invoice_number"),
            models.UniqueConstraint(
                fields=["organization", "making_key"], condition=~Q(making_key=""), name="invoice_made_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | ((~Q(number="") | Q(is_opening=True)) & Q(issued_at__isnull=False, issued_by__isnull=False)),
                name="invoice_issued_has_number_who_and_when",
            ),
            models.UniqueConstraint(fields=["customer"], condition=Q(is_opening=True), name="invoice_one_opening"),
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
            models.Index(fields=["customer", "-dated", "-id"], name="invoice_c_dated"),
            models.Index(fields=["customer", "number_key", "id"], name="invoice_c_number"),
            models.Index(fields=["customer", "digits_key", "id"], name="invoice_c_digits"),
            models.Index(fields=["customer", "order_key", "id"], name="invoice_c_order"),
            models.Index(fields=["customer", "due_on", "id"], name="invoice_c_due"),
            models.Index(fields=["customer", "total_minor", "id"], name="invoice_c_total"),
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
            models.Index(fields=["organization", "-dated", "-id"], name="invoice_o_dated"),
            models.Index(fields=["organization", "number_key", "id"], name="invoice_o_number"),
            models.Index(fields=["organization", "digits_key", "id"], name="invoice_o_digits"),
            models.Index(fields=["organization", "order_key", "id"], name="invoice_o_order"),
            models.Index(fields=["organization", "due_on", "id"], name="invoice_o_due"),
            models.Index(fields=["organization", "total_minor", "id"], name="invoice_o_total"),
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

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def name(self) -> str:
        """What it is called among others, in the language of now: its number, or that it is the opening balance.

        Empty for a draft.
        """
        return str(OPENING_BALANCE) if self.is_opening else self.number

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


class InvoiceLine(Row):
    """One line of the invoice as it stands now. What was issued earlier is kept whole in its revisions."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    quantity = models.DecimalField(max_digits=19, decimal_places=6)
    unit = models.CharField(max_length=20, blank=True)
    rate = models.DecimalField(max_digits=19, decimal_places=6)
    discount_kind = models.CharField(max_length=10, choices=DiscountKind.choices, blank=True)
    discount_value = models.DecimalField(max_digits=19, decimal_places=6, default=0)
    tax_rate = models.ForeignKey(TaxRate, null=True, on_delete=models.PROTECT, related_name="+")
    net_minor = models.BigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position")]


class InvoiceRevision(Row):
    """An issued invoice as it was sent, whole: the parties, the lines, the taxes and the totals. Never changed."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="revisions")
    revision = models.PositiveIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "revision"], name="invoice_revision_once")]


class DocumentLink(MailedSecret):
    """What opens one document without signing in, for the person whom it was mailed to."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    sending_id = models.BigIntegerField()  # the event of the sending: written again, its mail has the same link
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sending_id", "contact"], name="document_link_once_per_sending"),
        ]
        indexes = [models.Index(fields=["document_kind", "document_id"], name="document_link_of")]
