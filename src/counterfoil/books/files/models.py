"""What people uploaded: whose it is, what it belongs to, who sees it. Its content is in the store, by its key."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.ids import Row

if TYPE_CHECKING:
    from collections.abc import Iterable


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Questions about files."""

    def present(self) -> "StoredFileQuerySet":
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)

    def shown(self) -> "StoredFileQuerySet":
        """What the customer sees, where they see what it belongs to."""
        return self.filter(is_shown=True)

    def of_account(self) -> "StoredFileQuerySet":
        """What belongs to the customer alone: to no document, and said with nothing."""
        return self.filter(document_kind="", comment_id__isnull=True)

    def on(self, document: Any) -> "StoredFileQuerySet":
        """What belongs to one document, also what was said with about it, the first first."""
        return self.filter(document_kind=document.kind(), document_id=document.id).order_by("id")

    def said_with(self, comment_ids: "Iterable[int]") -> "StoredFileQuerySet":
        return self.filter(comment_id__in=comment_ids).order_by("id")


class StoredFile(Row):
    """One file of a customer's account, of one of their documents, or of what was said about either.

    The customer sees it only if it `is_shown`, and then only as long as they see what it belongs to.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    document_kind = models.CharField(max_length=20, blank=True)  # "invoice"; empty where it belongs to the account
    document_id = models.BigIntegerField(null=True)
    comment_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=43, unique=True)
    small_key = models.CharField(max_length=43, blank=True)  # of the small picture of it
    name = models.CharField(max_length=120)
    name_key = models.CharField(max_length=120)  # case-folded, for search by prefix
    kind = models.CharField(max_length=10)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_shown = models.BooleanField(default=False)
    uploader = models.JSONField()
    # Who of the customer uploaded it; null where the office did.
    contact = models.ForeignKey("customers.ContactPerson", null=True, on_delete=models.PROTECT, related_name="+")
    making_key = models.CharField(max_length=43, blank=True)  # of form and content, so that sending twice is once
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.JSONField(null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "making_key"],
                condition=Q(removed_at__isnull=True) & ~Q(making_key=""),
                name="file_made_once",
            ),
            models.CheckConstraint(
                condition=Q(document_kind="", document_id__isnull=True)
                | ~Q(document_kind="") & Q(document_id__isnull=False),
                name="file_of_document_or_account",
            ),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) | Q(is_shown=True), name="file_of_customer_is_shown"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="file_removed_by_somebody",
            ),
        ]
        indexes = [
            *(
                models.Index(
                    fields=["customer", *fields],
                    condition=Q(document_kind="", comment_id__isnull=True, removed_at__isnull=True),
                    name=f"file_account_{name}",
                )
                for name, fields in {"newest": ["-id"], "name": ["name_key", "id"], "size": ["size", "id"]}.items()
            ),
            *(
                models.Index(fields=["organization", *fields], condition=condition, name=f"file_all_{name}")
                for name, fields, condition in (
                    ("newest", ["-id"], Q(removed_at__isnull=True)),
                    ("name", ["name_key", "id"], Q(removed_at__isnull=True)),
                    ("size", ["size", "id"], Q(removed_at__isnull=True)),
                    ("theirs", ["-id"], Q(removed_at__isnull=True, contact__isnull=False)),
                    ("internal", ["-id"], Q(removed_at__isnull=True, is_shown=False)),
                )
            ),
            models.Index(fields=["customer", "removed_at"], name="file_of_customer"),
            models.Index(fields=["document_kind", "document_id"], condition=~Q(document_kind=""), name="file_document"),
            models.Index(fields=["comment_id"], condition=Q(comment_id__isnull=False), name="file_comment"),
            models.Index(fields=["small_key"], condition=~Q(small_key=""), name="file_small_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def by(self) -> Actor:
        return actor_from(self.uploader)
