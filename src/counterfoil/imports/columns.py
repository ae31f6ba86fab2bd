"""What can stand in the files that are imported, and by which names of columns it is known.

The names are those of Zoho Books' exports over the years; case, spaces and signs don't count, and what the page of an
import calls a field is known too, in either language.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import languages

Is = Literal["text", "date", "number", "flag"]
Mapped = dict[str, int]  # a field's name → the place of its column


@dataclass(frozen=True)
class Field:
    """Something that a column can hold. Of `headers`, the first that is there is taken."""

    name: str
    label: Any
    headers: tuple[str, ...]
    kind: Is = "text"
    is_needed: bool = False
    longest: int = 200


@dataclass(frozen=True)
class Layout:
    """The fields of one kind of file. One of `needed_any` must be there, besides those that are needed themselves."""

    kind: str
    label: Any
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def missing(self, mapped: Mapping[str, int]) -> list[Field]:
        return [field for field in self.fields if field.is_needed and field.name not in mapped]


def text(name: str, label: Any, *headers: str, longest: int = 200, needed: bool = False) -> Field:
    return Field(name, label, headers, longest=longest, is_needed=needed)


def day(name: str, label: Any, *headers: str, needed: bool = False) -> Field:
    return Field(name, label, headers, kind="date", is_needed=needed)


def number(name: str, label: Any, *headers: str, needed: bool = False) -> Field:
    return Field(name, label, headers, kind="number", is_needed=needed)


def flag(name: str, label: Any, *headers: str) -> Field:
    return Field(name, label, headers, kind="flag")


def match(layout: Layout, header: Sequence[str]) -> Mapped:
    """Which column is which field, by their names; each column is one field at most."""
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(key(name), place)
    found: Mapped = {}
    for field in layout.fields:
        names = [*map(key, field.headers), *_labels(field)]
        free = [places[name] for name in names if name in places and places[name] not in found.values()]
        if free:
            found[field.name] = free[0]
    return found


def key(name: str) -> str:
    """What makes two names of columns one."""
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum() or char in "%#")


@lru_cache(maxsize=512)
def _labels(field: Field) -> tuple[str, ...]:
    names = []
    for language in languages.LANGUAGES:
        with languages.speaking(language):
            names.append(key(str(field.label)))
    return tuple(names)


CURRENCY = text("currency", _("Currency"), "Currency Code", "Currency", longest=3)
CUSTOMER_ID = text(
    "customer_id", _("ID of the customer elsewhere"), "Customer ID", "CustomerID", "Contact ID", longest=100
)
CUSTOMER = text("customer", _("Customer"), "Customer Name", "Contact Name", "Display Name", needed=True)
PERSON = (
    text("salutation", _("Salutation"), "Salutation", longest=20),
    text("first_name", _("First name"), "First Name", longest=100),
    text("last_name", _("Last name"), "Last Name", longest=100),
    text("email", _("E-mail"), "EmailID", "Email ID", "Email", "E-mail", "Email Address", longest=254),
    text("phone", _("Phone"), "Phone", "Work Phone", longest=50),
    text("mobile", _("Mobile"), "MobilePhone", "Mobile Phone", "Mobile", longest=50),
    text("designation", _("Designation"), "Designation", longest=100),
)


def address(side: str, name: str, labels: Sequence[Any]) -> tuple[Field, ...]:
    """The parts of one of a customer's addresses."""
    headers = (
        ("attention", (f"{name} Attention",)),
        ("street", (f"{name} Address", f"{name} Street", f"{name} Address Line 1")),
        ("street2", (f"{name} Street2", f"{name} Street 2", f"{name} Address Line 2")),
        ("city", (f"{name} City",)),
        ("region", (f"{name} State", f"{name} Province", f"{name} Region")),
        ("postal_code", (f"{name} Code", f"{name} Zip", f"{name} Zipcode", f"{name} Postal Code")),
        ("country", (f"{name} Country",)),
        ("phone", (f"{name} Phone",)),
    )
    return tuple(Field(f"{side}_{part}", label, names) for (part, names), label in zip(headers, labels, strict=True))


BILLING = address(
    "billing",
    "Billing",
    (
        _("Billing address: attention"),
        _("Billing address: street"),
        _("Billing address: second line"),
        _("Billing address: city"),
        _("Billing address: region"),
        _("Billing address: postal code"),
        _("Billing address: country"),
        _("Billing address: phone"),
    ),
)
SHIPPING = address(
    "shipping",
    "Shipping",
    (
        _("Shipping address: attention"),
        _("Shipping address: street"),
        _("Shipping address: second line"),
        _("Shipping address: city"),
        _("Shipping address: region"),
        _("Shipping address: postal code"),
        _("Shipping address: country"),
        _("Shipping address: phone"),
    ),
)
CONTACTS = Layout(
    "contacts",
    _("Customers and their primary contacts"),
    (
        text("display_name", _("Display name"), "Display Name", "Contact Name", "Customer Name", needed=True),
        text("id", _("ID elsewhere"), "Contact ID", "Customer ID", longest=100),
        text("type", _("Customer or vendor"), "Contact Type"),
        text("kind", _("Company or individual"), "Customer Sub Type", "Customer Type"),
        text("company_name", _("Company name"), "Company Name", "Company"),
        CURRENCY,
        text("payment_days", _("Payment terms"), "Payment Terms"),
        text("terms_label", _("Payment terms in words"), "Payment Terms Label"),
        text(
            "tax_id",
            _("Tax ID"),
            "Tax Registration Number",
            "VAT Registration Number",
            "VAT Number",
            "GST Identification Number (GSTIN)",
            "GSTIN",
            "TRN",
            "ABN",
            "Tax ID",
            longest=50,
        ),
        text("notes", _("Notes"), "Notes", "Remarks", longest=20_000),
        *PERSON,
        *BILLING,
        *SHIPPING,
    ),
)
CONTACT_PERSONS = Layout("contact_persons", _("Contact persons"), (CUSTOMER, CUSTOMER_ID, *PERSON))
ITEMS = Layout(
    "items",
    _("Items"),
    (
        text("name", _("Name"), "Item Name", "Name", needed=True),
        text("id", _("ID elsewhere"), "Item ID", "Product ID", longest=100),
        number("rate", _("Rate"), "Rate", "Selling Price", "Item Price", "Sales Rate", needed=True),
        text("description", _("Description"), "Description", "Item Desc", "Sales Description", longest=20_000),
        text("unit", _("Unit"), "Usage unit", "Unit", "Unit Name", longest=20),
        text("tax_name", _("Name of the tax"), "Tax Name", "Tax1 Name", "Intra State Tax Name", longest=100),
        number("tax_percent", _("Tax in per cent"), "Tax Percentage", "Tax1 Percentage", "Intra State Tax Rate"),
    ),
)
