"""The form of a document and of its lines: shape and type of what is typed, nothing of the business."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.order_progress import OrderLineContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.writing import MOST_LINES, DocumentContent
from counterfoil.design.forms import AmountField, DiscountField, QuantityField, RateField
from counterfoil.foundation.money import Money
from counterfoil.office.making import MadeOnce

HOW_A_DISCOUNT_IS_WRITTEN = _("10% or an amount")

Choices = list[tuple[str, Any]]


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class DocumentForm(MadeOnce):
    """Everything that is written into a document of any type, but its lines.

    A type adds its own fields, and names in `own` those that stand beside the date. One that bears no tax takes the
    fields of taxes away.
    """

    own: ClassVar[tuple[str, ...]] = ()
    content_type: ClassVar[type[DocumentContent]]

    dated = forms.DateField(label=_("Date"), widget=date_input())
    order_number = forms.CharField(label=_("Order number"), max_length=60, required=False)
    discount = DiscountField(label=_("Discount"), required=False, help_text=HOW_A_DISCOUNT_IS_WRITTEN)
    shipping = AmountField(label=_("Shipping charge"), required=False, allow_zero=True)
    shipping_tax_rate = forms.TypedChoiceField(label=_("Tax on shipping"), coerce=int, empty_value=None, required=False)
    adjustment = AmountField(
        label=_("Adjustment"),
        required=False,
        allow_zero=True,
        allow_negative=True,
        help_text=_("Added to the total; with a minus it is taken off."),
    )
    adjustment_label = forms.CharField(label=_("Name of the adjustment"), max_length=60, required=False)
    is_inclusive = forms.BooleanField(label=_("Rates include tax"), required=False)
    notes = forms.CharField(label=_("Customer notes"), max_length=2000, required=False, widget=_text(3))
    terms = forms.CharField(label=_("Terms"), max_length=2000, required=False, widget=_text(3))

    def __init__(self, *args: Any, currency: str, rates: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("discount", "shipping", "adjustment"):
            fields[name].currency = currency
        if "shipping_tax_rate" in fields:
            fields["shipping_tax_rate"].choices = [("", _("No tax")), *rates]

    @property
    def own_fields(self) -> list[Any]:
        """The type's own, that stand beside the date."""
        return [self[name] for name in self.own]

    @classmethod
    def initial_of(cls, document: Any) -> dict[str, Any]:
        """What the form shows of a type's own columns."""
        return {name: getattr(document, name) for name in cls.own}

    def own_content(self) -> dict[str, Any]:
        """What the verbs take of a type's own fields."""
        return {name: self.cleaned_data[name] for name in self.own}

    def content(self, lines: list[LineContent]) -> Any:
        """What the verbs take."""
        data = self.cleaned_data
        kind, value = data["discount"] or ("", Decimal(0))
        return self.content_type(
            dated=data["dated"],
            lines=lines,
            order_number=data["order_number"],
            discount_kind=kind,
            discount_value=value,
            shipping_minor=data["shipping"].minor if data["shipping"] else 0,
            shipping_tax_rate_id=data.get("shipping_tax_rate"),
            adjustment_minor=data["adjustment"].minor if data["adjustment"] else 0,
            adjustment_label=data["adjustment_label"],
            is_inclusive=data.get("is_inclusive", False),
            notes=data["notes"],
            terms=data["terms"],
            **self.own_content(),
        )


class LineForm(forms.Form):
    """One line of the editor. Choosing an offered item fills what is still empty in the fields named by `data-part`."""

    content_type: ClassVar[type[LineContent]] = LineContent

    name = forms.CharField(
        label=_("Item"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "items", "autocomplete": "off", "data-fills": ""}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "data-part": "description"}),
    )
    quantity = QuantityField(label=_("Quantity"))
    unit = forms.CharField(
        label=_("Unit"), max_length=20, required=False, widget=forms.TextInput(attrs={"data-part": "unit"})
    )
    rate = RateField(label=_("Rate"))
    discount = DiscountField(label=_("Discount"), required=False)
    tax_rate = forms.TypedChoiceField(
        label=_("Tax"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"data-part": "tax"}),
    )

    def __init__(self, *args: Any, currency: str, rates: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["discount"].currency = currency
        if "tax_rate" in fields:
            fields["tax_rate"].choices = [("", _("No tax")), *rates]
        fields["rate"].widget.attrs["data-part"] = "rate"

    def content(self, items: Mapping[str, Any]) -> LineContent:
        """What the verbs take; a line that is named like an item is a line of that item."""
        data = self.cleaned_data
        item = items.get(data["name"].casefold())
        kind, value = data["discount"] or ("", Decimal(0))
        return self.content_type(
            name=data["name"],
            quantity=data["quantity"],
            rate=data["rate"],
            description=data["description"],
            unit=data["unit"],
            discount_kind=kind,
            discount_value=value,
            tax_rate_id=data.get("tax_rate"),
            item_id=item.id if item else None,
            **self.own_content(),
        )

    def own_content(self) -> dict[str, Any]:
        """What a type's own lines say besides."""
        return {}

    @classmethod
    def initial_of(cls, line: Any) -> dict[str, Any]:
        """A line as the form shows it."""
        return {
            "name": line.name,
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit,
            "rate": line.rate,
            "discount": discount_of(line),
            "tax_rate": line.tax_rate_id,
        }


class OrderLineForm(LineForm):
    """A line of a sales order, or of an invoice that may be made of one: it keeps knowing which line it is."""

    content_type = OrderLineContent

    source_line_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def own_content(self) -> dict[str, Any]:
        return {"source_line_id": self.cleaned_data["source_line_id"]}

    @classmethod
    def initial_of(cls, line: Any) -> dict[str, Any]:
        return super().initial_of(line) | {"source_line_id": line.source_line_id}


Typed = dict[str, str]


def typed_lines(data: Mapping[str, Any], form: type[LineForm]) -> list[Typed]:
    """The lines of a posted editor as they were typed; one more than a document may have, so that the verb says so."""
    lines: list[Typed] = []
    while len(lines) <= MOST_LINES and f"line-{len(lines)}-name" in data:
        lines.append({name: str(data.get(f"line-{len(lines)}-{name}", "")) for name in form.base_fields})
    return lines


def written_ones(lines: Iterable[Typed]) -> list[Typed]:
    """Without those that were left empty; the first is kept if all were, so that it can say what is missing."""
    lines = list(lines)
    return [line for line in lines if any(line[name].strip() for name in ("name", "description", "rate"))] or lines[:1]


def as_posted(lines: Iterable[Typed]) -> dict[str, str]:
    """Lines the way a form posts them."""
    return {f"line-{place}-{name}": value for place, line in enumerate(lines) for name, value in line.items()}


def initial_of(document: Any, form: type[DocumentForm]) -> dict[str, Any]:
    """A document as the form shows it."""

    def money(minor: int) -> Money | None:
        return Money(minor, document.currency) if minor else None

    return {
        "revision": document.revision,
        "dated": document.dated,
        "order_number": document.order_number,
        "discount": discount_of(document),
        "shipping": money(document.shipping_minor),
        "shipping_tax_rate": document.shipping_tax_rate_id,
        "adjustment": money(document.adjustment_minor),
        "adjustment_label": document.adjustment_label,
        "is_inclusive": document.is_inclusive,
        "notes": document.notes,
        "terms": document.terms,
        **form.initial_of(document),
    }


def discount_of(row: Any) -> tuple[str, Decimal] | None:
    """The discount of a document or a line as its field shows it."""
    return (row.discount_kind, row.discount_value) if row.discount_kind and row.discount_value else None
