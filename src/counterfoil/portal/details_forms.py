"""What a contact person types about themselves, their company and its addresses. What is locked has no field."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import own_details
from counterfoil.design import addresses


class SectionForm(forms.Form):
    """Some columns of a contact person or customer (`row`), without those that are `locked`."""

    COLUMNS: ClassVar[tuple[str, ...]] = ()

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, row: Any, locked: frozenset[str], language: str) -> None:
        super().__init__(data, initial=self.initial_of(row))
        self.row, self.language = row, language
        self.open = [name for name in self.COLUMNS if name not in locked]
        self.locked = [name for name in self.COLUMNS if name in locked]
        self.choose_fields()

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """What the form of a row starts with."""
        return {name: getattr(row, name) for name in (*cls.COLUMNS, "revision")}

    def choose_fields(self) -> None:
        for name in self.locked:
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What was typed, by column; also what was sent of a locked one, for the verb to refuse."""
        sent = {name: self.data[name] for name in self.locked if name in self.data}
        return {name: self.cleaned_data[name] for name in self.open} | sent


class PersonForm(SectionForm):
    """Somebody's name, and how they are reached."""

    COLUMNS = own_details.PERSON

    salutation = forms.CharField(label=_("Salutation"), max_length=20, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=50, required=False)
    mobile = forms.CharField(label=_("Mobile"), max_length=50, required=False)
    designation = forms.CharField(label=_("Designation"), max_length=100, required=False)


class CompanyForm(SectionForm):
    """What stands on documents of the company."""

    COLUMNS = own_details.COMPANY

    company_name = forms.CharField(label=_("Company name"), max_length=200, required=False)
    tax_id = forms.CharField(label=_("Tax ID"), max_length=50, required=False)


class AddressesForm(SectionForm):
    """Where invoices and goods go."""

    COLUMNS = own_details.ADDRESSES

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        shipping = {} if addresses.is_shared(row) else row.shipping_address
        return {
            **addresses.initial("billing", row.billing_address),
            **addresses.initial("shipping", shipping),
            "revision": row.revision,
        }

    def choose_fields(self) -> None:
        for name in self.open:
            self.fields |= addresses.fields(_side(name), self.language)

    def billing(self) -> list[Any]:
        return addresses.bound(self, "billing") if "billing_address" in self.open else []

    def shipping(self) -> list[Any]:
        return addresses.bound(self, "shipping") if "shipping_address" in self.open else []

    def values(self) -> dict[str, Any]:
        """A shipping address that is left empty is the billing address."""
        found: dict[str, Any] = {name: addresses.typed(self.cleaned_data, _side(name)) for name in self.open}
        found |= {name: sent for name in self.locked if (sent := _sent(self.data, _side(name)))}
        if "shipping_address" in self.open and not any(found["shipping_address"].values()):
            billing = found.get("billing_address", self.row.billing_address)
            found["shipping_address"] = billing if self.row.shipping_address else {}
        return found


def _side(column: str) -> str:
    return column.removesuffix("_address")


def _sent(data: Mapping[str, Any], side: str) -> dict[str, str]:
    """What was sent of an address that has no fields here."""
    return {key: data[f"{side}_{key}"] for key in addresses.PARTS if f"{side}_{key}" in data}
