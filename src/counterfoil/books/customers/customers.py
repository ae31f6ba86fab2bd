"""What can be done with a customer: write one down, and change what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation import clock, languages
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import finding, versions
from .finding import name_key
from .models import ADDRESS_KEYS, Customer

LONGEST_NAME = 200
LONGEST_ADDRESS_PART = 200
LONGEST_TERMS_DAYS = 3650


@dataclass(frozen=True, kw_only=True)
class CustomerContent:
    """Everything about a customer that a person writes. Addresses have the keys ADDRESS_KEYS."""

    display_name: str
    currency: str
    kind: str = Customer.Kind.COMPANY
    company_name: str = ""
    language: str = languages.DEFAULT
    payment_days: int = 30
    tax_id: str = ""
    is_tax_exempt: bool = False
    exemption_reason: str = ""
    billing_address: Mapping[str, str] = field(default_factory=dict)
    shipping_address: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""
    may_pay_by_bank: bool = False
    stops_reminders: bool = False

    def columns(self) -> dict[str, Any]:
        """As the row stores it. What belongs to an exemption is kept only while there is one."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        values |= {name: value.strip() for name, value in values.items() if isinstance(value, str)}
        values["exemption_reason"] = values["exemption_reason"] if self.is_tax_exempt else ""
        values["billing_address"] = _address(self.billing_address)
        values["shipping_address"] = _address(self.shipping_address)
        return values | {"name_key": name_key(self.display_name)}


@transaction.atomic
def create(organization: Organization, content: CustomerContent, *, by: Actor, making_key: str = "") -> Customer:
    """Write a new customer down. The same form sent again (by its `making_key`) gives the customer that it made.

    Raises Refused: NAME_MISSING, NAME_TOO_LONG, NAME_TAKEN, LANGUAGE, TERMS, CURRENCY, KIND, ADDRESS_TOO_LONG.
    """
    # Writing new names down takes turns, so that the second of two equal ones reads a sentence.
    Organization.objects.select_for_update(no_key=True).only("id").get(id=organization.id)
    by.must_be_staff_of(organization.id)
    if making_key and (made := Customer.objects.filter(organization=organization, making_key=making_key).first()):
        return made
    customer = Customer(organization=organization, making_key=making_key, made_at=clock.now())
    _write(customer, content)
    customer.save()
    finding.keep_words(customer)
    record("customer.created", customer, by=by, audience="office", display_name=customer.display_name)
    return customer


@transaction.atomic
def edit(customer: Customer, content: CustomerContent, *, by: Actor, revision: int) -> Customer:
    """Change what is known of a customer. The same change sent again changes nothing.

    Raises Refused: CUSTOMER_CHANGED (edited since it was read), CURRENCY_FIXED (something was posted), and as `create`.
    """
    customer = lock_by_id(customer.id)
    by.must_be_staff_of(customer.organization_id)
    if changed_in(customer, content) and customer.revision != revision:
        raise Refused(
            "CUSTOMER_CHANGED",
            _("Somebody changed this customer after you opened it. Please look at both before you save."),
            meanwhile=versions.since(customer, revision),
        )
    return rewrite(customer, content, actor=by)


def lock_by_id(customer_id: int) -> Customer:
    """Take a customer whose details are going to change."""
    # The customer first and then the organization, as postings do, which hold its lock date.
    customer = lock(customer_id)
    Organization.objects.select_for_update(no_key=True).only("id").get(id=customer.organization_id)
    return customer


def content_of(customer: Customer) -> CustomerContent:
    """What is written of a customer now."""
    return CustomerContent(**{one.name: getattr(customer, one.name) for one in fields(CustomerContent)})


def changed_in(customer: Customer, content: CustomerContent) -> list[str]:
    """The columns in which what is written differs from the customer."""
    return sorted(name for name, value in content.columns().items() if getattr(customer, name) != value)


def rewrite(
    customer: Customer, content: CustomerContent, *, actor: Actor, told_as: str = "customer.edited"
) -> Customer:
    """Change what is known of a customer, within a verb that took it by `lock_by_id`. Raises Refused as `edit`."""
    changed = changed_in(customer, content)
    if not changed:
        return customer
    if "currency" in changed and customer.currency_fixed:
        raise Refused(
            "CURRENCY_FIXED",
            _("The currency stays %(currency)s: this customer has transactions in it.")
            % {"currency": customer.currency},
            field="currency",
        )
    was = {name: getattr(customer, name) for name in changed}
    _write(customer, content)
    customer.revision += 1
    customer.save()
    finding.keep_words(customer)
    told = {name: {"was": was[name], "now": getattr(customer, name)} for name in changed if name != "name_key"}
    record(told_as, customer, by=actor, audience="office", changed=told)
    return customer


def lock(customer_id: int) -> Customer:
    """Take the customer's row. Whatever changes its contact persons or their access does so first.

    Raises Refused: CUSTOMER_MERGED (into another one, since it was read).
    """
    customer = _taken(customer_id)
    if customer.merged_into_id:
        raise merged()
    return customer


def lock_survivor(customer_id: int) -> Customer:
    """The same, of the customer that this one was merged into, if it was."""
    customer = _taken(customer_id)
    while customer.merged_into_id:
        customer = _taken(customer.merged_into_id)
    return customer


def _taken(customer_id: int) -> Customer:
    return Customer.objects.select_for_update(no_key=True).get(id=customer_id)


def survivor_id(customer_id: int) -> int:
    """Who has by now what was this customer's: the customer itself, unless it was merged into another one."""
    found = Customer.objects.filter(id=customer_id).values_list("merged_into_id", flat=True).first()
    return found or customer_id


def merged() -> Refused:
    """What is said to who wanted something of a customer that is gone."""
    return Refused(
        "CUSTOMER_MERGED", _("This customer was merged into another one after you opened the page. Nothing was done.")
    )


def _write(customer: Customer, content: CustomerContent) -> None:
    must_make_sense(content)
    for name, value in content.columns().items():
        setattr(customer, name, value)
    others = Customer.objects.present().filter(organization_id=customer.organization_id, name_key=customer.name_key)
    if others.exclude(id=customer.id).exists():
        raise Refused("NAME_TAKEN", _("Another customer has this name already."), field="display_name")


def must_make_sense(content: CustomerContent) -> None:
    """Refuse what no customer can be. Reads nothing. Raises Refused as `create`, but NAME_TAKEN."""
    if not content.display_name.strip():
        raise Refused("NAME_MISSING", _("Write the name that this customer is listed by."), field="display_name")
    if max(len(content.display_name), len(name_key(content.display_name))) > LONGEST_NAME:
        raise Refused("NAME_TOO_LONG", _("This name is too long. Shorten it."), field="display_name")
    if content.kind not in Customer.Kind.values:
        raise Refused("KIND", _("Choose company or individual."), field="kind")
    if len(content.currency) != 3 or not (content.currency.isascii() and content.currency.isupper()):
        raise Refused("CURRENCY", _("Choose a currency from the list."), field="currency")
    if content.language not in languages.LANGUAGES:
        raise Refused("LANGUAGE", _("Choose a language from the list."), field="language")
    if not 0 <= content.payment_days <= LONGEST_TERMS_DAYS:
        raise Refused("TERMS", _("Write a number of days from 0 to 3650."), field="payment_days")
    for side, address in (("billing", content.billing_address), ("shipping", content.shipping_address)):
        for key, part in address.items():
            if len(part) > LONGEST_ADDRESS_PART:
                raise Refused(
                    "ADDRESS_TOO_LONG", _("This is too long for an address. Shorten it."), field=f"{side}_{key}"
                )


def _address(parts: Mapping[str, str]) -> dict[str, str]:
    """What was written of an address, without what was left empty."""
    return {key: parts[key].strip() for key in ADDRESS_KEYS if parts.get(key, "").strip()}
