"""What the business sells."""

from django.db import models
from django.db.models import Q

from counterfoil.books.organizations.models import Organization, TaxRate
from counterfoil.foundation.ids import Row


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
