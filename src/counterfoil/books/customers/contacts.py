"""What can be done with the people at a customer: write them down, change them, and let them go."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import clock, languages
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import customers, invitations, versions
from .models import ContactPerson, Customer

Access = ContactPerson.Access


@dataclass(frozen=True, kw_only=True)
class ContactContent:
    """Everything about a contact person that the office writes."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    salutation: str = ""
    phone: str = ""
    mobile: str = ""
    designation: str = ""
    language: str = languages.DEFAULT

    def columns(self) -> dict[str, str]:
        values = {name: value.strip() for name, value in asdict(self).items()}
        return values | {"email": values["email"].lower()}


@transaction.atomic
def add(customer: Customer, content: ContactContent, *, by: Actor, making_key: str = "") -> ContactPerson:
    """Write a contact person down; the first one is the primary one. The same form sent again gives whom it made.

    Raises Refused: PERSON_NAME_MISSING, EMAIL_TAKEN (by another contact person of this customer), LANGUAGE.
    """
    customer = customers.lock(customer.id)
    by.must_be_staff_of(customer.organization_id)
    people = ContactPerson.objects.filter(customer=customer)
    if making_key and (made := people.filter(making_key=making_key).first()):
        return made
    contact = ContactPerson(
        organization_id=customer.organization_id,
        customer=customer,
        making_key=making_key,
        is_primary=not people.current().exists(),
        made_at=clock.now(),
    )
    _write(contact, content)
    contact.save()
    record("contact.added", contact, by=by, audience="office", name=contact.full_name, email=contact.email)
    return contact


def known_or_new(customer_id: int, *, email: str, name: str, actor: Actor) -> ContactPerson:
    """Who has this address at a customer; a new one becomes a contact person, without access. Within a verb.

    The name is kept as it was written, in one piece. Without one, the address stands for it.
    """
    customer, email = customers.lock(customer_id), email.strip().lower()
    known = ContactPerson.objects.current().filter(customer=customer, email=email).first()
    if known is not None:
        return known
    contact = ContactPerson(
        organization_id=customer.organization_id, customer=customer, is_primary=False, made_at=clock.now()
    )
    _write(contact, ContactContent(first_name=name, email=email, language=customer.language))
    contact.save()
    record("contact.added", contact, by=actor, audience="office", name=contact.full_name, email=contact.email)
    return contact


@transaction.atomic
def edit(contact: ContactPerson, content: ContactContent, *, by: Actor, revision: int) -> ContactPerson:
    """Change what is known of a contact person. The same change sent again changes nothing.

    Their sign-in is never touched: somebody who has access keeps it under the address that they sign in with. An open
    invitation went to the old address, so another address voids it. Raises Refused: CONTACT_CHANGED, CONTACT_RETIRED,
    and as `add`.
    """
    contact = lock(contact)
    by.must_be_staff_of(contact.organization_id)
    must_be_current(contact)
    if changed_in(contact, content) and contact.revision != revision:
        raise Refused(
            "CONTACT_CHANGED",
            _("Somebody changed this contact person after you opened it. Please look at both before you save."),
            meanwhile=versions.since(contact, revision),
        )
    return rewrite(contact, content, actor=by)


def content_of(contact: ContactPerson) -> ContactContent:
    """What is written of a contact person now."""
    return ContactContent(**{one.name: getattr(contact, one.name) for one in fields(ContactContent)})


def changed_in(contact: ContactPerson, content: ContactContent) -> list[str]:
    """The columns in which what is written differs from the contact person."""
    return sorted(name for name, value in content.columns().items() if getattr(contact, name) != value)


def rewrite(
    contact: ContactPerson, content: ContactContent, *, actor: Actor, told_as: str = "contact.edited"
) -> ContactPerson:
    """Change what is known of a contact person, within a verb that locked them. Raises Refused as `edit`."""
    must_be_current(contact)
    changed = changed_in(contact, content)
    if not changed:
        return contact
    was = {name: getattr(contact, name) for name in changed}
    _write(contact, content)
    contact.revision += 1
    if "email" in changed and contact.access == Access.INVITED:
        invitations.void_open(contact)
        contact.access = Access.DISABLED
    contact.save()
    told = {name: {"was": was[name], "now": getattr(contact, name)} for name in changed}
    record(told_as, contact, by=actor, audience="office", name=contact.full_name, changed=told)
    return contact


@transaction.atomic
def make_primary(contact: ContactPerson, *, by: Actor) -> ContactPerson:
    """Make somebody the one whom documents are addressed to first. Raises Refused: CONTACT_RETIRED."""
    contact = lock(contact)
    by.must_be_staff_of(contact.organization_id)
    must_be_current(contact)
    if not contact.is_primary:
        ContactPerson.objects.filter(customer_id=contact.customer_id, is_primary=True).update(is_primary=False)
        contact.is_primary = True
        contact.save(update_fields=["is_primary"])
        record("contact.made_primary", contact, by=by, audience="office", name=contact.full_name)
    return contact


@transaction.atomic
def retire(contact: ContactPerson, *, by: Actor) -> ContactPerson:
    """Let somebody go: out of every list, access ended at once, their name kept on what they did. Twice is once.

    When it was the primary one, whoever is known longest of the others becomes it.
    """
    contact = lock(contact)
    by.must_be_staff_of(contact.organization_id)
    if contact.retired_at:
        return contact
    was_primary, had = contact.is_primary, contact.access
    invitations.void_open(contact)
    contact.retired_at, contact.is_primary, contact.access = clock.now(), False, Access.DISABLED
    contact.ended_at = contact.retired_at if had == Access.ENABLED else contact.ended_at
    contact.save(update_fields=["retired_at", "is_primary", "access", "ended_at"])
    record("contact.retired", contact, by=by, audience="office", name=contact.full_name, access_was=had)
    following = ContactPerson.objects.filter(customer_id=contact.customer_id).current().order_by("id").first()
    if was_primary and following:
        make_primary(following, by=by)
    return contact


@transaction.atomic
def change_language(contact: ContactPerson, *, language: str, by: Actor) -> ContactPerson:
    """A contact person chooses the language that pages and mails speak to them. Raises Refused: NOT_YOURS, LANGUAGE."""
    contact = lock(contact)
    if by.kind != "contact" or by.id != contact.id:
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    _must_speak(language)
    if contact.language != language:
        told = {"language": {"was": contact.language, "now": language}}
        contact.language = language
        contact.revision += 1  # the office may be editing it too
        contact.save(update_fields=["language", "revision"])
        record("contact.language_changed", contact, by=by, audience="both", changed=told)
    return contact


def lock(contact: ContactPerson) -> ContactPerson:
    """Read a contact person again, under the lock of their customer."""
    customers.lock(contact.customer_id)
    return ContactPerson.objects.select_related("customer").get(id=contact.id)


def lock_by_id(contact_id: int) -> ContactPerson:
    """The same, for who knows nothing but the id."""
    return lock(ContactPerson.objects.get(id=contact_id))


def must_be_current(contact: ContactPerson) -> None:
    if contact.retired_at:
        raise Refused("CONTACT_RETIRED", _("This contact person was removed meanwhile."))


def _write(contact: ContactPerson, content: ContactContent) -> None:
    values = content.columns()
    if not (values["first_name"] or values["last_name"] or values["email"]):
        raise Refused("PERSON_NAME_MISSING", _("Write a name or an e-mail address."), field="first_name")
    _must_speak(values["language"])
    for name, value in values.items():
        setattr(contact, name, value)
    others: Any = ContactPerson.objects.filter(customer_id=contact.customer_id).current().exclude(id=contact.id)
    if contact.email and others.filter(email=contact.email).exists():
        raise Refused("EMAIL_TAKEN", _("Another contact person here has this e-mail address."), field="email")


def _must_speak(language: str) -> None:
    if language not in languages.LANGUAGES:
        raise Refused("LANGUAGE", _("Choose a language from the list."), field="language")
