"""Each attempt to collect money through a gateway."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales.models import DocumentLink
from counterfoil.foundation.ids import Row

from .gateways import GatewayAccount
from .payments import Payment
from .saved_methods import SavedMethod
from .shares import Share, of_one_document


class AttemptQuerySet(models.QuerySet["PaymentAttempt"]):
    """Questions about attempts."""

    def open(self) -> "AttemptQuerySet":
        """Those whose outcome is not known yet: they hold the money that they are for."""
        return self.filter(state__in=PaymentAttempt.OPEN)

    def begun_by(self, link: DocumentLink) -> "AttemptQuerySet":
        """Those of who came by a mailed link, which pay the one document that it opens."""
        opened = Q(shares__invoice=link.document_id) | Q(shares__retainer=link.document_id)
        theirs = self.filter(opened, customer_id=link.customer_id)
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
    used_credits = models.JSONField(default=list)  # what of their own was used with it: [credit, invoice, minor] each
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


class AttemptShare(Share):
    """How much of an attempt is meant for which document."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.CASCADE, related_name="shares")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "invoice"], name="attempt_share_once"),
            models.UniqueConstraint(fields=["attempt", "retainer"], name="attempt_share_of_retainer_once"),
            of_one_document("attempt"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="attempt_share_positive"),
        ]
