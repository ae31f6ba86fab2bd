"""A believable business to look at, made through the same verbs as a real one, with fourteen months behind it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from counterfoil.books.accounts import passwords
from counterfoil.books.accounts.models import User
from counterfoil.books.customers import contacts, customers, invitations, portal_access
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations import mail_templates, organizations, staff, taxes
from counterfoil.books.organizations.models import Organization, StaffInvitation, StaffMember, TaxRate
from counterfoil.books.payments import gateway_accounts
from counterfoil.books.payments.models import GatewayAccount
from counterfoil.books.sales import items
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event, Unspread
from counterfoil.foundation.refusal import Refused

from .people import BAKERY, MILL, OTHERS, YUNSHAN, Company, Person

PASSWORD = "counterfoil-demo"  # noqa: S105  (known to everybody, and refused in production)
MONTHS = 14
NEWS = timedelta(days=10)  # what happened longer ago is history: nobody is told of it by bell or mail
WARES = (
    ("Shopfront sign, design", "Hand-drawn lettering, two rounds of changes, files for the sign-maker", "", "900"),
    ("Menu boards", "Chalk finish, ready to hang", "", "180"),
    ("Site visit and measuring", "", "h", "70"),
    ("Brand guidelines", "Logo, colours, type and how they are used, 24 pages", "", "1450"),
    ("Window lettering", "Gilded by hand, on the inside of the glass", "", "320"),
    ("Photography, half day", "Edited pictures for print and web", "", "480"),
    ("Website care", "Updates, backups and small changes", "month", "95"),
    ("Packaging layout", "Print-ready files for one box", "", "640"),
    ("Typesetting", "", "h", "55"),
    ("Poster", "A2, including two proofs", "", "120"),
    ("Illustration", "One spot illustration in ink", "", "260"),
)
# How much of each currency a pound of price comes to, roughly, so that figures look right.
SCALE = {"GBP": 1, "EUR": 1.2, "USD": 1.3, "SEK": 13, "CNY": 9, "JPY": 190}


@dataclass(frozen=True)
class Made:
    """What later steps need of the business."""

    organization: Organization
    owner: Actor
    rates: dict[str, TaxRate]
    gateway: GatewayAccount | None


def make() -> None:
    """Make the business, unless this database already has one. Takes some ten seconds."""
    if organizations.exists():
        return
    from . import aftermath
    from .history import live_through

    start = clock.today("Europe/London") - timedelta(days=MONTHS * 30)
    with _in_a_hurry(), on(start):
        made = _found()
        people = {company.name: _customer(made, company) for company in (BAKERY, MILL, YUNSHAN, *OTHERS)}
    with _in_a_hurry():
        live_through(made, people, start, random.Random(1907))  # noqa: S311  (believable, not secret)
        others = [people[company.name] for company in OTHERS]
        aftermath.add(made, people[BAKERY.name], people[MILL.name], others)
        _forget_old_news()


@contextmanager
def on(day: date, hour: int = 10) -> Iterator[None]:
    """Live through a day of the past."""
    with clock.travel(to=datetime.combine(day, time(hour), tzinfo=UTC)):
        yield


@contextmanager
def _in_a_hurry() -> Iterator[None]:
    """Don't wait for the disk after each verb: if the machine fails now, the demo is simply made again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")


def _forget_old_news() -> None:
    """Leave only recent events for the bell and the mail."""
    recent = Event.objects.filter(at__gte=clock.now() - NEWS).values("id")
    Unspread.objects.exclude(event_id__in=recent).delete()


def _found() -> Made:
    details = organizations.Details(
        name="Lindqvist & Zhou Studio",
        email="hello@lindqvist-zhou.test",
        currency="GBP",
        street="14 Wharf Lane",
        city="Bristol",
        postal_code="BS1 5TY",
        country="GB",
        phone="+44 117 496 0117",
        website="https://lindqvist-zhou.test",
        tax_id="VAT GB 291 4475 06",
        time_zone="Europe/London",
    )
    secret = passwords.encoded(PASSWORD, email="owner@demo.test")
    founder = organizations.Founder(name="Maja Lindqvist", email="owner@demo.test", password_hash=secret)
    organization = organizations.found(details, founder, portal_name="lindqvist-zhou")
    owner = staff.actor(StaffMember.objects.get(organization=organization))
    _set_up(organization, owner)
    _employ(organization, "Per Holm", "staff@demo.test", "staff", owner)
    _employ(organization, "Wen Zhou", "viewer@demo.test", "viewer", owner)
    _employ(organization, "Nora Lind", "timesheets@demo.test", "timesheet", owner)
    rates = _taxes(organization, owner)
    for name, description, unit, rate in WARES:
        content = items.ItemContent(
            name=name, rate=Decimal(rate), description=description, unit=unit, tax_rate_id=rates["VAT 20%"].id
        )
        items.create(organization, content, by=owner)
    return Made(organization, owner, rates, _gateway(organization, owner))


def _set_up(organization: Organization, owner: Actor) -> None:
    bank = organizations.BankDetails(
        holder="Lindqvist & Zhou Studio", bank="Avonside Bank", account="GB60 AVON 6016 1331 9268 19", code="AVONGB2L"
    )
    organization = organizations.change_bank_details(organization, bank, revision=organization.revision, by=owner)
    organization = organizations.change_electronic(organization, is_on=True, revision=organization.revision, by=owner)
    organization = organizations.change_portal(
        organization,
        portal_name="lindqvist-zhou",
        banner="The studio is closed from 24 December to 4 January. Tell us by the 15th about anything you need.",
        switches={"sales_orders": True, "own_credits": True, "projects": True},
        revision=organization.revision,
        by=owner,
    )
    text = mail_templates.Text(
        "{number} from {organization} has slipped through",
        "Hello {person},\n\nwe have not seen {balance} for {number} yet. It was due on {due_date}.\n\n"
        "If something is not right with it, just answer this mail, and we look at it together.",
    )
    mail_templates.change(organization, text, kind="reminder", language="en", revision=0, by=owner)
    organizations.change_reminders(
        organization, is_on=True, days=(-2, 3, 10, 30), hour=8, revision=organization.revision, by=owner
    )


def _employ(organization: Organization, name: str, email: str, role: str, owner: Actor) -> None:
    member = staff.invite(organization, name=name, email=email, role=role, by=owner)
    staff.accept(StaffInvitation.objects.get(member=member), password=PASSWORD)


def _taxes(organization: Organization, owner: Actor) -> dict[str, TaxRate]:
    plain = [("VAT 20%", "20", True), ("VAT 5%", "5", False), ("Zero-rated", "0", False)]
    rates = {
        name: taxes.add_rate(organization, name=name, percent=Decimal(percent), by=owner, is_default=is_default)
        for name, percent, is_default in plain
    }
    levy = taxes.add_rate(organization, name="Print levy 1.5%", percent=Decimal("1.5"), by=owner)
    parts = [taxes.Component(rates["VAT 20%"].id), taxes.Component(levy.id, is_compound=False)]
    rates["Print"] = taxes.add_group(organization, name="VAT and print levy", components=parts, by=owner)
    return rates


def _gateway(organization: Organization, owner: Actor) -> GatewayAccount | None:
    """An account at the Sandbox, where one answers."""
    if not settings.ENVIRONMENT.sandbox_url:
        return None
    try:
        account = gateway_accounts.open_at_sandbox(
            organization.name, address=settings.ENVIRONMENT.sandbox_url, public_url=settings.PUBLIC_URL
        )
    except Refused:
        return None
    return gateway_accounts.add(organization, account, by=owner)


def _customer(made: Made, company: Company) -> Customer:
    address = {
        "street": company.street,
        "city": company.city,
        "region": company.region,
        "postal_code": company.postal_code,
        "country": company.country,
    }
    content = customers.CustomerContent(
        display_name=company.name,
        currency=company.currency,
        language=company.language,
        payment_days=company.days,
        tax_id=company.tax_id,
        is_tax_exempt=company.country != "GB",
        exemption_reason="Supplied to a business abroad" if company.country != "GB" else "",
        billing_address=address,
        shipping_address=address,
        may_pay_by_bank=company is BAKERY,
    )
    customer = customers.create(made.organization, content, by=made.owner)
    people = [_person(made, customer, person, company.language) for person in company.people]
    wanted = {contact.id for contact, person in zip(people, company.people, strict=True) if person.portal}
    for invitation in portal_access.configure(customer, wanted, by=made.owner) if wanted else []:
        _accept(invitation, company.people)
    return customer


def _person(made: Made, customer: Customer, person: Person, language: str) -> ContactPerson:
    content = contacts.ContactContent(
        first_name=person.first,
        last_name=person.last,
        email=person.email,
        designation=person.role,
        language=language,
    )
    return contacts.add(customer, content, by=made.owner)


def _accept(invitation: Any, people: tuple[Person, ...]) -> None:
    """Those who are said to have access take their invitation up."""
    if any(person.email == invitation.email and person.portal == "enabled" for person in people):
        account = User.objects.filter(email=invitation.email).first()
        invitations.accept(invitations.token_of(invitation), user=account, password="" if account else PASSWORD)


def acting(contact: ContactPerson) -> Actor:
    """A contact person as somebody who does something."""
    return Actor("contact", contact.id, contact.full_name, contact.organization_id, contact.customer_id)
