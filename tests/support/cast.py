"""The people that every test knows, made through the same verbs as real ones.

"Lindqvist & Zhou Studio" (portal lindqvist-zhou): owner olga, staff stig, viewer vera. Its customers: Harbour Bakery
with ana (primary) and sam, 云杉设计有限公司 with wei, and Tidewater Ceramics with bruno, a stranger to the others.
"Quay & Co" (portal quay) is another organization, with its owner otto and its customer Foyle Kitchens with fia.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from .copies import copied

PASSWORD = "counterfoil-demo"


@dataclass
class Cast:
    """Organizations, customers and people by name, as rows; `actor(cast.olga)` is the person who acts."""

    studio: Any
    olga: Any
    stig: Any
    vera: Any
    bakery: Any
    ana: Any
    sam: Any
    yunshan: Any
    wei: Any
    tidewater: Any
    bruno: Any
    quay: Any
    otto: Any
    foyle: Any
    fia: Any

    @property
    def by_olga(self) -> Any:
        return actor(self.olga)

    @property
    def by_ana(self) -> Any:
        return actor(self.ana)


def make() -> Cast:
    """Everybody, each with access and the password PASSWORD."""
    studio = studio_with_staff()
    by = actor(studio.olga)
    bakery = customer(studio.organization, "Harbour Bakery Ltd", "GBP", by=by)
    ana = person(bakery, "Ana", "Moreau", "ana@harbour.test", by=by)
    sam = person(bakery, "Sam", "Okafor", "sam@harbour.test", by=by)
    yunshan = customer(studio.organization, "云杉设计有限公司", "CNY", by=by, language="zh-Hans")
    wei = person(yunshan, "伟", "陈", "wei@yunshan.test", by=by, language="zh-Hans")
    tidewater = customer(studio.organization, "Tidewater Ceramics", "GBP", by=by)
    bruno = person(tidewater, "Bruno", "Ferri", "bruno@tidewater.test", by=by)
    quay = organization("Quay & Co", portal_name="quay", owner=("Otto Brandt", "otto@quay.test"))
    foyle = customer(quay.organization, "Foyle Kitchens", "GBP", by=actor(quay.owner))
    fia = person(foyle, "Fia", "Byrne", "fia@foyle.test", by=actor(quay.owner))
    return Cast(
        studio=studio.organization,
        olga=studio.olga,
        stig=studio.stig,
        vera=studio.vera,
        bakery=bakery,
        ana=ana,
        sam=sam,
        yunshan=yunshan,
        wei=wei,
        tidewater=tidewater,
        bruno=bruno,
        quay=quay.organization,
        otto=quay.owner,
        foyle=foyle,
        fia=fia,
    )


def organization(name: str, *, portal_name: str, owner: tuple[str, str], time_zone: str = "Europe/London") -> Any:
    """A new organization in pounds: `.organization` and `.owner`."""
    from counterfoil.books.accounts import passwords
    from counterfoil.books.organizations import organizations
    from counterfoil.books.organizations.models import StaffMember

    details = organizations.Details(
        name=name, email=f"hello@{portal_name}.test", currency="GBP", country="GB", time_zone=time_zone
    )
    founder = organizations.Founder(
        name=owner[0], email=owner[1], password_hash=passwords.encoded(PASSWORD, email=owner[1])
    )
    made = organizations.found(details, founder, portal_name=portal_name)
    return SimpleNamespace(organization=made, owner=StaffMember.objects.get(organization=made, email=owner[1]))


def studio_with_staff() -> Any:
    """Lindqvist & Zhou Studio: `.organization`, `.olga`, `.stig`, `.vera`."""
    made = organization(
        "Lindqvist & Zhou Studio", portal_name="lindqvist-zhou", owner=("Olga Lindqvist", "olga@studio.test")
    )
    by = actor(made.owner)
    return SimpleNamespace(
        organization=made.organization,
        olga=made.owner,
        stig=colleague(made.organization, "Stig Holm", "stig@studio.test", "staff", by=by),
        vera=colleague(made.organization, "Vera Zhou", "vera@studio.test", "viewer", by=by),
    )


def colleague(organization: Any, name: str, email: str, role: str, *, by: Any) -> Any:
    """A staff member who has joined."""
    from counterfoil.books.organizations import staff
    from counterfoil.books.organizations.models import StaffInvitation

    member = staff.invite(organization, name=name, email=email, role=role, by=by)
    return staff.accept(StaffInvitation.objects.get(member=member), password=PASSWORD)


def customer(organization: Any, name: str, currency: str, *, by: Any, **more: Any) -> Any:
    from counterfoil.books.customers import customers

    content = customers.CustomerContent(display_name=name, currency=currency, **more)
    return customers.create(organization, content, by=by)


def person(
    customer: Any, first: str, last: str, email: str = "", *, by: Any, language: str = "en", access: bool = True
) -> Any:
    """A contact person; with `access`, one who has accepted an invitation."""
    from counterfoil.books.accounts.models import User
    from counterfoil.books.customers import contacts, invitations, portal_access

    content = contacts.ContactContent(first_name=first, last_name=last, email=email, language=language)
    contact = contacts.add(customer, content, by=by)
    if not access:
        return contact
    (invitation,) = portal_access.configure(customer, {contact.id}, by=by, seen=())
    account = User.objects.filter(email=email).first()
    return invitations.accept(invitations.token_of(invitation), user=account, password="" if account else PASSWORD)


def actor(person: Any) -> Any:
    """The contact person or staff member (a row) as somebody who acts."""
    from counterfoil.foundation.actors import Actor

    if hasattr(person, "role"):
        return Actor("staff", person.id, person.name, person.organization_id, role=person.role)
    return Actor("contact", person.id, person.full_name, person.organization_id, person.customer_id)


def visitor(person: Any = None, *, csrf: bool = False, language: str = "en") -> Client:
    """A browser at our host, signed in as a contact person or staff member (or as nobody)."""
    client = Client(enforce_csrf_checks=csrf, headers={"host": "localhost", "accept-language": language})
    if person is not None:
        client.force_login(person.user)
    return client


@pytest.fixture
def cast(db: None) -> Cast:
    return copied("cast", make)
