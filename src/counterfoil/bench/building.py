"""A business with as many invoices as are wanted: its people made through the verbs, its history in bulk."""

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from counterfoil.books.accounts import passwords
from counterfoil.books.customers import contacts, customers, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.ledger.bulk import Postings
from counterfoil.books.ledger.models import Allocation, Leg, Posting
from counterfoil.books.organizations import organizations, staff, taxes
from counterfoil.books.organizations.models import DocumentKind, NumberSeries, Organization, StaffMember
from counterfoil.books.payments import gateway_accounts
from counterfoil.books.payments.models import Payment
from counterfoil.books.sales.snapshots import customer_party
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.copying import write_rows
from counterfoil.foundation.events import Unspread

from . import patterns
from .copies import Copier, Whose
from .names import CONTACT, OWNER, PASSWORD, PORTAL, names

SPAN = 1095  # days of history
CHUNK = 2_000  # invoices in one transaction
NEWEST = 100  # invoices that nobody has paid yet
MOST_CUSTOMERS = 5_000
Say = Callable[[str], None]


@dataclass(frozen=True)
class Founded:
    """The business before its history."""

    organization: Organization
    owner: Actor
    big: Whose
    others: list[Whose]


def build(count: int, *, sandbox_url: str, public_url: str, say: Say) -> None:
    """Make a business with about `count` invoices; one customer has a tenth of them. The database must be empty."""
    founded = _found(_customers_for(count), sandbox_url=sandbox_url, public_url=public_url)
    sample, contact = _customer(founded.organization, founded.owner, "Sample Signs Ltd", "sam@sample.test")
    rate = taxes.add_rate(founded.organization, name="VAT 20%", percent=Decimal(20), by=founded.owner, is_default=True)
    made = patterns.make(sample, contact, owner=founded.owner, tax_rate_id=rate.id)
    copiers = [
        Copier(one, customer_id=sample.id, contact_id=contact.id, contact_name=contact.full_name) for one in made
    ]
    _repeat(count - len(made), founded, copiers, say)
    Unspread.objects.all().delete()
    _analyse()


def _customers_for(count: int) -> int:
    """Some dozens to some thousands."""
    return max(24, min(MOST_CUSTOMERS, count // 200))


def _found(others: int, *, sandbox_url: str, public_url: str) -> Founded:
    details = organizations.Details(
        name="Bench & Sons",
        email="hello@bench.test",
        currency="GBP",
        street="14 Wharf Lane",
        city="Bristol",
        postal_code="BS1 5TY",
        country="GB",
        tax_id="GB 291 4475 06",
        time_zone="Europe/London",
    )
    founder = organizations.Founder(
        name="Olga Owner", email=OWNER, password_hash=passwords.encoded(PASSWORD, email=OWNER)
    )
    organization = organizations.found(details, founder, portal_name=PORTAL)
    owner = staff.actor(StaffMember.objects.get(organization=organization))
    bank = organizations.BankDetails(
        holder="Bench & Sons", bank="Test Bank", account="GB33BUKB20201555555555", code="BUKBGB22"
    )
    organization.refresh_from_db()
    organization = organizations.change_bank_details(organization, bank, revision=organization.revision, by=owner)
    if sandbox_url:
        account = gateway_accounts.open_at_sandbox(organization.name, address=sandbox_url, public_url=public_url)
        gateway_accounts.add(organization, account, by=owner)
    big, ana = _customer(organization, owner, "Harbour Bakery Ltd", CONTACT)
    (invitation,) = portal_access.configure(big, {ana.id}, by=owner)
    invitations.accept(invitations.token_of(invitation), user=None, password=PASSWORD)
    return Founded(organization, owner, _whose(big, ana), _others(organization, owner, others))


def _customer(organization: Organization, owner: Actor, name: str, email: str) -> tuple[Customer, ContactPerson]:
    customer = customers.create(organization, _content(name), by=owner)
    content = contacts.ContactContent(first_name="Ana", last_name="Moreau", email=email)
    return customer, contacts.add(customer, content, by=owner)


def _content(name: str) -> customers.CustomerContent:
    is_chinese = not name.isascii()
    address = {
        "street": "南京西路1266号" if is_chinese else "3 Fish Quay",
        "city": "上海市" if is_chinese else "Whitby",
        "postal_code": "200040" if is_chinese else "YO21 3PU",
        "country": "CN" if is_chinese else "GB",
    }
    return customers.CustomerContent(
        display_name=name,
        currency="GBP",
        language="zh-Hans" if is_chinese else "en",
        billing_address=address,
        shipping_address=address,
    )


def _others(organization: Organization, owner: Actor, count: int) -> list[Whose]:
    """The other customers, each with a contact person, in a few transactions."""
    made: list[Whose] = []
    wanted = names(count)
    for start in range(0, count, 200):
        with transaction.atomic():
            for name in wanted[start : start + 200]:
                email = f"contact{len(made)}@other.test"
                made.append(_whose(*_customer(organization, owner, name, email)))
    return made


def _whose(customer: Customer, contact: ContactPerson) -> Whose:
    party = json.dumps(customer_party(customer), ensure_ascii=False)
    return Whose(customer.id, contact.id, contact.full_name, party)


@dataclass
class Numbers:
    """The numbers of one kind of document, given in order and written back at the end."""

    series: NumberSeries

    def take(self) -> str:
        number = self.series.written(self.series.next_number)
        self.series.next_number += 1
        self.series.given += 1
        return number


def _repeat(count: int, founded: Founded, copiers: list[Copier], say: Say) -> None:
    by_kind: dict[str, list[Copier]] = defaultdict(list)
    for copier in copiers:
        by_kind[copier.pattern.kind].append(copier)
    series = NumberSeries.objects.filter(organization=founded.organization)
    invoice_numbers, payment_numbers = (
        Numbers(series.get(kind=kind)) for kind in (DocumentKind.INVOICE, DocumentKind.PAYMENT)
    )
    ids = [founded.big.customer_id, *(one.customer_id for one in founded.others)]
    begun, done = time.monotonic(), 0
    currencies = dict.fromkeys(ids, founded.organization.currency)
    with Postings(founded.organization.id, currencies) as history:
        for chunk in _chunks(count, founded, by_kind):
            with transaction.atomic():
                _write(history, chunk, invoice_numbers, payment_numbers)
                for numbers in (invoice_numbers, payment_numbers):
                    numbers.series.save(update_fields=["next_number", "given"])
            done += len(chunk)
            say(f"{done:,} of {count:,} invoices, {done / (time.monotonic() - begun):,.0f} a second")


Planned = tuple[Copier, Whose, date]


def _chunks(count: int, founded: Founded, by_kind: dict[str, list[Copier]]) -> Iterator[list[Planned]]:
    """What is copied for whom, oldest first."""
    chance = random.Random(count)  # noqa: S311 (the same each time)
    today = clock.today(founded.organization.time_zone)
    chunk = []
    for place in range(count):
        age = SPAN - place * SPAN // count
        whose = founded.big if place % 10 == 0 else chance.choice(founded.others)
        is_newest = count - place <= NEWEST
        copier = chance.choice(by_kind[patterns.OPEN if is_newest else _kind(place, age, chance)])
        if copier.pattern.age > age:  # it would have been paid on a day to come
            copier = chance.choice(by_kind[patterns.OPEN])
        chunk.append((copier, whose, today - timedelta(days=age)))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _kind(place: int, age: int, chance: random.Random) -> str:
    """Of the large customer and of all the others, one in ten thousand is paid in part."""
    if place % 100_000 == 20 or place % 10_000 == 21:
        return patterns.PARTIAL
    drawn = chance.random()
    if age < 10 and drawn < 0.02:
        return patterns.DRAFT
    return patterns.OPEN if drawn < 0.005 else patterns.CREDIT if drawn < 0.007 else patterns.PAID


def _write(history: Postings, chunk: list[Planned], invoices: Numbers, payments: Numbers) -> None:
    rows: dict[type[Any], list[list[Any]]] = defaultdict(list)
    for copier, whose, dated in chunk:
        pattern = copier.pattern
        number = invoices.take() if pattern.invoice.number else ""
        payment_number = payments.take() if pattern.rows[Payment] else ""
        for model, copied in copier.copy(whose, dated, number, payment_number).items():
            rows[model] += copied
    history.post(rows.pop(Posting, ()), rows.pop(Leg, ()), rows.pop(Allocation, ()))
    for model, written in rows.items():
        write_rows(model, written)


def _analyse() -> None:
    """What a database does by itself after a while: PostgreSQL's autovacuum, `PRAGMA optimize` of ours."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
