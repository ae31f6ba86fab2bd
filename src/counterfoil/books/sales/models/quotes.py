"""The quote."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import DocumentKind
from counterfoil.foundation.ids import Row

from .documents import DocumentLine, DocumentQuerySet, DocumentRevision, SalesDocument, has_files, usual_indexes, walls

NEVER = date(9999, 12, 31)  # of a quote that does not expire: a date, so that lists can be sorted by it


class QuoteQuerySet(DocumentQuerySet["Quote"]):
    """Questions about quotes."""

    listed_columns = (*DocumentQuerySet.listed_columns, "expires_on")

    def with_content(self) -> "QuoteQuerySet":
        """Of an accepted one, what was accepted, and `is_signed`. With `earlier`, what was sent before, `has_files`."""
        kept = QuoteRevision.objects.filter(document_id=OuterRef("id"))
        content = Coalesce("accepted", "content", output_field=models.JSONField())
        now = kept.filter(revision=OuterRef("revision")).annotate(shown=content)
        earlier = kept.filter(revision__lt=OuterRef("revision")).order_by("-revision")
        signatures = QuoteSignature.objects.filter(
            revision__document_id=OuterRef("id"), revision__revision=OuterRef("revision")
        )
        return self.annotate(
            content=Subquery(now.values("shown")[:1]),
            earlier=Subquery(earlier.values("content")[:1]),
            is_signed=Exists(signatures),
            has_files=has_files("quote"),
        )

    def awaiting(self, on: date) -> "QuoteQuerySet":
        """Those that can be accepted or declined on a day."""
        return self.filter(state=Quote.State.SENT, expires_on__gte=on)

    def expired(self, on: date) -> "QuoteQuerySet":
        return self.filter(state=Quote.State.SENT, expires_on__lt=on)


class Quote(SalesDocument):
    """An offer that a customer accepts or declines. Nothing of it is in the ledger.

    What was decided belongs to a revision, and is kept there. The columns here say how the present one was decided.
    """

    numbered_as = DocumentKind.QUOTE

    class State(models.TextChoices):
        """What a person decided. What time decides is in `status`."""

        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        INVOICED = "invoiced", _("Invoiced")

    class Status(models.TextChoices):
        """What a person reads."""

        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        VIEWED = "viewed", _("Viewed")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        INVOICED = "invoiced", _("Invoiced")

    TRANSITIONS = {
        State.DRAFT: {State.SENT},
        State.SENT: {State.ACCEPTED, State.DECLINED},
        State.ACCEPTED: {State.SENT, State.INVOICED},
        State.DECLINED: {State.SENT},
        State.INVOICED: {State.ACCEPTED},
    }

    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    expires_on = models.DateField(default=NEVER)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.JSONField(null=True)  # the Actor: a contact person, or staff on the customer's word
    decline_reason = models.TextField(blank=True)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        constraints = [
            *walls("quote"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(number="") & Q(issued_at__isnull=False, issued_by__isnull=False)),
                name="quote_sent_has_number_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "sent"), decided_at__isnull=True, decided_by__isnull=True)
                | Q(state__in=("accepted", "declined", "invoiced"), decided_at__isnull=False, decided_by__isnull=False),
                name="quote_decided_has_who_and_when",
            ),
        ]
        indexes = [
            *usual_indexes("quote"),
            models.Index(fields=["customer", "expires_on", "id"], name="quote_c_expires"),
            models.Index(fields=["organization", "expires_on", "id"], name="quote_o_expires"),
            models.Index(fields=["customer", "-dated", "-id"], condition=Q(state="sent"), name="quote_c_sent"),
            *(
                models.Index(
                    fields=["organization", "-dated", "-id"], condition=Q(state=state), name=f"quote_o_{state}"
                )
                for state in ("draft", "sent", "accepted", "declined", "invoiced")
            ),
        ]

    @property
    def expires(self) -> date | None:
        """The last day on which it can be decided, if there is one."""
        return None if self.expires_on == NEVER else self.expires_on

    def is_expired(self, on: date) -> bool:
        return self.state == self.State.SENT and self.expires_on < on

    def can_be_decided(self, on: date) -> bool:
        return self.state == self.State.SENT and not self.is_expired(on)

    def own_content(self) -> dict[str, Any]:
        return {"expires_on": self.expires.isoformat() if self.expires else None}

    def status(self, on: date) -> "Quote.Status":
        """The first that fits, on a day in the organization's time zone."""
        if self.state != self.State.SENT:
            return self.Status(self.state)
        if self.is_expired(on):
            return self.Status.EXPIRED
        return self.Status.VIEWED if self.viewed_at else self.Status.SENT


class QuoteLine(DocumentLine):
    """One line of a quote. An optional one is part of the totals only where the customer chose it."""

    document = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    is_optional = models.BooleanField(default=False)
    is_chosen = models.BooleanField(default=False)

    class Meta(DocumentLine.Meta):
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="quote_line_position"),
            models.CheckConstraint(condition=Q(is_chosen=False) | Q(is_optional=True), name="quote_line_chosen"),
        ]

    @property
    def is_counted(self) -> bool:
        """Whether it is part of the totals."""
        return self.is_chosen or not self.is_optional

    def as_kept(self) -> dict[str, Any]:
        return super().as_kept() | {"is_optional": self.is_optional, "is_chosen": self.is_chosen}


class QuoteRevision(DocumentRevision):
    """A quote as it was sent, and what was decided on it: `accepted` is the content with what was chosen, if it was."""

    class Decision(models.TextChoices):
        """How a revision was decided."""

        NONE = "", _("Not decided")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    document = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="revisions")
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    accepted = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "revision"], name="quote_revision_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="quote_revision_decided_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(decision="accepted") | Q(accepted__isnull=False), name="quote_revision_accepted_is_kept"
            ),
        ]


class QuoteSignature(Row):
    """How the customer signed a revision: who, when, from where, exactly what, and the sealed file that shows it."""

    revision = models.OneToOneField(QuoteRevision, on_delete=models.PROTECT, related_name="signature")
    name = models.CharField(max_length=100, blank=True)  # as it was typed
    drawn = models.TextField(blank=True)  # strokes, as `signing.strokes` reads them
    signed_at = models.DateTimeField()
    signed_by = models.JSONField()  # the Actor
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=64, blank=True)  # of the network
    user_agent = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)  # of `signing.signed_bytes`
    file = models.BinaryField(default=b"")  # empty until it is made, once

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") | ~Q(drawn=""), name="quote_signature_is_not_blank"),
        ]
