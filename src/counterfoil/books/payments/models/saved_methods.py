"""Cards and bank accounts that gateways keep for customers."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.ids import Row

from .gateways import GatewayAccount


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
