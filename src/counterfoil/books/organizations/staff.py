"""Who works for an organization: invited by an owner, accepted by the person, changed and removed by an owner."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counterfoil.books.accounts import invitations as doors
from counterfoil.books.accounts import passwords
from counterfoil.books.accounts.models import User
from counterfoil.foundation import clock, languages, tokens
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import Organization, Role, StaffInvitation, StaffMember

PURPOSE = "staff-invitation"


@transaction.atomic
def invite(
    organization: Organization, *, name: str, email: str, role: str, by: Actor, language: str = "en"
) -> StaffMember:
    """Ask somebody to work here. The mail goes to that address, and only its owner can accept.

    Raises Refused: ROLE, LANGUAGE, ALREADY_STAFF.
    """
    organization = _lock(organization.id)
    by.must_be_staff_of(organization.id, "owner")
    email = email.strip().lower()
    _must_be_role(role)
    _must_be_language(language)
    if StaffMember.objects.filter(organization=organization, email=email, removed_at__isnull=True).exists():
        raise Refused("ALREADY_STAFF", _("Somebody with this address is already on the list."), field="email")
    member = StaffMember.objects.create(
        organization=organization,
        name=name.strip() or email,
        email=email,
        role=role,
        language=language,
        invited_at=clock.now(),
    )
    _send(member, by=by)
    return member


@transaction.atomic
def reinvite(member: StaffMember, *, by: Actor) -> StaffMember:
    """Send a fresh link and void the one before. Raises Refused: NOT_STAFF, ALREADY_JOINED."""
    member = _lock_member(member)
    by.must_be_staff_of(member.organization_id, "owner")
    if member.joined_at is not None:
        raise Refused("ALREADY_JOINED", _("%(name)s has already accepted the invitation.") % {"name": member.name})
    _void(member)
    member.invited_at = clock.now()
    member.save(update_fields=["invited_at"])
    _send(member, by=by)
    return member


@transaction.atomic
def change_role(member: StaffMember, *, role: str, by: Actor) -> StaffMember:
    """Give somebody another role; it holds from their next click. Raises Refused: NOT_STAFF, ROLE, LAST_OWNER."""
    member = _lock_member(member)
    by.must_be_staff_of(member.organization_id, "owner")
    _must_be_role(role)
    if role == member.role:
        return member
    _must_leave_an_owner(member)
    was, member.role = member.role, role
    member.save(update_fields=["role"])
    record("staff.role_changed", member, by=by, audience="office", name=member.name, was=was, now=role)
    return member


@transaction.atomic
def remove(member: StaffMember, *, by: Actor) -> StaffMember:
    """End somebody's access at once; their name stays on what they did. Twice is once.

    Raises Refused: LAST_OWNER, OWN_ACCESS (nobody shuts themselves out by a slip).
    """
    _lock(member.organization_id)
    member = StaffMember.objects.select_for_update().get(id=member.id)
    by.must_be_staff_of(member.organization_id, "owner")
    if member.removed_at is not None:
        return member
    _must_leave_an_owner(member)
    if by.id == member.id:
        raise Refused("OWN_ACCESS", _("You can't remove yourself. Ask another owner to do it."))
    _void(member)
    member.removed_at = clock.now()
    member.save(update_fields=["removed_at"])
    record("staff.removed", member, by=by, audience="office", name=member.name, email=member.email)
    return member


@transaction.atomic
def change_language(member: StaffMember, *, language: str, by: Actor) -> StaffMember:
    """Speak another language with a staff member from now on: their own choice alone. Raises Refused: LANGUAGE."""
    member = StaffMember.objects.select_for_update().get(id=member.id)
    if by.kind != "staff" or by.id != member.id:
        raise Refused("NOT_ALLOWED", _("Everybody chooses their own language."))
    _must_be_language(language)
    if language != member.language:
        was, member.language = member.language, language
        member.save(update_fields=["language"])
        record("staff.language_changed", member, by=by, audience="office", was=was, now=language)
    return member


def find_invitation(token: str) -> StaffInvitation | None:
    """The invitation that a link opens, whatever became of it, with its member and organization."""
    return (
        StaffInvitation.objects.select_related("member__organization")
        .defer("member__organization__logo")
        .filter(token_hash=tokens.hashed(token))
        .first()
    )


def accept(
    invitation: StaffInvitation, *, signed_in: User | None = None, password: str = "", address: str = ""
) -> StaffMember:
    """Join, with a first password or, whoever has an account with that address, signed in to it. Works once.

    Raises Refused: INVITATION_USED, INVITATION_VOIDED, INVITATION_EXPIRED, SIGN_IN_FIRST, OTHER_ACCOUNT,
    PASSWORD_MISSING, PASSWORD_WEAK.
    """
    doors.must_be_open(invitation)
    hashed = ""
    if password and signed_in is None and not doors.has_account(invitation.email):
        hashed = passwords.encoded(password, email=invitation.email, name=invitation.member.name)
    return _accept(invitation, signed_in=signed_in, password_hash=hashed, address=address)


@transaction.atomic
def _accept(invitation: StaffInvitation, *, signed_in: User | None, password_hash: str, address: str) -> StaffMember:
    _lock(invitation.member.organization_id)
    invitation = StaffInvitation.objects.select_for_update().get(id=invitation.id)
    doors.must_be_open(invitation)
    member = StaffMember.objects.select_for_update().get(id=invitation.member_id)
    account = doors.account_for(
        invitation, signed_in=signed_in, password_hash=password_hash, name=member.name, language=member.language
    )
    invitation.used_at = member.joined_at = clock.now()
    member.user = account
    invitation.save(update_fields=["used_at"])
    member.save(update_fields=["user", "joined_at"])
    by = actor(member, address=address)
    record("staff.joined", member, by=by, audience="office", name=member.name, role=member.role)
    return member


def actor(member: StaffMember, *, address: str = "") -> Actor:
    """The staff member as somebody who acts."""
    return Actor(
        kind="staff",
        id=member.id,
        name=member.name,
        organization_id=member.organization_id,
        role=member.role,
        address=address,
    )


def _lock(organization_id: int) -> Organization:
    """Changes of the staff of one organization come one after the other, or two owners could remove each other."""
    return Organization.objects.select_for_update().defer("logo").get(id=organization_id)


def _lock_member(member: StaffMember) -> StaffMember:
    _lock(member.organization_id)
    member = StaffMember.objects.select_for_update().get(id=member.id)
    if member.removed_at is not None:
        raise Refused("NOT_STAFF", _("%(name)s no longer works here.") % {"name": member.name})
    return member


def _must_be_role(role: str) -> None:
    if role not in Role.values:
        raise Refused("ROLE", _("Choose a role from the list."), field="role")


def _must_be_language(language: str) -> None:
    if language not in languages.LANGUAGES:
        raise Refused("LANGUAGE", _("Choose a language from the list."), field="language")


def _must_leave_an_owner(member: StaffMember) -> None:
    """Refuse (LAST_OWNER) to take the role from the only owner who can sign in."""
    if member.role != Role.OWNER or member.joined_at is None:
        return
    others: Any = StaffMember.objects.filter(
        organization_id=member.organization_id, role=Role.OWNER, joined_at__isnull=False, removed_at__isnull=True
    ).exclude(id=member.id)
    if not others.exists():
        raise Refused(
            "LAST_OWNER",
            _("%(name)s is the only owner. Make somebody else an owner first.") % {"name": member.name},
            field="role",
        )


def _send(member: StaffMember, *, by: Actor) -> None:
    invitation = StaffInvitation.objects.create(member=member, email=member.email, **doors.fresh(PURPOSE))
    record(
        "staff.invited",
        member,
        by=by,
        audience="office",
        invitation_id=str(invitation.id),
        name=member.name,
        email=member.email,
        role=member.role,
    )


def _void(member: StaffMember) -> None:
    StaffInvitation.objects.filter(member=member, used_at__isnull=True, voided_at__isnull=True).update(
        voided_at=clock.now()
    )
