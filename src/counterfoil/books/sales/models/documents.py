"""What documents of a sale have. A type of its own adds what differs: its states, its dates, its constraints."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.files.models import StoredFile
from counterfoil.books.organizations.models import DocumentKind, Organization, TaxRate
from counterfoil.foundation.ids import Row

from .items import Item
from .links import DocumentLink

D = TypeVar("D", bound="SalesDocument")


class DiscountKind(models.TextChoices):
    """How a discount is written."""

    NONE = "", _("No discount")
    PERCENT = "percent", _("Percent")
    AMOUNT = "amount", _("Amount")


LISTED = (  # what every list shows or is sorted by
    "organization",
    "customer",
    "currency",
    "number",
    "number_key",
    "dated",
    "state",
    "viewed_at",
    "viewed_by",
    "viewed_by_link",
    "total_minor",
)


def has_files(kind: str) -> Exists:
    """Whether anything was put to a document of this kind, or to what is said about it."""
    files = StoredFile.objects.present().filter(document_kind=kind, document_id=OuterRef("id"))
    return Exists(files)


class DocumentQuerySet(models.QuerySet[D]):
    """Questions about documents of any type. Each status filter is a range over stored columns."""

    listed_columns: ClassVar[tuple[str, ...]] = LISTED

    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)

    def visible_to_customer(self) -> Self:
        return self.exclude(state="draft")

    def listed(self) -> Self:
        """Those that anything is shown of."""
        return self

    def with_lines(self) -> Self:
        """Those that an editor can show."""
        return self

    def with_content(self) -> Self:
        """With `content`, the issued document whole as its present revision keeps it, and `has_files`."""
        kept = self.model.revision_model().objects.filter(document_id=OuterRef("id"), revision=OuterRef("revision"))
        return self.annotate(content=Subquery(kept.values("content")[:1]), has_files=has_files(self.model.kind()))

    def for_office(self) -> Self:
        """With `has_links`: whether anybody was mailed what opens it."""
        links = DocumentLink.objects.filter(document_kind=self.model.kind(), document_id=OuterRef("id"))
        return self.annotate(has_links=Exists(links))

    def for_list(self) -> Self:
        """With only those columns that a list shows or is sorted by."""
        return self.only(*self.listed_columns)

    def for_list_of_all(self) -> Self:
        """The same with `customer_name`, and of who opened it first `viewer_first_name`, `_last_name` and `_email`."""
        viewer = {f"viewer_{name}": F(f"viewed_by__{name}") for name in ("first_name", "last_name", "email")}
        return self.for_list().annotate(customer_name=F("customer__display_name"), **viewer)


class WrittenDocument(Row):
    """What a person writes for a customer: lines, terms and totals in one currency.

    It has lines of its own, and its `TRANSITIONS`. A number, revisions that are kept and what customers see are a
    `SalesDocument`'s.
    """

    TRANSITIONS: ClassVar[dict[Any, set[Any]]]
    state: Any
    lines: Any

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    revision = models.PositiveIntegerField(default=1)
    order_number = models.CharField(max_length=60, blank=True)
    order_key = models.CharField(max_length=60, blank=True)
    dated = models.DateField()

    discount_kind = models.CharField(max_length=10, choices=DiscountKind.choices, blank=True)
    discount_value = models.DecimalField(max_digits=19, decimal_places=6, default=0)
    shipping_minor = models.BigIntegerField(default=0)
    shipping_tax_rate = models.ForeignKey(TaxRate, null=True, on_delete=models.PROTECT, related_name="+")
    adjustment_minor = models.BigIntegerField(default=0)
    adjustment_label = models.CharField(max_length=60, blank=True)
    is_inclusive = models.BooleanField(default=False)
    notes = models.TextField(blank=True)
    terms = models.TextField(blank=True)

    subtotal_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    taxes = models.JSONField(default=list)  # [{"id", "name", "percent", "base_minor", "tax_minor"}], once per rate
    tax_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)

    making_key = models.CharField(max_length=43, blank=True)  # of the form that made it, so that sending twice is once
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    class Meta:
        abstract = True

    @classmethod
    def kind(cls) -> str:
        """What events, links and routes call this type: "invoice", "recurring_invoice"."""
        raise NotImplementedError

    @classmethod
    def told_as(cls) -> str:
        return cls.kind()

    @classmethod
    def line_model(cls) -> Any:
        return cls._meta.get_field("lines").related_model


class SalesDocument(WrittenDocument):
    """What every document of a sale has besides: a number, revisions, and how it came to the customer.

    A type names its series of numbers in `numbered_as`. A draft has no number yet; what was sent or issued is kept
    whole in its revisions.
    """

    numbered_as: ClassVar[DocumentKind]
    revisions: Any

    number = models.CharField(max_length=40, blank=True)
    number_key = models.CharField(max_length=40, blank=True)  # case-folded, for search by prefix
    digits_key = models.CharField(max_length=40, blank=True)  # the number's last digits without leading zeros

    came_from_kind = models.CharField(max_length=20, blank=True)  # what it was made of, if it was
    came_from_id = models.BigIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.JSONField(null=True)
    sent_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)
    viewed_by = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    viewed_by_link = models.BooleanField(default=False)  # by whoever had the link that was mailed to them

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def name(self) -> str:
        """What it is called among others, in the language of now. Empty for a draft."""
        return self.number

    @property
    def file_name(self) -> str:
        """What its PDF is called, without the ending."""
        return self.number or "draft"

    def own_content(self) -> dict[str, Any]:
        """What a snapshot keeps of a type's own columns."""
        return {}

    @classmethod
    def kind(cls) -> str:
        return str(cls.numbered_as.value)

    @classmethod
    def revision_model(cls) -> Any:
        return cls._meta.get_field("revisions").related_model


class DocumentLine(Row):
    """One line of a document as it stands now. What was issued earlier is kept whole in its revisions.

    A type's own lines add `document`, the foreign key to it with `related_name="lines"`.
    """

    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    quantity = models.DecimalField(max_digits=19, decimal_places=6)
    unit = models.CharField(max_length=20, blank=True)
    rate = models.DecimalField(max_digits=19, decimal_places=6)
    discount_kind = models.CharField(max_length=10, choices=DiscountKind.choices, blank=True)
    discount_value = models.DecimalField(max_digits=19, decimal_places=6, default=0)
    tax_rate = models.ForeignKey(TaxRate, null=True, on_delete=models.PROTECT, related_name="+")
    net_minor = models.BigIntegerField()

    class Meta:
        abstract = True
        ordering = ["position"]

    def as_kept(self) -> dict[str, Any]:
        """The line as a snapshot keeps it."""
        return {
            "name": self.name,
            "description": self.description,
            "quantity": f"{self.quantity.normalize():f}",
            "unit": self.unit,
            "rate": f"{self.rate.normalize():f}",
            "discount_kind": self.discount_kind,
            "discount_value": f"{self.discount_value.normalize():f}",
            "net_minor": self.net_minor,
            "tax_id": self.tax_rate_id,
        }


class DocumentRevision(Row):
    """A document as it was sent, whole: the parties, the lines, the taxes and the totals. Its content never changes.

    A type's own revisions add `document`, the foreign key to it with `related_name="revisions"`.
    """

    revision = models.PositiveIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.JSONField()

    class Meta:
        abstract = True


def walls(kind: str) -> list[models.BaseConstraint]:
    """The constraints that hold for documents of every type, for one of that name."""
    return [
        models.UniqueConstraint(fields=["organization", "number"], condition=~Q(number=""), name=f"{kind}_number"),
        models.UniqueConstraint(
            fields=["organization", "making_key"], condition=~Q(making_key=""), name=f"{kind}_made_once"
        ),
    ]


def usual_indexes(kind: str) -> list[models.Index]:
    """Those that the lists of every type need: of a customer and of an organization, by each column and by search."""
    columns = {"number": "number_key", "digits": "digits_key", "order": "order_key", "total": "total_minor"}
    owners = {"c": "customer", "o": "organization"}
    return [
        *(models.Index(fields=[owner, "-dated", "-id"], name=f"{kind}_{key}_dated") for key, owner in owners.items()),
        *(
            models.Index(fields=[owner, column, "id"], name=f"{kind}_{key}_{name}")
            for key, owner in owners.items()
            for name, column in columns.items()
        ),
        models.Index(fields=["came_from_id"], condition=Q(came_from_id__isnull=False), name=f"{kind}_came_from"),
    ]
