"""Which mails a contact person gets: those that they may do without, and how they say so, also from the mail itself."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation import tokens
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import contacts
from .models import ContactPerson

PURPOSE = "mail-choice"


@dataclass(frozen=True)
class MailKind:
    """A kind of mail, by the name of its template."""

    key: str
    label: Any
    explanation: Any


OPTIONAL = (
    MailKind("reply", _("Replies"), _("When we answer you in a conversation about a document.")),
    MailKind("file_shared", _("Shared documents"), _("When we add files to your account or to a document.")),
)
# What comes whatever somebody chose: it is asked for, of money, or of their sign-in.
ALWAYS = (
    _("Quotes, sales orders, invoices, credit notes and statements that are sent to you"),
    _("Timesheets that you are asked to approve"),
    _("Reminders of what is to be paid"),
    _("Receipts, refunds and payments that failed"),
    _("Invitations, and links for signing in and for a new password"),
)
_BY_KEY = {kind.key: kind for kind in OPTIONAL}


def kind_of(key: str) -> MailKind | None:
    """The kind of mail that may be done without, by its key."""
    return _BY_KEY.get(key)


def is_wanted(contact: ContactPerson, template: str) -> bool:
    """Whether a contact person gets mails of a template."""
    return template not in contact.mails_off


@transaction.atomic
def choose(contact: ContactPerson, wanted: Collection[str], *, by: Actor) -> ContactPerson:
    """Say which of the OPTIONAL kinds (keys) somebody gets, and no other. The same again is no change.

    Raises Refused: NOT_YOURS.
    """
    return _choose(contact, [kind.key for kind in OPTIONAL if kind.key not in wanted], by)


@transaction.atomic
def switch(contact: ContactPerson, key: str, *, is_wanted: bool, by: Actor) -> ContactPerson:
    """Say of one of the OPTIONAL kinds whether somebody gets it. Raises Refused: NOT_YOURS."""
    off = {one for one in contacts.lock(contact).mails_off if one != key} | (set() if is_wanted else {key})
    return _choose(contact, [kind.key for kind in OPTIONAL if kind.key in off], by)


def _choose(contact: ContactPerson, off: list[str], by: Actor) -> ContactPerson:
    contact = contacts.lock(contact)
    if by.kind not in ("contact", "link") or by.id != contact.id:
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    contacts.must_be_current(contact)
    if contact.mails_off != off:
        told = {"was": contact.mails_off, "now": off}
        contact.mails_off = off
        contact.save(update_fields=["mails_off"])
        record("contact.mails_chosen", contact, by=by, audience="both", off=told)
    return contact


def token_of(contact: ContactPerson, key: str) -> str:
    """What lets whoever has a mail of this kind say that they want no more. It is good for that address alone."""
    return tokens.derive(PURPOSE, f"{contact.id} {key} {contact.email}")


def find(contact_id: int, key: str, token: str, *, organization_id: int) -> ContactPerson | None:
    """Whose mails a link is about, if it is one of ours."""
    people = ContactPerson.objects.current().select_related("customer", "organization")
    contact = people.filter(id=contact_id, organization_id=organization_id).exclude(email="").first()
    if contact is None or key not in _BY_KEY:
        return None
    return contact if hmac.compare_digest(token_of(contact, key).encode(), token.encode()) else None
