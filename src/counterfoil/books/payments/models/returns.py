"""Money that went back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.models import Posting
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.ids import Row

from .gateways import GatewayAccount
from .payments import Payment
from .shares import Share, of_one_document


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


class ReturnShare(Share):
    """How much of what went back had been used for which document.

    `grant` is the credit given on an invoice that stays paid, or by which a retainer gave back what it holds.
    """

    of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="shares")
    grant = models.ForeignKey(Posting, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "invoice"], condition=Q(grant=None), name="return_share_once"),
            models.UniqueConstraint(
                fields=["of", "retainer"], condition=Q(grant=None), name="return_share_of_retainer_once"
            ),
            of_one_document("return"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="return_share_positive"),
        ]
