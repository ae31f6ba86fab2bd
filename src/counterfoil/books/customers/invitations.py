"""A contact person's way into the portal: a link in a mail that works once, for the address that it went to."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.accounts import passwords
from counterfoil.books.accounts.invitations import account_for, fresh, has_account, must_be_open
from counterfoil.books.accounts.models import User
from counterfoil.foundation import clock, tokens
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from . import customers
from .models import ContactPerson, Invitation

PURPOSE = "invitation"


def make(contact: ContactPerson) -> Invitation:
    """A fresh invitation, in the transaction of the verb that gives access. The mail derives its link (`token_of`)."""
    return Invitation.objects.create(contact=contact, email=contact.email, **fresh(PURPOSE))


def token_of(invitation: Invitation) -> str:
    """The secret part of the link, derived again each time that a mail is written; it is stored nowhere."""
    return tokens.derive(PURPOSE, invitation.nonce)


def open_of(contact: ContactPerson) -> Invitation | None:
    """The invitation that was neither used nor voided; it may have expired."""
    return Invitation.objects.filter(contact=contact, used_at__isnull=True, voided_at__isnull=True).first()


def void_open(contact: ContactPerson) -> None:
    """Close the door that is open for this contact person, if there is one. Call it under the customer's lock."""
    Invitation.objects.filter(contact=contact, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=clock.now()
    )


def find(token: str) -> Invitation | None:
    """The invitation that a link is for, whatever became of it; reading it changes nothing."""
    return (
        Invitation.objects.filter(token_hash=tokens.hashed(token))
        .select_related("contact__customer", "contact__organization")
        .first()
    )


def accept(token: str, *, user: User | None, password: str = "", address: str = "") -> ContactPerson:
    """Use an invitation up: its contact person may open the portal from now on, as the account with its address.

    `user` is who is signed in. `password` is the first one of an account that does not exist yet; one that exists is
    never changed. `address` is the network address. The same person accepting twice changes nothing.
    Raises Refused: NO_INVITATION, INVITATION_USED, INVITATION_VOIDED, INVITATION_EXPIRED, SIGN_IN_FIRST, OTHER_ACCOUNT,
    PASSWORD_MISSING, PASSWORD_WEAK, ALREADY_THERE.
    """
    invitation = find(token)
    if invitation is None:
        raise _no_invitation()
    if _was_accepted_by(invitation, user):
        return invitation.contact
    must_be_open(invitation)
    # Hashing is slow on purpose, so it is done before any lock is taken, and only for who holds an open link.
    password_hash = ""
    if password and user is None and not has_account(invitation.email):
        password_hash = passwords.encoded(password, email=invitation.email, name=invitation.contact.full_name)
    return _use(invitation, user=user, password_hash=password_hash, address=address)


@transaction.atomic
def _use(invitation: Invitation, *, user: User | None, password_hash: str, address: str) -> ContactPerson:
    customers.lock(invitation.contact.customer_id)
    invitation = Invitation.objects.select_related("contact__customer", "contact__organization").get(id=invitation.id)
    contact = invitation.contact
    if _was_accepted_by(invitation, user):
        return contact
    must_be_open(invitation)
    account = account_for(
        invitation, signed_in=user, password_hash=password_hash, name=contact.full_name, language=contact.language
    )
    _must_be_new_here(contact, account)
    now = clock.now()
    invitation.used_at = now
    invitation.save(update_fields=["used_at"])
    contact.user, contact.access, contact.enabled_at, contact.ended_at = (
        account,
        ContactPerson.Access.ENABLED,
        now,
        None,
    )
    contact.save(update_fields=["user", "access", "enabled_at", "ended_at"])
    record(
        "portal.invitation_accepted",
        contact,
        by=_as_actor(contact, address),
        audience="both",
        invitation_id=str(invitation.id),
        contact_id=str(contact.id),
        name=contact.full_name,
    )
    return contact


def _was_accepted_by(invitation: Invitation, user: User | None) -> bool:
    contact = invitation.contact
    mine = user is not None and contact.user_id == user.pk and contact.access == ContactPerson.Access.ENABLED
    return bool(mine and invitation.used_at)


def _must_be_new_here(contact: ContactPerson, account: User) -> None:
    others = ContactPerson.objects.with_access().filter(customer_id=contact.customer_id, user=account)
    if others.exclude(id=contact.id).exists():
        raise Refused(
            "ALREADY_THERE",
            _("You already have access to this portal as another contact person. Sign in as usual."),
        )


def _no_invitation() -> Refused:
    return Refused("NO_INVITATION", _("There is no such invitation. Please follow the link in the mail again."))


def _as_actor(contact: ContactPerson, address: str) -> Actor:
    return Actor(
        kind="contact",
        id=contact.id,
        name=contact.full_name,
        organization_id=contact.organization_id,
        customer_id=contact.customer_id,
        address=address,
    )
