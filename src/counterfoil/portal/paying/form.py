"""What is sent from the payment page."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.payments.gateways.interface import Payer
from counterfoil.design.forms import AmountField, LongSelect
from counterfoil.foundation.formats import country_choices
from counterfoil.foundation.ids import whole_number

ADDRESS = {
    "name": (_("Name on the card or account"), "cc-name", 100),
    "street": (_("Street"), "billing street-address", 200),
    "city": (_("Town or city"), "billing address-level2", 100),
    "postcode": (_("Postal code"), "billing postal-code", 20),
    "region": (_("State, county or province"), "billing address-level1", 100),
    "country": (_("Country"), "billing country", 2),
}


class PayerForm(forms.Form):
    """Whose card or account it is: those fields that the business asks for."""

    def __init__(self, *args: Any, asked: Collection[str] = (), language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, (label, autocomplete, longest) in ADDRESS.items():
            if key in asked:
                self.fields[key] = _field(key, label, autocomplete, longest, language)

    def address_fields(self) -> list[Any]:
        """The bound fields, in order."""
        return [self[key] for key in ADDRESS if key in self.fields]

    def payer(self) -> Payer | None:
        """What was written, for the gateway."""
        told = {key: self.cleaned_data.get(key, "") for key in ADDRESS if key in self.fields}
        return Payer(**told) if any(told.values()) else None


def _field(key: str, label: Any, autocomplete: str, longest: int, language: str) -> forms.Field:
    attributes = {"autocomplete": autocomplete}
    if key == "country":
        choices = [("", ""), *country_choices(language)]
        return forms.ChoiceField(label=label, required=False, choices=choices, widget=LongSelect(attrs=attributes))
    return forms.CharField(label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=attributes))


class PaymentForm(PayerForm):
    """The token is what the gateway's fields made of what was typed; without JavaScript there is none.

    `seen` are the figures that the person read, `profiles` the recurring invoices that these came from then.
    """

    form_key = forms.CharField(min_length=20, max_length=64, widget=forms.HiddenInput)
    method_token = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=6000, required=False, widget=forms.HiddenInput)
    profiles = forms.CharField(max_length=6000, required=False, widget=forms.HiddenInput)
    amount = AmountField(label=_("Amount"))
    method = forms.CharField(max_length=40, error_messages={"required": _("Choose how to pay.")})

    def profiles_seen(self) -> dict[int, int]:
        """Of which recurring invoice the person saw that each invoice came: id → id."""
        pairs = [pair.partition(":") for pair in self.cleaned_data["profiles"].split(",")]
        found = {whole_number(first): whole_number(last) for first, _colon, last in pairs}
        return {one: profile for one, profile in found.items() if one is not None and profile is not None}

    def ticked(self) -> list[str]:
        """The ways of paying beside which "save" is ticked, also those that are not chosen."""
        sent: Any = self.data
        return list(sent.getlist("save")) if self.is_bound else []
