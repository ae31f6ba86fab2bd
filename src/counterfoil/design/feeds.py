"""The bell's lines as a page shows them, the same in both doors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import ngettext

from counterfoil.foundation import clock
from counterfoil.foundation.formats import format_day_of
from counterfoil.foundation.ids import whole_number
from counterfoil.outbound import words
from counterfoil.outbound.models import Notification


class Reach(Protocol):
    """What both doors' reaches have."""

    door: Any
    organization: Any

    @property
    def language(self) -> str: ...

    def url(self, name: str, *args: Any) -> str: ...


@dataclass(frozen=True)
class Row:
    """One line: what happened, where it leads, how long ago, whether it was not yet read."""

    title: str
    text: str
    icon: str
    url: str
    when: str
    moment: str
    is_new: bool


def rows(reach: Reach, notifications: Iterable[Notification], names: Mapping[int, str]) -> list[Row]:
    """The lines in the reader's language. `names` are those of the customers that they are about, by id."""
    organization, language = reach.organization, reach.language
    made = []
    for one in notifications:
        name = names.get(one.event.customer_id or 0, "")
        line = words.sentence(one.event, door=reach.door, reader_language=language, customer_name=name)
        made.append(
            Row(
                title=line.title,
                text=line.text,
                icon=line.icon,
                url=reach.url("bell_line", one.id),
                when=ago(one.made_at, language, organization.time_zone, organization.date_format),
                moment=one.made_at.isoformat(timespec="seconds"),
                is_new=one.read_at is None,
            )
        )
    return made


def target(reach: Reach, notification: Notification) -> str:
    """The address of what a line is about; the bell itself where that has no page."""
    line = words.sentence(notification.event, door=reach.door, reader_language=reach.language)
    try:
        place = f"#{line.place}" if line.place else ""
        return reach.url(line.target[0], *line.target[1]) + line.query + place
    except NoReverseMatch:
        return reach.url("bell")


def seen(request: HttpRequest) -> int:
    """The newest line that stood on the page from which this form was posted; 0 for what is no number."""
    return whole_number(request.POST.get("up_to", "")) or 0


def is_opened(request: HttpRequest) -> bool:
    """Whether somebody opens the page, rather than a browser fetching it in case that they will."""
    purposes = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purposes and "preview" not in purposes


def ago(moment: datetime, language: str, time_zone: str, style: str = "medium") -> str:
    """How long ago, as short as it can be said: "4 min", "3 h", and the date from the second day on."""
    passed = clock.now() - moment
    if passed < timedelta(hours=1):
        minutes = max(int(passed.total_seconds() // 60), 1)
        return ngettext("%(minutes)d min", "%(minutes)d min", minutes) % {"minutes": minutes}
    if passed < timedelta(days=1):
        hours = int(passed.total_seconds() // 3600)
        return ngettext("%(hours)d h", "%(hours)d h", hours) % {"hours": hours}
    return format_day_of(moment, language, time_zone, style)
