"""A postal address in a form: its fields, one for each part, and what was typed into them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.formats import country_choices

from .forms import LongSelect

LONGEST_PART = 200
PARTS = {
    "attention": _("Attention"),
    "street": _("Street"),
    "street2": _("Street, second line"),
    "city": _("Town or city"),
    "region": _("State, county or province"),
    "postal_code": _("Postal code"),
    "country": _("Country"),
    "phone": _("Phone"),
}


def fields(side: str, language: str) -> dict[str, forms.Field]:
    """The fields of the "billing" or "shipping" address, by name."""
    countries = [("", ""), *country_choices(language)]
    return {f"{side}_{key}": _field(key, label, countries) for key, label in PARTS.items()}


def _field(key: str, label: Any, countries: list[tuple[str, str]]) -> forms.Field:
    if key == "country":
        return forms.ChoiceField(label=label, choices=countries, required=False, widget=LongSelect)
    return forms.CharField(label=label, max_length=LONGEST_PART, required=False)


def bound(form: forms.BaseForm, side: str) -> list[BoundField]:
    """The same, as they stand in a form."""
    return [form[f"{side}_{key}"] for key in PARTS]


def initial(side: str, address: Mapping[str, str]) -> dict[str, str]:
    """What the fields start with."""
    return {f"{side}_{key}": address.get(key, "") for key in PARTS}


def typed(data: Mapping[str, Any], side: str) -> dict[str, str]:
    """The address that was typed, of a form's cleaned data."""
    return {key: data[f"{side}_{key}"] for key in PARTS}


def is_shared(customer: Any) -> bool:
    """Whether a customer's shipping address is their billing address."""
    return not customer.shipping_address or customer.shipping_address == customer.billing_address
