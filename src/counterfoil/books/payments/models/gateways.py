"""The gateways that an organization uses, and what they told us."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import Organization
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


class GatewayEvent(Row):
    """An event of a gateway that took effect here. The same one again does nothing."""

    gateway = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_once")]
