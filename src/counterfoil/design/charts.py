"""Two pictures of an account, drawn with attributes alone, since the pages' policy allows no style but the sheet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from babel.numbers import format_compact_decimal, format_decimal
from django.utils.translation import get_language, to_locale

LEFT, TOP, BOTTOM, RIGHT = 60, 15, 165, 600
SHORT_FROM = 10_000


class Bucket(NamedTuple):
    """What is due at one age, youngest first: the label, the amount in words, and its minor units."""

    label: str
    amount: str
    minor: int


class Month(NamedTuple):
    """One month: its short name, what was invoiced and paid in words, and both in minor units."""

    label: str
    invoiced: str
    paid: str
    invoiced_minor: int
    paid_minor: int


@dataclass(frozen=True)
class Slice:
    css: str
    label: str
    amount: str
    x: str
    width: str


def slices(buckets: Sequence[Bucket]) -> list[Slice]:
    """The parts of the ageing bar, in per cent of its width, with a hair between them. A credit takes no room."""
    named = [Bucket(*bucket) for bucket in buckets]
    whole = sum(max(bucket.minor, 0) for bucket in named)
    drawn, x = [], 0.0
    for place, bucket in enumerate(named):
        share = 100 * max(bucket.minor, 0) / whole if whole else 0.0
        hair = 0.4 if any(later.minor > 0 for later in named[place + 1 :]) else 0.0
        drawn.append(Slice(f"age-{place}", bucket.label, bucket.amount, f"{x:.2f}%", f"{max(share - hair, 0):.2f}%"))
        x += share
    return drawn


@dataclass(frozen=True)
class Bar:
    css: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Group:
    label: str
    middle: str
    bars: tuple[Bar, Bar]


@dataclass(frozen=True)
class Rung:
    y: str
    text_y: str
    words: str


def ladder(months: Sequence[Month], exponent: int) -> tuple[list[Rung], int]:
    """The lines behind the bars, from nothing to a round figure above the highest, and that figure in minor units."""
    highest = max((max(month.invoiced_minor, month.paid_minor, 0) for month in months), default=0)
    step = _round_step(highest / 10**exponent / 3 or 1)
    count = max(math.ceil(highest / 10**exponent / step), 1)
    top = step * count
    rungs, language = [], get_language() or "en"
    for rung in range(count + 1):
        y = BOTTOM - (BOTTOM - TOP) * rung / count
        rungs.append(Rung(f"{y:.1f}", f"{y + 4:.1f}", _figure(step * rung, top, language)))
    return rungs, round(top * 10**exponent)


@lru_cache(maxsize=512)
def _figure(figure: int, top: int, language: str) -> str:
    """A large scale is written short (40K, 4万), so that it stands beside the lines on a phone too."""
    if top < SHORT_FROM:
        return format_decimal(figure, locale=to_locale(language))
    return format_compact_decimal(figure, locale=to_locale(language), fraction_digits=1)


def groups(months: Sequence[Month], top_minor: int) -> list[Group]:
    """Two bars for each month, on a canvas of 600 by 190."""
    room = (RIGHT - LEFT) / max(len(months), 1)
    width = min(14.0, room / 3)
    drawn = []
    for place, month in enumerate(months):
        middle = LEFT + room * (place + 0.5)
        bars = (
            _bar("billed-bar", middle - width - 1, width, month.invoiced_minor / top_minor),
            _bar("paid-bar", middle + 1, width, month.paid_minor / top_minor),
        )
        drawn.append(Group(month.label, f"{middle:.1f}", bars))
    return drawn


def _bar(css: str, x: float, width: float, share: float) -> Bar:
    height = (BOTTOM - TOP) * max(share, 0)
    return Bar(css, f"{x:.1f}", f"{BOTTOM - height:.1f}", f"{width:.1f}", f"{height:.1f}")


def _round_step(rough: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50, … at or above."""
    size = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    return next(int(factor * size) for factor in (1, 2, 5, 10) if factor * size >= rough)
