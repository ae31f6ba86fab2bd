"""What is written into a retainer invoice, and for which invoices it is used."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.retainer_invoices import RetainerContent
from counterfoil.design.forms import AmountField
from counterfoil.office.documents.forms import DocumentForm, LineForm, date_input


class RetainerForm(DocumentForm):
    """Everything about a retainer invoice but its lines. It bears no tax: what is sold is taxed when it is invoiced."""

    own = ("due_on",)
    content_type = RetainerContent

    shipping_tax_rate: Any = None
    is_inclusive: Any = None
    due_on = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=date_input(),
        help_text=_("Empty means that it is never overdue."),
    )

    @classmethod
    def initial_of(cls, document: Any) -> dict[str, Any]:
        return {"due_on": document.due}


class RetainerLineForm(LineForm):
    """A line, without tax."""

    tax_rate: Any = None


class DrawForm(forms.Form):
    """`share-<invoice>`: how much of what is held is used for each invoice."""

    held_seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, invoices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoices = invoices
        for invoice in invoices:
            label = _("Use for %(number)s") % {"number": invoice.name}
            self.fields[f"share-{invoice.id}"] = AmountField(
                invoice.currency, label=label, required=False, allow_zero=True
            )

    def shares(self) -> dict[int, int]:
        """How much is used for which invoice, in minor units."""
        typed = {invoice.id: self.cleaned_data[f"share-{invoice.id}"] for invoice in self.invoices}
        return {invoice_id: money.minor for invoice_id, money in typed.items() if money}
