"""Money that arrived."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.ledger.models import Account, LedgerDocument
from counterfoil.books.organizations.models import Organization

from .gateways import GatewayAccount


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
            models.Index(
                fields=["customer", "-paid_on", "-id"], condition=Q(balance_minor__gt=0), name="payment_c_unused"
            ),
            models.Index(fields=["organization", "-paid_on", "-id"], name="payment_o_day"),
            models.Index(fields=["organization", "amount_minor", "id"], name="payment_o_amount"),
            models.Index(fields=["organization", "number_key", "id"], name="payment_o_number"),
            models.Index(fields=["organization", "digits_key", "id"], name="payment_o_digits"),
            models.Index(fields=["organization", "reference_key", "id"], name="payment_o_reference"),
        ]

    def __str__(self) -> str:
        return self.number
