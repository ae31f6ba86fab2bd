"""What is written into an invoice besides what every document has: when and how it is paid."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.invoices import InvoiceContent
from counterfoil.foundation.ids import whole_number
from counterfoil.office.documents.forms import Choices, DocumentForm, date_input

TERMS = (0, 7, 14, 15, 30, 45, 60, 90)
BY_DATE = "date"


class PayableForm(DocumentForm):
    """When and how what is invoiced is paid."""

    payment_days = forms.ChoiceField(label=_("Payment terms"))
    allows_partial = forms.BooleanField(label=_("Allow partial payments"), required=False)
    gateways = forms.TypedMultipleChoiceField(
        label=_("Ways to pay online"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, gateways: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["payment_days"].choices = _terms(kwargs.get("initial", {}))
        fields["gateways"].choices = gateways
        self.offered_gateways = len(gateways)
        if not gateways:
            del fields["gateways"]
        elif self.initial.get("gateways") is None:
            self.initial["gateways"] = [key for key, _label in gateways]

    @classmethod
    def initial_of(cls, document: Any) -> dict[str, Any]:
        return {
            "payment_days": document.payment_days,
            "allows_partial": document.allows_partial,
            "gateways": document.gateway_ids,
        }

    def own_content(self) -> dict[str, Any]:
        """Ticking every way to pay online means those that come later too."""
        data = self.cleaned_data
        chosen = data.get("gateways")
        return {
            "payment_days": whole_number(data["payment_days"]),
            "allows_partial": data["allows_partial"],
            "gateway_ids": None if len(chosen or ()) == self.offered_gateways else chosen,
        }


class InvoiceForm(PayableForm):
    """Everything about an invoice but its lines. It may be due on a day that was chosen."""

    own = ("payment_days", "due_on")
    content_type = InvoiceContent

    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=date_input(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["dated"].label = _("Invoice date")
        fields["payment_days"].choices = [*fields["payment_days"].choices, (BY_DATE, _("By date"))]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("payment_days") == BY_DATE and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Choose the day, or payment terms."))
        return data

    @classmethod
    def initial_of(cls, document: Any) -> dict[str, Any]:
        by_date = {"payment_days": BY_DATE} if document.payment_days is None else {}
        return super().initial_of(document) | by_date | {"due_on": document.due_on}

    def own_content(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().own_content() | {"due_on": data["due_on"] if data["payment_days"] == BY_DATE else None}


def _terms(initial: Mapping[str, Any]) -> Choices:
    """The usual terms, and the customer's own."""
    days = initial.get("payment_days")
    usual = sorted({*TERMS, days} if isinstance(days, int) else TERMS)
    return [(str(count), _("Net %(days)s") % {"days": count} if count else _("Due on receipt")) for count in usual]
