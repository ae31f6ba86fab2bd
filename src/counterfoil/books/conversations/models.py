"""What people say about a document, what the office says to itself about a customer, and what customers write to it."""

from typing import Any

from django.db import models
from django.db.models import Q

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.events import AppendOnly
from counterfoil.foundation.ids import Row


class CommentQuerySet(AppendOnly):
    """Questions about comments."""

    def on(self, subject: Any) -> "CommentQuerySet":
        """Those on one document, or those on a customer alone."""
        if isinstance(subject, Customer):
            return self.filter(customer_id=subject.id, document_kind="")
        return self.filter(document_kind=subject.kind(), document_id=subject.id)

    def visible_to_customer(self) -> "CommentQuerySet":
        """What the customer said, and what was shown to them."""
        return self.filter(is_shown=True)


class Comment(Row):
    """Something that somebody said, for good. The customer reads it only if it `is_shown`.

    It belongs to a document of any kind, or, without one, to the customer; those are the office's own.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    document_kind = models.CharField(max_length=20, blank=True)  # "invoice"; empty where it is about the customer
    document_id = models.BigIntegerField(null=True)
    text = models.TextField()
    is_shown = models.BooleanField(default=False)
    author = models.JSONField()
    # Who of the customer said it; null where the office did.
    contact = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    mentions = models.JSONField(default=list)  # [{"id", "name"}] of the staff who were told
    making_key = models.CharField(max_length=43, blank=True)  # of form and text, so that sending twice is once
    made_at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "making_key"], condition=~Q(making_key=""), name="comment_made_once"
            ),
            models.CheckConstraint(
                condition=Q(document_kind="", document_id__isnull=True, is_shown=False)
                | ~Q(document_kind="") & Q(document_id__isnull=False),
                name="comment_on_customer_is_internal",
            ),
            models.CheckConstraint(
                condition=Q(contact__isnull=True) | Q(is_shown=True), name="comment_of_customer_is_shown"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]
        indexes = [
            models.Index(fields=["document_kind", "document_id", "-id"], name="comment_on_document"),
            models.Index(fields=["customer", "-id"], condition=Q(document_kind=""), name="comment_on_customer"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("What was said stays said.")
        super().save(*args, **kwargs)

    @property
    def by(self) -> Actor:
        return actor_from(self.author)


class Message(Row):
    """What somebody of the customer wrote to the business, for good. It goes out by mail, and stays here."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    making_key = models.CharField(max_length=43, blank=True)  # of form and words, so that sending twice is once
    made_at = models.DateTimeField()

    objects = AppendOnly.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "making_key"], condition=~Q(making_key=""), name="message_made_once"
            ),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(text=""), name="message_says_something"),
        ]
        indexes = [models.Index(fields=["customer", "-made_at"], name="message_newest")]


class Review(Row):
    """What somebody of the customer thinks of the business. Its other customers read it only while it is published."""

    MOST_STARS = 5

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # of whoever wrote it, as it was then
    text = models.TextField()
    stars = models.PositiveSmallIntegerField(null=True)
    making_key = models.CharField(max_length=43, blank=True)  # of form and words, so that sending twice is once
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "making_key"], condition=~Q(making_key=""), name="review_made_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="review_says_something"),
            models.CheckConstraint(condition=Q(stars__isnull=True) | Q(stars__range=(1, 5)), name="review_stars"),
        ]
        indexes = [
            models.Index(fields=["customer", "-id"], name="review_of_customer"),
            models.Index(
                fields=["organization", "-published_at"],
                condition=Q(published_at__isnull=False),
                name="review_published",
            ),
        ]

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
