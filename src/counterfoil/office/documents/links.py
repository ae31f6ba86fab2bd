"""The links by which a document is opened from mails: to whom, until when, whether it was, and taking one back."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from counterfoil.books.sales import document_links
from counterfoil.foundation import clock
from counterfoil.foundation.formats import format_day_of, format_moment
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import done, refused
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .kinds import Kind

MOST = 60


def of(kind: Kind, request: OfficeRequest, document: Any) -> list[dict[str, Any]]:
    """The latest, as the document's page lists them; the dialog that the address asks for (`revoke-…`) stands open."""
    if document.state == "draft":
        return []
    reach = request.reach
    mine = reach.links.filter(document_kind=kind.name, document_id=document.id)
    links = mine.select_related("contact").order_by("-id")[:MOST]
    return [_row(kind, reach, link, request.GET.get("ask", "")) for link in links]


def _row(kind: Kind, reach: OfficeReach, link: Any, asked: str) -> dict[str, Any]:
    dialog = f"revoke-{link.id}"
    is_over = link.revoked_at is not None or link.expires_at <= clock.now() or _with_its_person(link) is not None
    return {
        "name": link.contact.full_name,
        "email": link.email,
        "made": _("Mailed on %(day)s.") % {"day": _day(reach, link.made_at)},
        "opened": _opened(reach, link),
        "standing": _standing(reach, link),
        "dialog": "" if is_over else dialog,
        "is_asked": asked == dialog,
        "url": reach.url(f"{kind.name}_link_revoke", link.document_id, link.id),
    }


def _opened(reach: OfficeReach, link: Any) -> str:
    if link.opened_at is None:
        return _("Not opened.")
    organization = reach.organization
    when = format_moment(link.opened_at, reach.language, organization.time_zone, organization.date_format)
    return _("Opened on %(when)s.") % {"when": when}


def _standing(reach: OfficeReach, link: Any) -> str:
    """Until when it works, or since when it doesn't."""
    if link.revoked_at is not None:
        return _("Revoked on %(day)s.") % {"day": _day(reach, link.revoked_at)}
    if gone := _with_its_person(link):
        return _("Closed on %(day)s, when portal access was taken away.") % {"day": _day(reach, gone)}
    day = {"day": _day(reach, link.expires_at)}
    return _("Expired on %(day)s.") % day if link.expires_at <= clock.now() else _("Works until %(day)s.") % day


def _with_its_person(link: Any) -> Any:
    """When it closed because whom it was mailed to was removed, or is no longer let into the portal; None if not."""
    person = link.contact
    ended = person.links_ended_at if person.links_ended_at and person.links_ended_at >= link.made_at else None
    return min((at for at in (ended, person.retired_at) if at), default=None)


def _day(reach: OfficeReach, at: Any) -> str:
    return format_day_of(at, reach.language, reach.organization.time_zone, reach.organization.date_format)


def revoke(kind: Kind, request: OfficeRequest, document_id: int, link_id: int) -> HttpResponse:
    """Close one of them for good."""
    reach = request.reach
    document = get_object_or_404(kind.all(reach), id=document_id)
    link = get_object_or_404(reach.links, id=link_id, document_id=document.id)
    here = reach.url(kind.name, document_id)
    try:
        document_links.revoke(link, by=reach.actor)
    except Refused as refusal:
        return refused(request, here, refusal)
    return done(request, here, _("The link is revoked."))
