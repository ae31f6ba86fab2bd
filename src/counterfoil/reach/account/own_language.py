"""Account pages speak the language that their reader has at that door, and change it there too."""

from typing import Any

from django.http import HttpRequest

from counterfoil.books.customers import contacts
from counterfoil.books.organizations import staff
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.languages import known
from counterfoil.reach import places
from counterfoil.reach.addresses import network_address
from counterfoil.reach.doorways import organization_of
from counterfoil.reach.languages import speak


def speak_theirs(request: HttpRequest) -> None:
    """Speak as the door itself speaks to who is signed in."""
    person = _person(request)
    if person is not None:
        speak(request, person.language)


def change(request: HttpRequest, language: str) -> None:
    """Let the door, and mails, speak this language to who is signed in."""
    person = _person(request)
    if person is None:
        return
    by = _actor(person, network_address(request))
    change_language: Any = staff.change_language if by.kind == "staff" else contacts.change_language
    change_language(person, language=known(language), by=by)


def _person(request: HttpRequest) -> Any:
    """As whom they were at this door last, or are at all."""
    organization = organization_of(request)
    if organization is not None:
        here, cookie, name = places.contacts_of(request.user.pk), places.CUSTOMER, "customer_id"
        people: list[Any] = list(here.filter(organization=organization))
    else:
        people, cookie, name = list(places.memberships(request.user.pk or 0)), places.ORGANIZATION, "organization_id"
    last = request.COOKIES.get(cookie, "")
    return next((one for one in people if str(getattr(one, name)) == last), people[0] if people else None)


def _actor(person: Any, address: str) -> Actor:
    if hasattr(person, "role"):
        return Actor("staff", person.id, person.name, person.organization_id, role=person.role, address=address)
    return Actor("contact", person.id, person.full_name, person.organization_id, person.customer_id, address=address)
