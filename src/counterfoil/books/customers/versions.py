"""What became of a customer or a contact person since somebody opened a form about them."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event

# Each change of a row's details is one of these, and counts its revision up by one.
EDITED = ("customer.edited", "contact.edited", "details.updated", "details.undone")
STEPS = (*EDITED, "contact.language_changed")
MOST = 100  # changes that are looked back over


@dataclass(frozen=True)
class Meanwhile:
    """A row as it is now, and as it was when somebody opened it (None where nobody knows any more).

    `by` changed it last, at `at`.
    """

    now: Any
    then: Any | None = None
    by: Actor | None = None
    at: datetime | None = None


def since(row: Any, revision: int) -> Meanwhile:
    """What became of a customer or contact person, as it is now, after this revision was read."""
    steps = row.revision - revision
    if revision < 1 or not 0 < steps <= MOST:
        return Meanwhile(row)
    events = list(_steps(row)[:steps])
    if len(events) < steps:
        return Meanwhile(row)
    then = copy(row)
    for event in events:  # the latest first, so that what was before the earliest stays
        for name, change in event.data["changed"].items():
            setattr(then, name, change["was"])
    return Meanwhile(row, then, events[0].by, events[0].at)


def _steps(row: Any) -> Any:
    about = {"organization_id": row.organization_id, "subject_kind": row.told_as(), "subject_id": row.pk}
    return Event.objects.filter(**about, name__in=STEPS).order_by("-id")
