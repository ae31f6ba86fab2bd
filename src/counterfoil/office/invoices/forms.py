"""The form of an invoice and of its lines: shape and type of what is typed, nothing of the business."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.books.sales.pricing import LineContent
from counterfoil.books.sales.writing import MOST_LINES
from counterfoil.design.forms import AmountField, DiscountField, QuantityField, RateField
from counterfoil.foundation.money import Money
from counterfoil.office.making import MadeOnce

TERMS = (0, 7, 14, 15, 30, 45, 60, 90)
BY_DATE = "date"
HOW_A_DISCOUNT_IS_WRITTEN = _("10% or an amount")

Choices = list[tuple[str, Any]]


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class InvoiceForm(MadeOnce):
    """Everything about an invoice but its lines."""

    dated = forms.DateField(label=_("Invoice date"), widget=_date())
    payment_days = forms.ChoiceField(label=_("Payment terms"))
    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=_date(),
    )
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
    allows_partial = forms.BooleanField(label=_("Allow partial payments"), required=False)
    gateways = forms.TypedMultipleChoiceField(
        label=_("Ways to pay online"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, currency: str, rates: Choices, gateways: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("discount", "shipping", "adjustment"):
            fields[name].currency = currency
        fields["payment_days"].choices = [*_terms(kwargs.get("initial", {})), (BY_DATE, _("By date"))]
        fields["shipping_tax_rate"].choices = [("", _("No tax")), *rates]
        fields["gateways"].choices = gateways
        self.offered_gateways = len(gateways)
        if not gateways:
            del fields["gateways"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("payment_days") == BY_DATE and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the day, or payment terms."))
        return data

    def content(self, lines: list[LineContent]) -> InvoiceContent:
        """What the verbs take. Ticking every way to pay online means those that come later too."""
        data = self.cleaned_data
        kind, value = data["discount"] or ("", Decimal(0))
        by_date = data["payment_days"] == BY_DATE
        chosen = data.get("gateways")
        return InvoiceContent(
            dated=data["dated"],
            lines=lines,
            due_on=data["due_on"] if by_date else None,
            payment_days=None if by_date else int(data["payment_days"]),
            order_number=data["order_number"],
            discount_kind=kind,
            discount_value=value,
            shipping_minor=data["shipping"].minor if data["shipping"] else 0,
            shipping_tax_rate_id=data["shipping_tax_rate"],
            adjustment_minor=data["adjustment"].minor if data["adjustment"] else 0,
            adjustment_label=data["adjustment_label"],
            is_inclusive=data["is_inclusive"],
            notes=data["notes"],
            terms=data["terms"],
            allows_partial=data["allows_partial"],
            gateway_ids=None if len(chosen or ()) == self.offered_gateways else chosen,
        )


def _terms(initial: Mapping[str, Any]) -> Choices:
    """The usual terms, and the customer's own."""
    days = initial.get("payment_days")
    usual = sorted({*TERMS, days} if isinstance(days, int) else TERMS)
    return [(str(count), _("Net %(days)s") % {"days": count} if count else _("Due on receipt")) for count in usual]


class LineForm(forms.Form):
    """One line of the editor. Choosing an offered item fills what is still empty in the fields named by `data-part`."""

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
        fields["tax_rate"].choices = [("", _("No tax")), *rates]
        fields["rate"].widget.attrs["data-part"] = "rate"

    def content(self, items: Mapping[str, Any]) -> LineContent:
        """What the verbs take; a line that is named like an item is a line of that item."""
        data = self.cleaned_data
        item = items.get(data["name"].casefold())
        kind, value = data["discount"] or ("", Decimal(0))
        return LineContent(
            name=data["name"],
            quantity=data["quantity"],
            rate=data["rate"],
            description=data["description"],
            unit=data["unit"],
            discount_kind=kind,
            discount_value=value,
            tax_rate_id=data["tax_rate"],
            item_id=item.id if item else None,
        )


Typed = dict[str, str]


def typed_lines(data: Mapping[str, Any]) -> list[Typed]:
    """The lines of a posted editor as they were typed; one more than an invoice may have, so that the verb says so."""
    lines: list[Typed] = []
    while len(lines) <= MOST_LINES and f"line-{len(lines)}-name" in data:
        lines.append({name: str(data.get(f"line-{len(lines)}-{name}", "")) for name in LineForm.base_fields})
    return lines


def written_ones(lines: Iterable[Typed]) -> list[Typed]:
    """Without those that were left empty; the first is kept if all were, so that it can say what is missing."""
    lines = list(lines)
    return [line for line in lines if any(line[name].strip() for name in ("name", "description", "rate"))] or lines[:1]


def as_posted(lines: Iterable[Typed]) -> dict[str, str]:
    """Lines the way a form posts them."""
    return {f"line-{place}-{name}": value for place, line in enumerate(lines) for name, value in line.items()}


def initial_of(invoice: Any) -> dict[str, Any]:
    """An invoice as the form shows it."""

    def money(minor: int) -> Money | None:
        return Money(minor, invoice.currency) if minor else None

    return {
        "revision": invoice.revision,
        "dated": invoice.dated,
        "payment_days": BY_DATE if invoice.payment_days is None else invoice.payment_days,
        "due_on": invoice.due_on,
        "order_number": invoice.order_number,
        "discount": discount_of(invoice),
        "shipping": money(invoice.shipping_minor),
        "shipping_tax_rate": invoice.shipping_tax_rate_id,
        "adjustment": money(invoice.adjustment_minor),
        "adjustment_label": invoice.adjustment_label,
        "is_inclusive": invoice.is_inclusive,
        "notes": invoice.notes,
        "terms": invoice.terms,
        "allows_partial": invoice.allows_partial,
        "gateways": invoice.gateway_ids,
    }


def line_initial(line: Any) -> dict[str, Any]:
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


def discount_of(row: Any) -> tuple[str, Decimal] | None:
    """The discount of an invoice or a line as its field shows it."""
    return (row.discount_kind, row.discount_value) if row.discount_kind and row.discount_value else None
