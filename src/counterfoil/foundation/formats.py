"""How dates, numbers, addresses and names are written, in a language and the organization's choice of date format."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .languages import known
from .money import MINUS, locale

# What an organization can choose, as CLDR's patterns. Chinese has one order of day and month, so that the choices that
# differ by order alone are one there.
DATE_FORMATS = {"medium": "d MMM y", "dmy": "dd/MM/y", "mdy": "MM/dd/y", "iso": "y-MM-dd", "dots": "dd.MM.y"}
_CHINESE_DATES = {"medium": "y年M月d日", "iso": "y-MM-dd"}
_CHINESE_FIGURES = "y/M/d"

ADDRESS_PARTS = ("attention", "street", "street2", "city", "region", "postal_code")
_EASTERN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)  # kana and Chinese characters: no spaces between words
_BETWEEN_CHINESE = re.compile(rf"(?<={_EASTERN.pattern}) (?={_EASTERN.pattern})")
_LARGEST_FIRST = frozenset({"CN", "HK", "JP", "MO", "TW"})
# The line or lines of the town in other countries; what no country is named for, is written as most of them do.
_TOWNS = {
    ("US",): ("{city}, {region} {postal_code}",),
    ("AU", "CA"): ("{city} {region} {postal_code}",),
    ("GB", "IE"): ("{city}", "{region}", "{postal_code}"),
    ("IN", "MY", "NZ", "SG", "TH"): ("{city} {postal_code}", "{region}"),
    ("HK", "MO", "AE"): ("{city}", "{region}"),
    ("",): ("{city}", "{region} {postal_code}"),
}
_TOWN_LINES = {country: lines for countries, lines in _TOWNS.items() for country in countries}
_ELSEWHERE = ("{postal_code} {city}", "{region}")
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=8192)
def format_date(day: date, language: str, style: str = "medium") -> str:
    """A day: "28 Oct 2026", 2026年10月28日, or in the format of `DATE_FORMATS` that the organization chose."""
    style = style if style in DATE_FORMATS else "medium"
    pattern = DATE_FORMATS[style]
    if known(language) == "zh-Hans":
        pattern = _CHINESE_DATES.get(style, _CHINESE_FIGURES)
    return babel_date(day, pattern, locale=locale(language))


@lru_cache(maxsize=512)
def format_month(day: date, language: str) -> str:
    """A month's short name: "Oct", 10月."""
    return babel_date(day, "LLL", locale=locale(language))


def format_moment(moment: datetime, language: str, time_zone: str, style: str = "medium") -> str:
    """A day and time in a time zone: "28 Oct 2026, 09:40", 2026年10月28日 09:40."""
    local = moment.astimezone(ZoneInfo(time_zone))
    between = " " if known(language) == "zh-Hans" else ", "
    return f"{format_date(local.date(), language, style)}{between}{local.hour:02}:{local.minute:02}"


def format_day_of(moment: datetime, language: str, time_zone: str, style: str = "medium") -> str:
    """The day that a moment falls on in a time zone, as `format_date` writes it."""
    return format_date(moment.astimezone(ZoneInfo(time_zone)).date(), language, style)


def format_period(first: date, last: date, language: str, style: str = "medium") -> str:
    """From a day to a day, in the language of now: "1 Oct 2026 to 31 Oct 2026"."""
    words = {"first": format_date(first, language, style), "last": format_date(last, language, style)}
    return _("%(first)s to %(last)s") % words


def relative_due(due: date, today: date) -> str:
    """How far a due date is, in the language of now: "in 4 days", "today", "15 days late"."""
    return _relative((due - today).days, get_language())


@lru_cache(maxsize=1024)
def _relative(days: int, _language: str | None) -> str:
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}


def filled(sentence: str, values: Mapping[str, object]) -> str:
    """A sentence with names in their places. Chinese sets them off by spaces, but not from other Chinese."""
    return _BETWEEN_CHINESE.sub("", sentence % values)


def format_number(number: Decimal) -> str:
    """A quantity without needless noughts, as both languages write it: 3, 1,250.5, −2."""
    text = f"{abs(number):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if number < 0 else text


def format_percent(number: Decimal) -> str:
    """So many per cent, as both languages write it: 17.5%."""
    return f"{format_number(number)}%"


def person_name(first: str, last: str) -> str:
    """A person's name in the order of its own script: "Ana Silva", 张伟. The reader's language doesn't change it."""
    first, last = first.strip(), last.strip()
    if _EASTERN.search(last) and _EASTERN.search(first or last):
        return last + first
    return f"{first} {last}".strip()


def address_lines(address: Mapping[str, str], *, country_names: Mapping[str, str] | None = None) -> list[str]:
    """The lines of a postal address in the order of its own country. Empty parts vanish.

    Takes the keys of `ADDRESS_PARTS` and country (ISO 3166 code), whose name comes from `country_names`.
    """
    part = {key: " ".join(str(address.get(key) or "").split()) for key in (*ADDRESS_PARTS, "country")}
    if part["region"] == part["city"]:
        part["region"] = ""  # a city that is its own province is written once
    country = (country_names or {}).get(part["country"], "")
    place = f"{part['region']}{part['city']}{part['street']}{part['street2']}"
    if part["country"] in _LARGEST_FIRST and _EASTERN.search(place):
        lines = [country, part["postal_code"], place, part["attention"]]
    else:
        lines = [part["attention"], part["street"], part["street2"], *_town(part), country]
    return [line for line in lines if line]


def _town(part: Mapping[str, str]) -> list[str]:
    lines = [line.format_map(part) for line in _TOWN_LINES.get(part["country"], _ELSEWHERE)]
    # What stood beside an empty part: a comma without a town before it or a region behind it, or a space.
    return [" ".join(line.strip(" ,").replace(" ,", ",").split()) for line in lines]


@lru_cache(maxsize=4)
def country_choices(language: str) -> list[tuple[str, str]]:
    """Every country as (code, name in the language), in the order of a dictionary of that language."""
    names = {str(code): str(name) for code, name in locale(language).territories.items()}
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return sorted(((code, names[code]) for code in codes), key=lambda pair: _in_dictionary(pair[1]))


@lru_cache(maxsize=4)
def country_names(language: str) -> dict[str, str]:
    """The names of countries by code."""
    return dict(country_choices(language))


def _in_dictionary(name: str) -> bytes:
    """Letters without their accents; common Chinese characters by sound, which is the order of their GB 2312 codes."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return plain.casefold().encode("gb18030")
