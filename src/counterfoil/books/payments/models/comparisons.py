"""What a comparison of the books with a gateway found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.ids import Row

from .attempts import PaymentAttempt
from .gateways import GatewayAccount
from .payments import Payment


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
