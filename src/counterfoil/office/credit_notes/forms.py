"""What is written into a credit note, and what is given back of one."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.sales.credit_notes import MODES, CreditNoteContent, RefundWish
from counterfoil.design.forms import AmountField
from counterfoil.foundation.money import Money
from counterfoil.office.documents.forms import DocumentForm


class CreditNoteForm(DocumentForm):
    """Everything about a credit note but its lines."""

    content_type = CreditNoteContent

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dated"].label = _("Credit note date")


class RefundForm(forms.Form):
    """How much of what is left goes back, and how."""

    form_key = forms.CharField(min_length=20, max_length=64, widget=forms.HiddenInput)
    amount = AmountField(label=_("Amount"))
    mode = forms.ChoiceField(label=_("Mode"), choices=MODES.choices)
    reference = forms.CharField(label=_("Reference"), max_length=100, required=False)

    def __init__(self, *args: Any, note: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["amount"].currency = note.currency

    @staticmethod
    def initial_of(note: Any) -> dict[str, Any]:
        return {
            "form_key": secrets.token_urlsafe(24),
            "amount": Money(note.balance_minor, note.currency),
            "mode": MODES.BANK_TRANSFER.value,
        }

    def wish(self) -> RefundWish:
        """As the verb takes it."""
        data = self.cleaned_data
        return RefundWish(amount=data["amount"], mode=MODES(data["mode"]), reference=data["reference"])
