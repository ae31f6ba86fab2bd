"""The sales order."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import DocumentKind
from counterfoil.foundation.ids import new_id

from .documents import DocumentLine, DocumentQuerySet, DocumentRevision, SalesDocument, usual_indexes, walls


class SalesOrderQuerySet(DocumentQuerySet["SalesOrder"]):
    """Questions about sales orders."""

    listed_columns = (*DocumentQuerySet.listed_columns, "standing")

    def visible_to_customer(self) -> "SalesOrderQuerySet":
        """Those that were opened, of organizations that show them in their portal."""
        return super().visible_to_customer().filter(organization__modules__sales_orders=True)

    def standing(self, status: str) -> "SalesOrderQuerySet":
        """Those that a person reads as this."""
        return self.filter(standing=status)


class SalesOrder(SalesDocument):
    """What a customer ordered, to be invoiced in whole or in parts. Nothing of it is in the ledger.

    `standing` is what a person reads. It follows from the state and from what is invoiced; every verb that changes
    either keeps it (`order_progress`), so that lists are filtered by a column.
    """

    numbered_as = DocumentKind.SALES_ORDER

    class State(models.TextChoices):
        """What a person decided."""

        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        VOID = "void", _("Void")

    class Status(models.TextChoices):
        """What a person reads. Closed is what was closed by hand, and an open one of which everything is invoiced."""

        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        PARTIALLY_INVOICED = "partially_invoiced", _("Partially invoiced")
        CLOSED = "closed", _("Closed")
        VOID = "void", _("Void")

    TRANSITIONS = {
        State.DRAFT: {State.OPEN},
        State.OPEN: {State.CLOSED, State.VOID},
        State.CLOSED: {State.OPEN, State.VOID},
        State.VOID: set(),
    }

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    standing = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.JSONField(null=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.JSONField(null=True)

    objects = SalesOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            *walls("sales_order"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(number="") & Q(issued_at__isnull=False, issued_by__isnull=False)),
                name="sales_order_open_has_number_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True),
                name="sales_order_closed_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="void", voided_at__isnull=False, voided_by__isnull=False)
                | ~Q(state="void") & Q(voided_at__isnull=True, voided_by__isnull=True),
                name="sales_order_void_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="open", standing__in=("open", "partially_invoiced", "closed"))
                | ~Q(state="open") & Q(standing=models.F("state")),
                name="sales_order_stands_as_its_state_says",
            ),
        ]
        indexes = [
            *usual_indexes("sales_order"),
            models.Index(fields=["customer", "standing", "-dated", "-id"], name="sales_order_c_standing"),
            models.Index(fields=["organization", "standing", "-dated", "-id"], name="sales_order_o_standing"),
        ]

    def status(self, _on: date | None = None) -> "SalesOrder.Status":
        """What a person reads; no day changes it."""
        return self.Status(self.standing)


class SalesOrderLine(DocumentLine):
    """One line of a sales order. Its `source_line_id` stays when the order is edited; invoices' lines name it."""

    document = models.ForeignKey(SalesOrder, on_delete=models.CASCADE, related_name="lines")
    source_line_id = models.BigIntegerField(default=new_id)

    class Meta(DocumentLine.Meta):
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="sales_order_line_position"),
            models.UniqueConstraint(fields=["document", "source_line_id"], name="sales_order_line_once"),
        ]


class SalesOrderRevision(DocumentRevision):
    """A sales order as it was sent."""

    document = models.ForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="revisions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "revision"], name="sales_order_revision_once")]
