"""Importing customers with their primary contacts, and contact persons."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.customers import bulk, contacts, customers
from counterfoil.books.customers.bulk import Newcomer
from counterfoil.books.customers.contacts import ContactContent
from counterfoil.books.customers.customers import CustomerContent
from counterfoil.books.customers.finding import name_key
from counterfoil.books.customers.models import ADDRESS_KEYS, ContactPerson, Customer
from counterfoil.books.organizations import external_ids
from counterfoil.foundation import languages
from counterfoil.foundation.formats import country_names
from counterfoil.foundation.money import currencies
from counterfoil.foundation.refusal import Refused

from . import columns
from .plans import SOURCE, Plan, Setting
from .records import Record

PERSON = ("salutation", "first_name", "last_name", "email", "phone", "mobile", "designation")
TERMS = re.compile(r"(?:net ?)?(\d{1,4})(?: days)?")
LABELS = {field.name: field.label for field in columns.CONTACTS.fields} | {
    "billing_address": gettext_lazy("Billing address"),
    "shipping_address": gettext_lazy("Shipping address"),
}
AT_ONCE = {"due on receipt", "due immediately"}
ALSO_CALLED = {"USA": "US", "U.S.A": "US", "U.S.A.": "US", "UK": "GB", "U.K.": "GB", "Great Britain": "GB"} | {
    "United States of America": "US",
    "U.A.E": "AE",
    "UAE": "AE",
    "Hong Kong": "HK",
    "Macau": "MO",
    "Mainland China": "CN",
}


@dataclass
class Known:
    """The customers that are here: by id, by name, and by what they are called where they came from."""

    by_id: dict[int, Customer]
    by_name: dict[str, Customer]
    by_external_id: dict[str, Customer]

    def of(self, record: Record, *, name: str, external: str) -> Customer | None:
        """Whom a row is about: by its id elsewhere, or else by name."""
        found = self.by_external_id.get(record.text(external)) if record.text(external) else None
        return found or self.by_name.get(name_key(record.text(name)))


def known(setting: Setting, rows: Iterable[Customer] | None = None) -> Known:
    organization = setting.organization
    by_id = {one.id: one for one in (rows if rows is not None else Customer.objects.of(organization))}
    ids = external_ids.known(organization.id, SOURCE, "customer")
    return Known(
        by_id=by_id,
        by_name={one.name_key: one for one in by_id.values()},
        by_external_id={key: by_id[pk] for key, pk in ids.items() if pk in by_id},
    )


class Contacts:
    """Plans the import of a file of customers, where those with several contact persons may have several rows."""

    def __init__(self, setting: Setting, plan: Plan, rows: Sequence[Customer]) -> None:
        self.setting, self.plan, self.problems = setting, plan, plan.problems
        self.known = known(setting, rows)
        self.external: dict[int, set[str]] = defaultdict(set)  # several ids of one that others were merged into
        for external_id, one in self.known.by_external_id.items():
            self.external[one.id].add(external_id)
        self.people = People(setting, plan)
        self.named: dict[str, int] = {}  # key of a name → the line that has it
        self.new: list[tuple[CustomerContent, str, list[ContactContent]]] = []
        self.ids: list[tuple[str, int]] = []

    def add(self, records: Iterable[Record]) -> None:
        groups: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            if record.line in self.problems.lines:
                continue
            if "vendor" in record.text("type").casefold():
                self.plan.left_out += 1
            elif not record.text("display_name"):
                self.problems.add(record.line, _("Write the name that this customer is listed by."), at="display_name")
            else:
                groups[record.text("id") or f"name {name_key(record.text('display_name'))}"].append(record)
        for group in groups.values():
            self._add(group)
        self.plan.new += len(self.new)
        self.plan.steps.append(self._write)

    def _add(self, group: list[Record]) -> None:
        first, key = group[0], name_key(group[0].text("display_name"))
        if key in self.named:
            sentence = _("Line %(line)d has another customer of this name. Names are unique.")
            self.problems.add(first.line, sentence % {"line": self.named[key]}, at="display_name")
            return
        self.named[key] = first.line
        customer = self.known.of(first, name="display_name", external="id")
        namesake = self.known.by_name.get(key)
        others = self.external[namesake.id] if namesake else set()
        if namesake and (namesake != customer or (others and first.text("id") not in ("", *others))):
            sentence = _("Another customer has this name already.")
            self.problems.add(first.line, sentence, at="display_name")
            return
        if customer and customer.name_key != key and len(self.external[customer.id]) > 1:
            self.plan.same += 1  # it was merged into this one, which stays as it is
            return
        try:
            given = _given(first)
            if customer is None:
                self._add_new(first, given, group)
            else:
                self._compare(first, customer, given, group)
        except Refused as refusal:
            self.problems.refuse(first.line, refusal)

    def _add_new(self, first: Record, given: Mapping[str, Any], group: list[Record]) -> None:
        organization = self.setting.organization
        content = CustomerContent(**{"currency": organization.currency, "language": organization.language, **given})
        customers.must_make_sense(content)
        self.new.append((content, first.text("id"), self.people.of_new(group)))

    def _compare(self, first: Record, customer: Customer, given: Mapping[str, Any], group: list[Record]) -> None:
        if first.text("id") and first.text("id") not in self.known.by_external_id:
            self.ids.append((first.text("id"), customer.id))
            self.plan.linked += 1
        before = CustomerContent(**{one.name: getattr(customer, one.name) for one in fields(CustomerContent)})
        content = replace(before, **_merged(customer, given))
        customers.must_make_sense(content)
        changed = sorted(name for name, value in content.columns().items() if getattr(customer, name) != value)
        if "currency" in changed and customer.currency_fixed:
            sentence = _("The currency stays %(currency)s: this customer has transactions in it.")
            raise Refused("CURRENCY_FIXED", sentence % {"currency": customer.currency}, field="currency")
        if changed:
            self.plan.change(first.line, customer.display_name, _told(changed))
            edit = partial(customers.edit, customer, content, by=self.setting.actor, revision=customer.revision)
            self.plan.steps.append(edit)
        else:
            self.plan.same += 1
        self.people.add(customer, group, is_told=False)

    def _write(self) -> None:
        contents = [content for content, _id, _people in self.new]
        made = bulk.create_all(self.setting.organization, contents, by=self.setting.actor)
        newcomers = [
            Newcomer(customer, person, is_primary=place == 0)
            for customer, (_content, _id, people) in zip(made, self.new, strict=True)
            for place, person in enumerate(people)
        ]
        bulk.add_all(self.setting.organization, newcomers, by=self.setting.actor)
        ids = [(id, one.id) for one, (_content, id, _people) in zip(made, self.new, strict=True) if id]
        external_ids.keep(self.setting.organization.id, SOURCE, "customer", [*self.ids, *ids])
        self.people.write()


class People:
    """Plans which contact persons are new and which change."""

    def __init__(self, setting: Setting, plan: Plan) -> None:
        self.setting, self.plan, self.problems = setting, plan, plan.problems
        self.here: dict[int, list[ContactPerson]] = defaultdict(list)
        for one in ContactPerson.objects.current().filter(organization=setting.organization).order_by("id"):
            self.here[one.customer_id].append(one)
        self.new: list[Newcomer] = []
        self.seen: dict[int, list[ContactContent]] = defaultdict(list)

    def of_new(self, group: Sequence[Record]) -> list[ContactContent]:
        """The people of a customer who is new; the first is the primary one."""
        found: list[ContactContent] = []
        for record in group:
            content = self._content(record)
            if content and not any(_is_same_person(content, other) for other in found):
                found.append(content)
        return found

    def add(self, customer: Customer, group: Sequence[Record], *, is_told: bool) -> None:
        """Those of a customer who is here; `is_told` says that each is counted for itself."""
        for record in group:
            content = self._content(record)
            if content is None:
                continue
            person = next((one for one in self.here[customer.id] if _is_same_person(content, one)), None)
            if person is not None:
                self._compare(record, person, is_told=is_told)
            elif not any(_is_same_person(content, one) for one in self.seen[customer.id]):
                is_first = not self.here[customer.id] and not self.seen[customer.id]
                self.seen[customer.id].append(content)
                self.new.append(Newcomer(customer, content, is_primary=is_first))
                self.plan.new += is_told
                if not is_told:
                    self.plan.change(record.line, customer.display_name, content.email or content.last_name)
            else:
                self.plan.same += is_told

    def _compare(self, record: Record, person: ContactPerson, *, is_told: bool) -> None:
        given = {name: record.text(name) for name in PERSON if record.text(name)}
        before = ContactContent(**{one.name: getattr(person, one.name) for one in fields(ContactContent)})
        wanted = replace(before, **given)
        changed = sorted(name for name, value in wanted.columns().items() if getattr(person, name) != value)
        if not changed:
            self.plan.same += is_told
            return
        self.plan.change(record.line, person.full_name, _told(changed))
        edit = partial(contacts.edit, person, wanted, by=self.setting.actor, revision=person.revision)
        self.plan.steps.append(edit)

    def _content(self, record: Record) -> ContactContent | None:
        """Whom a row names, if anybody. A phone alone is nobody."""
        given = {name: record.text(name) for name in PERSON}
        if not (given["first_name"] or given["last_name"] or given["email"]):
            return None
        if given["email"]:
            try:
                validate_email(given["email"])
            except ValidationError:
                sentence = _("“%(email)s” is no e-mail address.") % {"email": given["email"][:60]}
                self.problems.add(record.line, sentence, at="email")
        return ContactContent(**given, language=self.setting.organization.language)

    def write(self) -> None:
        bulk.add_all(self.setting.organization, self.new, by=self.setting.actor)


def plan_contacts(setting: Setting, plan: Plan, records: Iterable[Record], rows: Sequence[Customer]) -> None:
    Contacts(setting, plan, rows).add(records)


def plan_contact_persons(setting: Setting, plan: Plan, records: Iterable[Record], rows: Sequence[Customer]) -> None:
    """Each row somebody at a customer who is here already."""
    here, people = known(setting, rows), People(setting, plan)
    for record in records:
        if record.line in plan.problems.lines:
            continue
        customer = here.of(record, name="customer", external="customer_id")
        if customer is None:
            plan.problems.add(record.line, no_such_customer(record), at="customer")
        elif not any(record.text(name) for name in ("first_name", "last_name", "email")):
            plan.problems.add(record.line, _("Write a name or an e-mail address."), at="first_name")
        else:
            people.add(customer, [record], is_told=True)
    plan.steps.append(people.write)


def no_such_customer(record: Record) -> str:
    name = record.text("customer") or record.text("customer_id")
    return _("There is no customer “%(name)s” here. Import the customers first.") % {"name": name[:60]}


def _is_same_person(one: ContactContent | ContactPerson, other: ContactContent | ContactPerson) -> bool:
    """By address where both have one, or else by name."""
    if one.email and other.email:
        return one.email.casefold() == other.email.casefold()
    return bool(one.first_name or one.last_name) and (one.first_name, one.last_name) == (
        other.first_name,
        other.last_name,
    )


def _given(record: Record) -> dict[str, Any]:
    """What a row says of a customer; what it leaves empty is not said."""
    names = ("display_name", "company_name", "tax_id", "notes")
    given: dict[str, Any] = {name: record.text(name) for name in names if record.text(name)}
    if record.text("currency"):
        given["currency"] = record.text("currency").upper()
        if given["currency"] not in currencies():
            sentence = _("“%(code)s” is no currency that is known here.") % {"code": record.text("currency")}
            raise Refused("CURRENCY", sentence, field="currency")
    if record.text("kind"):
        is_person = record.text("kind").casefold() in ("individual", "个人")
        given["kind"] = Customer.Kind.INDIVIDUAL if is_person else Customer.Kind.COMPANY
    if (days := _days(record)) is not None:
        given["payment_days"] = days
    for side in ("billing", "shipping"):
        address = {key: record.text(f"{side}_{key}") for key in ADDRESS_KEYS if record.text(f"{side}_{key}")}
        if "country" in address:
            address["country"] = _country(address["country"], f"{side}_country")
        if address:
            given[f"{side}_address"] = address
    return given


def _merged(customer: Customer, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of an address stays where the file says nothing."""
    merged = dict(given)
    for name in ("billing_address", "shipping_address"):
        if name in given:
            merged[name] = {**getattr(customer, name), **given[name]}
    return merged


def _days(record: Record) -> int | None:
    written = record.text("payment_days") or record.text("terms_label")
    found = TERMS.fullmatch(written.casefold())
    if found:
        return int(found[1])
    if written.casefold() in AT_ONCE:
        return 0
    if written:
        sentence = _("Payment terms are a number of days here, and “%(terms)s” is none.")
        where = "payment_days" if record.text("payment_days") else "terms_label"
        raise Refused("TERMS", sentence % {"terms": written[:40]}, field=where)
    return None


def _country(name: str, where: str) -> str:
    code = _countries().get(name.casefold())
    if code is None:
        sentence = _("“%(name)s” is no country that is known here.") % {"name": name[:60]}
        raise Refused("COUNTRY", sentence, field=where)
    return code


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Codes by name, in every language, and by themselves."""
    found = {name.casefold(): code for name, code in ALSO_CALLED.items()}
    for language in languages.LANGUAGES:
        for code, name in country_names(language).items():
            found |= {str(name).casefold(): code, code.casefold(): code}
    return found


def _told(changed: Sequence[str]) -> str:
    return ", ".join(str(LABELS.get(name, name)) for name in changed if name != "name_key")
