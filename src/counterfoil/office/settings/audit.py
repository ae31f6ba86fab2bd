"""Settings: the audit trail, which is the log of everything that happened, and cannot be edited by anybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from counterfoil.design.answers import csv_answer
from counterfoil.design.lists import AT_ONCE, asks_for_file, file_address, read
from counterfoil.design.periods import DaysForm
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.ids import first_id_at
from counterfoil.foundation.pages import Sort
from counterfoil.office import activity, activity_of_work, changes
from counterfoil.office.documents.lists import customers_named
from counterfoil.outbound import words
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

SORTS = {"at": Sort("id")}
CUSTOMERS, OURSELVES = "customers", "system"
# What happened that no timeline tells of, because it matters to nobody but who looks into a matter.
SENTENCES: dict[str, tuple[str, Any, str]] = {
    "payment.started": ("card", _("%(who)s of %(customer)s began to pay %(amount)s."), ""),
    "comment.mentioned": (
        "comment",
        _("%(who)s mentioned a colleague in a comment on %(number)s of %(customer)s."),
        "",
    ),
    "contact.language_changed": ("globe", _("%(who)s of %(customer)s chose another language."), ""),
    "staff.language_changed": ("globe", _("%(who)s chose another language."), ""),
    "sample_data.added": ("eye", _("%(who)s added sample data."), ""),
    "sample_data.removed": ("eye", _("%(who)s removed the sample data."), ""),
    "organization.signing_key_made": ("lock", _("The key that signs accepted quotes was made."), ""),
    **activity_of_work.OF_TIME,
}
# The page of what an event is about, where that is not called as its table is.
PAGES = {"contactperson": "contact", "taxrate": "settings_tax", "staffmember": "settings_staff_member"}


class AuditForm(DaysForm):
    """What is looked for. All of it may be left out."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    q = forms.CharField(
        label=_("Customer or number"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    field_order = ("who", "first", "last", "q")

    def __init__(self, *args: Any, staff: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(f"staff:{member_id}", name) for member_id, name in staff]
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", _("Everybody")),
            *people,
            (CUSTOMERS, _("Customers")),
            (OURSELVES, _("Counterfoil itself")),
        ]


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, who from where, what, and the fields that it changed."""

    when: str
    who: str
    address: str
    sentence: str
    reason: str
    url: str
    changes: list[changes.Change]


@needs("settings.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse | FileResponse:
    """The newest first, narrowed as the address asks; all of it as a file."""
    reach = request.reach
    staff = reach.all_staff.order_by("name", "id").values_list("id", "name")
    form = AuditForm(request.GET or None, staff=list(staff))
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = _narrowed(reach, asked)
    if asks_for_file(request):
        return csv_answer(_table(request, found), "audit-trail")
    listing = read(request, found, SORTS, first="-at")
    return settings_page(
        request,
        "audit.html",
        form=form,
        rows=_lines(request, listing.page.rows),
        listing=listing,
        is_narrowed=any(asked.values()) or bool(form.errors),
        file_url=file_address(request) if listing.page.rows else "",
        all_url=reach.url("settings_audit"),
    )


def _narrowed(reach: OfficeReach, asked: dict[str, Any]) -> Any:
    found = reach.events
    if who := asked.get("who"):
        theirs = Q(who__gte="contact", who__lt="contact~") | Q(who__gte="link", who__lt="link~")
        found = found.filter(theirs if who == CUSTOMERS else Q(who=who))
    zone = ZoneInfo(reach.organization.time_zone)
    if first := asked.get("first"):
        found = found.filter(id__gte=first_id_at(_midnight(first, zone)))
    if last := asked.get("last"):
        found = found.filter(id__lt=first_id_at(_midnight(last + timedelta(days=1), zone)))
    if text := asked.get("q"):
        about = Q(customer_id__in=reach.with_merged(customers_named(reach, text)))
        for kind, ids in reach.numbered(text).items():
            about |= Q(subject_kind=kind, subject_id__in=ids)
        found = found.filter(about)
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _lines(request: OfficeRequest, events: Sequence[Event]) -> list[Line]:
    reach, organization = request.reach, request.reach.organization
    told = activity.tell_all(request, events, also=SENTENCES)
    return [
        Line(
            when=format_moment(event.at, reach.language, organization.time_zone, organization.date_format),
            who=words.named(event.by, reach.language),
            address=event.by.address,
            sentence=told[event.id],
            reason=activity.why(event),
            url=_page_of(reach, event),
            changes=changes.of(event),
        )
        for event in events
    ]


def _page_of(reach: OfficeReach, event: Event) -> str:
    """Where what it is about can be looked at; nothing where it is gone, or has no page."""
    if event.name.endswith((".deleted", ".removed", ".retired")):
        return ""
    place = PAGES.get(event.subject_kind, event.subject_kind)
    ids = (event.customer_id, event.subject_id) if place == "contact" else (event.subject_id,)
    try:
        return reach.url(place, *ids)
    except NoReverseMatch:
        return ""


def _table(request: OfficeRequest, found: Any) -> Iterator[list[Any]]:
    yield [_("Time"), _("Who"), _("Address"), _("Event"), _("What happened"), _("Reason"), _("Changes")]
    rows: list[Event] = []
    for event in found.order_by("-id").iterator(chunk_size=AT_ONCE):
        rows.append(event)
        if len(rows) == AT_ONCE:
            yield from _cells(request, rows)
            rows = []
    yield from _cells(request, rows)


def _cells(request: OfficeRequest, events: Sequence[Event]) -> Iterator[list[Any]]:
    for event, line in zip(events, _lines(request, events), strict=True):
        changed = "; ".join(f"{one.label}: {one.was} → {one.now}" for one in line.changes)
        yield [event.at.isoformat(), line.who, line.address, event.name, line.sentence, line.reason, changed]
