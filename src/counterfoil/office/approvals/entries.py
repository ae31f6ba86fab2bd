"""Time as the pages of customer approvals show it: day by day, with sums."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from counterfoil.foundation.hours import format_hours
from counterfoil.office.words import day
from counterfoil.reach.office import OfficeReach


@dataclass(frozen=True)
class Day:
    """The time of one day."""

    name: str
    hours: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def by_day(reach: OfficeReach, entries: Iterable[Any], *, ticked: Collection[int] = ()) -> list[Day]:
    """These pieces of time, in the order of their days, with those that are `ticked`."""
    days = ((when, list(of_day)) for when, of_day in groupby(entries, lambda one: one.worked_on))
    return [
        Day(
            name=day(reach, when),
            hours=format_hours(sum(one.minutes for one in found)),
            rows=[_row(reach, one, ticked) for one in found],
        )
        for when, found in days
    ]


def _row(reach: OfficeReach, entry: Any, ticked: Collection[int]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "task": entry.task_name,
        "who": entry.member_name,
        "notes": entry.notes,
        "day": day(reach, entry.worked_on),
        "hours": format_hours(entry.minutes),
        "url": reach.url("time_entry", entry.id),
        "is_ticked": entry.id in ticked,
    }
