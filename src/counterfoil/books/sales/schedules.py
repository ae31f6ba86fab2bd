"""On which days something comes back: every so many days, weeks, months or years from a first day.

Each date is worked out from the first one, never from the one before: what starts on the 31st is on the last day of
short months and on the 31st of the others, and what starts on 29 February is on the 28th in common years.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from .models import Unit
from .writing import LATEST

MOST_EVERY = 999
DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}


@dataclass(frozen=True)
class Schedule:
    """`every` so many of a unit from `start` on; up to and including a day, or up to so many dates that count."""

    start: date
    every: int
    unit: str
    ends_on: date | None = None
    most: int | None = None

    def nth(self, place: int) -> date:
        """The date at a place; the first is at 0."""
        count = self.every * place
        if days := DAYS.get(Unit(self.unit)):
            return self.start + timedelta(days=count * days)
        years, month = divmod(self.start.month - 1 + count * MONTHS[Unit(self.unit)], 12)
        year = self.start.year + years
        return date(year, month + 1, min(self.start.day, monthrange(year, month + 1)[1]))

    def first_from(self, day: date, *, made: int = 0) -> date | None:
        """The first date on or after a day; None where it has ended, or as many were made as there are to be."""
        if self.most is not None and made >= self.most:
            return None
        place = self._near(day)
        while place and self.nth(place - 1) >= day:
            place -= 1
        while self.nth(place) < day:
            place += 1
        found = self.nth(place)
        return None if found > LATEST or (self.ends_on is not None and found > self.ends_on) else found

    def _near(self, day: date) -> int:
        """A place whose date is not far from a day."""
        if day <= self.start:
            return 0
        if days := DAYS.get(Unit(self.unit)):
            return (day - self.start).days // (days * self.every)
        months = (day.year - self.start.year) * 12 + day.month - self.start.month
        return months // (MONTHS[Unit(self.unit)] * self.every)
