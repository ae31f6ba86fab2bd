"""The contact persons of two customers that become one: whoever both have, by e-mail address, stays once.

Who could open either portal can open the one that is left, as the account that they have; no account is touched.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import invitations
from counterfoil.books.customers.models import ContactPerson, Customer, Invitation
from counterfoil.foundation.refusal import Refused

from . import tables

Access = ContactPerson.Access
Pair = tuple[ContactPerson, ContactPerson]  # who goes, and who stays for both
WRITTEN = ("salutation", "phone", "mobile", "designation")


def current(customer_ids: Sequence[int]) -> dict[int, list[ContactPerson]]:
    """Everybody who was not retired, by customer, in one query."""
    found: dict[int, list[ContactPerson]] = {one: [] for one in customer_ids}
    for person in ContactPerson.objects.current().filter(customer__in=customer_ids).order_by("-is_primary", "id"):
        found[person.customer_id].append(person)
    return found


def had_by_both(going: Sequence[ContactPerson], staying: Sequence[ContactPerson]) -> list[Pair]:
    """Who has the same address at either. Raises Refused: PEOPLE_DIFFER (they sign in with two accounts)."""
    by_address = {one.email: one for one in staying if one.email}
    pairs = [(one, by_address[one.email]) for one in going if one.email in by_address]
    for gone, stays in pairs:
        if gone.access == stays.access == Access.ENABLED and gone.user_id != stays.user_id:
            raise Refused(
                "PEOPLE_DIFFER",
                _(
                    "%(name)s and %(other)s have the same e-mail address, %(email)s, but sign in as two people. "
                    "Change one of the addresses, or end the access of one of them first."
                )
                % {"name": gone.full_name, "other": stays.full_name, "email": gone.email},
            )
    return pairs


def let_in(going: Sequence[ContactPerson], staying: Sequence[ContactPerson]) -> list[ContactPerson]:
    """Whose account opens the survivor's portal only because the customers are merged."""
    there = {one.user_id for one in staying if one.access == Access.ENABLED}
    return [one for one in going if one.access == Access.ENABLED and one.user_id not in there]


def bring(gone: Customer, into: Customer, *, now: datetime) -> None:
    """Within the verb, with both customers locked. Raises Refused: PEOPLE_DIFFER."""
    people = current([gone.id, into.id])
    going, staying = people[gone.id], people[into.id]
    pairs = had_by_both(going, staying)
    let_in_there = {one.user_id for one in staying if one.access == Access.ENABLED}
    for one, stays in pairs:
        _join(one, stays, has_access=one.user_id in let_in_there, now=now)
    joined = {one.id for one, _stays in pairs}
    has_primary = any(one.is_primary for one in staying)
    for one in going:
        if one.id not in joined:
            _move(one, into, is_primary=one.is_primary and not has_primary, has_access=one.user_id in let_in_there)
    # Those who were let go long ago follow, with everybody who was just joined.
    ContactPerson.objects.filter(customer=gone).update(customer=into, making_key="")


def _move(one: ContactPerson, into: Customer, *, is_primary: bool, has_access: bool) -> None:
    """An account that opens the survivor's portal already, as somebody with another address, opens it once."""
    one.customer, one.is_primary, one.making_key = into, is_primary, ""
    if one.access == Access.ENABLED and has_access:
        one.access = Access.DISABLED
    one.save(update_fields=["customer", "is_primary", "making_key", "access"])


def _join(gone: ContactPerson, stays: ContactPerson, *, has_access: bool, now: datetime) -> None:
    """One person stays, with the access of both and all that either did; where nothing was written, what was known."""
    _bring_access(gone, stays, has_access=has_access)
    _bring_links(gone, stays, now=now)
    for name in WRITTEN:
        setattr(stays, name, getattr(stays, name) or getattr(gone, name))
    if not (stays.first_name or stays.last_name):
        stays.first_name, stays.last_name = gone.first_name, gone.last_name
    stays.revision += 1
    stays.save()
    _bring_history(gone, stays)
    gone.retired_at, gone.same_as, gone.is_primary, gone.access = now, stays, False, Access.DISABLED
    gone.ended_at = now
    gone.save(update_fields=["retired_at", "same_as", "is_primary", "access", "ended_at"])


def _bring_access(gone: ContactPerson, stays: ContactPerson, *, has_access: bool) -> None:
    """The further of the two is kept; of two open invitations, which went to one address, the newer."""
    mine, theirs = invitations.open_of(gone), invitations.open_of(stays)
    if gone.access == Access.ENABLED and stays.access != Access.ENABLED and not has_access:
        stays.access, stays.user = Access.ENABLED, gone.user
        stays.enabled_at, stays.ended_at = gone.enabled_at, None
    elif gone.access == Access.INVITED and stays.access == Access.DISABLED:
        stays.access = Access.INVITED
    if stays.access == Access.INVITED and mine and (theirs is None or theirs.id < mine.id):
        invitations.void_open(stays)
    else:
        invitations.void_open(gone)
    if stays.access == Access.ENABLED:
        invitations.void_open(stays)
    Invitation.objects.filter(contact=gone).update(contact=stays)


def _bring_links(gone: ContactPerson, stays: ContactPerson, *, now: datetime) -> None:
    """Links that opened nothing any more still don't, and those that did still do.

    Until now the day on which either's access ended said so; from now on each link says it of itself.
    """
    links: Any = tables.rows("sales.DocumentLink")
    for person in (gone, stays):
        if person.links_ended_at is not None:
            dead = links.filter(contact=person, made_at__lte=person.links_ended_at, revoked_at__isnull=True)
            dead.update(revoked_at=now)
    stays.links_ended_at = None
    links.filter(contact=gone).update(contact=stays)


def _bring_history(gone: ContactPerson, stays: ContactPerson) -> None:
    for rows, field in tables.moving(tables.PERSON):
        rows.filter(**{field: gone.id}).update(**{field: stays.id})
    bell: Any = tables.rows("outbound.Notification")
    bell.filter(contact=gone.id, event__in=bell.filter(contact=stays.id).values("event")).delete()
    bell.filter(contact=gone.id).update(contact=stays.id)
    schedules: Any = tables.rows("sales.RecurringInvoice")
    for schedule in schedules.filter(customer=gone.customer_id).only("id", "contact_ids"):
        if gone.id in schedule.contact_ids:
            ids = [stays.id if one == gone.id else one for one in schedule.contact_ids]
            schedules.filter(id=schedule.id).update(contact_ids=list(dict.fromkeys(ids)))
