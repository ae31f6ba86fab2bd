"""Money that customers pay: each attempt to collect it, and each payment that arrived."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger.models import Account, LedgerDocument, Posting
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import DocumentLink, Invoice
from counterfoil.foundation.encryption import EncryptedField
from counterfoil.foundation.ids import Row

ADDRESS_FIELDS = ("name", "street", "city", "postcode", "region", "country")


def default_address_fields() -> list[str]:
    """What a payment page asks of whoever types a card, until the business chooses otherwise."""
    return ["name", "postcode", "country"]


class GatewayAccount(Row):
    """An organization's account at a payment gateway, with what is needed to speak to it."""

    class Kind(models.TextChoices):
        SANDBOX = "sandbox", _("Sandbox")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    is_enabled = models.BooleanField(default=True)
    is_live = models.BooleanField(default=False)
    address = models.URLField(blank=True)  # where the gateway answers, for those that are self-hosted
    public_key = models.CharField(max_length=200, blank=True)
    secret_key = EncryptedField(blank=True)
    webhook_secret = EncryptedField(blank=True)
    address_fields = models.JSONField(default=default_address_fields)  # what the payment page asks for and sends
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="gateway_once")]


class Payment(LedgerDocument):
    """Money that arrived. Its balance is what is not yet used for an invoice: the customer's credit."""

    ledger_account = Account.CREDIT
    ledger_sign = -1

    class Mode(models.TextChoices):
        CARD = "card", _("Card")
        BANK_ACCOUNT = "bank_account", _("Bank account")
        BANK_TRANSFER = "bank_transfer", _("Bank transfer")
        CASH = "cash", _("Cash")
        CHEQUE = "cheque", _("Cheque")
        OTHER = "other", _("Other")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40, blank=True)  # case-folded, for search by prefix
    digits_key = models.CharField(max_length=40, blank=True)  # the number's last digits without leading zeros
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    bank_charges_minor = models.BigIntegerField(default=0)
    paid_on = models.DateField()  # the day that it counts for
    deposited_on = models.DateField(null=True)  # the day that the bank had it, where somebody wrote that down
    mode = models.CharField(max_length=20, choices=Mode.choices)
    method_label = models.CharField(max_length=60, blank=True)  # "Visa •••• 4242"
    reference = models.CharField(max_length=100, blank=True)
    reference_key = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True)
    gateway = models.ForeignKey(GatewayAccount, null=True, on_delete=models.PROTECT, related_name="+")
    provider_id = models.CharField(max_length=255, blank=True)
    recording_key = models.CharField(max_length=64, blank=True)  # of the form it was recorded with
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="payment_number"),
            models.UniqueConstraint(
                fields=["gateway", "provider_id"], condition=~Q(provider_id=""), name="payment_provider_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "recording_key"], condition=~Q(recording_key=""), name="payment_recorded_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(balance_minor__gte=0), name="payment_credit_not_negative"),
        ]
        indexes = [
            models.Index(fields=["customer", "-paid_on", "-id"], name="payment_c_day"),
            models.Index(fields=["customer", "amount_minor", "id"], name="payment_c_amount"),
            models.Index(fields=["organization", "-paid_on", "-id"], name="payment_o_day"),
            models.Index(fields=["organization", "amount_minor", "id"], name="payment_o_amount"),
            models.Index(fields=["organization", "number_key", "id"], name="payment_o_number"),
            models.Index(fields=["organization", "digits_key", "id"], name="payment_o_digits"),
            models.Index(fields=["organization", "reference_key", "id"], name="payment_o_reference"),
        ]

    def __str__(self) -> str:
        return self.number


class SavedMethodQuerySet(models.QuerySet["SavedMethod"]):
    """Questions about saved methods."""

    def current(self) -> "SavedMethodQuerySet":
        return self.filter(removed_at__isnull=True)


class SavedMethod(Row):
    """A customer's card or bank account that a gateway keeps. Here is what people tell it by, and its name there."""

    class Kind(models.TextChoices):
        CARD = "card", _("Card")
        BANK = "bank", _("Bank account")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    gateway = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=255)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    brand = models.CharField(max_length=40)
    last4 = models.CharField(max_length=4)
    exp_month = models.PositiveSmallIntegerField(default=0)  # 0 for a bank account
    exp_year = models.PositiveSmallIntegerField(default=0)
    holder = models.CharField(max_length=200, blank=True)
    address = models.JSONField(default=dict)  # of ADDRESS_FIELDS, as it was sent
    saved_by = models.JSONField()
    saved_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = SavedMethodQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "token"], name="saved_method_once")]
        indexes = [
            models.Index(fields=["customer", "id"], condition=Q(removed_at__isnull=True), name="saved_method_current")
        ]

    @property
    def label(self) -> str:
        """ "Visa •••• 4242" """
        return f"{self.brand} •••• {self.last4}"

    def is_expired(self, on: date) -> bool:
        return self.kind == self.Kind.CARD and (self.exp_year, self.exp_month) < (on.year, on.month)


class AttemptQuerySet(models.QuerySet["PaymentAttempt"]):
    """Questions about attempts."""

    def open(self) -> "AttemptQuerySet":
        """Those whose outcome is not known yet: they hold the money that they are for."""
        return self.filter(state__in=PaymentAttempt.OPEN)

    def begun_by(self, link: DocumentLink) -> "AttemptQuerySet":
        """Those of who came by a mailed link, which pay the one invoice that it opens."""
        theirs = self.filter(customer_id=link.customer_id, shares__invoice=link.document_id)
        return theirs.filter(actor__kind="link", actor__link_id=link.id)


class PaymentAttempt(Row):
    """One try to collect one sum through a gateway, stored before the gateway hears of it."""

    class State(models.TextChoices):
        CREATED = "created", _("Started")
        ACTION = "action", _("Waiting for the payer")
        PROCESSING = "processing", _("Processing")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (State.CREATED, State.ACTION, State.PROCESSING)

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    gateway = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=State.CREATED)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    form_key = models.CharField(max_length=64)  # of the page it was sent from: the same page twice is one attempt
    idempotency_key = models.CharField(max_length=64, unique=True)
    provider_id = models.CharField(max_length=255, blank=True)
    method_token = models.CharField(max_length=255, blank=True)
    method_kind = models.CharField(max_length=10, choices=SavedMethod.Kind.choices, default=SavedMethod.Kind.CARD)
    saved_method = models.ForeignKey(SavedMethod, null=True, on_delete=models.PROTECT, related_name="+")
    saves = models.BooleanField(default=False)  # the method is kept for later payments
    expected_on = models.DateField(null=True)  # when a bank is likely to say how it ended
    next_url = models.URLField(max_length=500, blank=True)
    method_label = models.CharField(max_length=60, blank=True)
    failure_reason = models.CharField(max_length=40, blank=True)
    failure_raw = models.CharField(max_length=200, blank=True)
    alert = models.CharField(max_length=200, blank=True)  # what a person must look at, if anything
    payment = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="attempt")
    actor = models.JSONField()
    made_at = models.DateTimeField()
    started_on = models.DateField()
    confirm_started_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)  # when to ask the gateway next
    asked = models.PositiveIntegerField(default=0)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "form_key"], name="attempt_form_once"),
            models.UniqueConstraint(
                fields=["gateway", "provider_id"], condition=~Q(provider_id=""), name="attempt_provider_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="attempt_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(payment__isnull=False, settled_at__isnull=False),
                name="attempt_paid_has_payment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ask_at"], condition=Q(state__in=["created", "action", "processing"]), name="attempt_to_ask"
            ),
            models.Index(
                fields=["customer"], condition=Q(state__in=["created", "action", "processing"]), name="attempt_open"
            ),
            models.Index(fields=["organization", "-id"], condition=Q(state="failed"), name="attempt_o_failed"),
        ]


class AttemptShare(Row):
    """How much of an attempt is meant for which invoice."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.CASCADE, related_name="shares")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+")
    minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "invoice"], name="attempt_share_once"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="attempt_share_positive"),
        ]


class Return(Row):
    """Money of a payment that went back: given back by the business, or taken back by the payer's bank."""

    class Kind(models.TextChoices):
        REFUND = "refund", _("Refund")
        CHARGEBACK = "chargeback", _("Chargeback")

    class State(models.TextChoices):
        """A refund is started, then pending or paid, and can fail even then; a chargeback is open, won or lost."""

        STARTED = "started", _("Started")
        PENDING = "pending", _("Processing")
        PAID = "paid", _("Refunded")
        FAILED = "failed", _("Failed")
        OPEN = "open", _("Disputed")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    class Way(models.TextChoices):
        GATEWAY = "gateway", _("Through the gateway")
        OTHER = "other", _("Given back otherwise")
        CREDIT = "credit", _("Kept as credit")

    class Effect(models.TextChoices):
        """What becomes of the invoice."""

        OPEN_AGAIN = "open_again", _("The invoice is open again")
        STAYS_PAID = "stays_paid", _("The invoice stays paid")

    UNKNOWN = (State.STARTED, State.PENDING)  # the gateway is asked until it says
    UNDONE = (State.FAILED, State.WON)

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="returns")
    gateway = models.ForeignKey(GatewayAccount, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=20, choices=State.choices)
    way = models.CharField(max_length=20, choices=Way.choices)
    effect = models.CharField(max_length=20, choices=Effect.choices)
    must_decide = models.BooleanField(default=False)  # it came from the gateway: the office still chooses the effect
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    excess_minor = models.PositiveBigIntegerField(default=0)  # what of it went although nothing was left of the payment
    mode = models.CharField(max_length=20, choices=Payment.Mode.choices, blank=True)  # how it was given back otherwise
    reference = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    form_key = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=64, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    failure_reason = models.CharField(max_length=40, blank=True)
    posting = models.ForeignKey(Posting, null=True, on_delete=models.PROTECT, related_name="+")  # by which it went
    returned_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.JSONField()
    settled_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)  # when to ask the gateway next
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "form_key"], condition=~Q(form_key=""), name="return_form_once"),
            models.UniqueConstraint(
                fields=["idempotency_key"], condition=~Q(idempotency_key=""), name="return_key_once"
            ),
            models.UniqueConstraint(
                fields=["gateway", "provider_id"], condition=~Q(provider_id=""), name="return_provider_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="return_amount_positive"),
            models.CheckConstraint(condition=Q(excess_minor__lte=models.F("amount_minor")), name="return_excess"),
        ]
        indexes = [
            models.Index(fields=["ask_at"], condition=Q(state__in=["started", "pending"]), name="return_to_ask"),
            models.Index(fields=["organization", "-id"], condition=Q(must_decide=True), name="return_to_decide"),
        ]


class ReturnShare(Row):
    """How much of what went back had been used for which invoice, and the credit given on it if it stays paid."""

    of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="shares")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+")
    minor = models.BigIntegerField()
    grant = models.ForeignKey(Posting, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "invoice"], condition=Q(grant=None), name="return_share_once"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="return_share_positive"),
        ]


class Comparison(Row):
    """One time that the books were compared with a gateway."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    gateway = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    goes_on = models.BooleanField(default=True)  # it leaves no gap after the one before
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)  # null: it goes on, the gateway was silent, or it was broken off
    silent_at = models.DateTimeField(null=True)  # when the gateway was found not to answer
    compared = models.PositiveIntegerField(default=0)


class Difference(Row):
    """Where the gateway and the books say different things of one payment, until a later comparison finds it gone.

    `child_id` is the refund or dispute that it is about, by the gateway's id, if it isn't the payment itself.
    """

    class Kind(models.TextChoices):
        PAID_THERE = "paid_there", _("Paid at the gateway, not in the books")
        PAID_HERE = "paid_here", _("In the books, not paid at the gateway")
        AMOUNT = "amount", _("Another amount or currency")
        RETURNED_THERE = "returned_there", _("Went back at the gateway, not in the books")
        RETURNED_HERE = "returned_here", _("Went back in the books, not at the gateway")
        MODE = "mode", _("Test money at a live account, or the other way")
        OPEN_TOO_LONG = "open_too_long", _("Open too long")

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    gateway = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    provider_id = models.CharField(max_length=255)
    child_id = models.CharField(max_length=255, blank=True)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(PaymentAttempt, null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    there_currency = models.CharField(max_length=3)
    there_minor = models.BigIntegerField()
    here_minor = models.BigIntegerField()
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    settled_by = models.JSONField(null=True)  # who said that it is as it should be

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "kind", "provider_id", "child_id"],
                condition=Q(resolved_at__isnull=True),
                name="difference_open_once",
            )
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="difference_o_latest")]


class GatewayEvent(Row):
    """An event of a gateway that took effect here. The same one again does nothing."""

    gateway = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_once")]
