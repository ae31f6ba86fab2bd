"""What the lists of forms offer: languages, currencies, time zones, months."""

from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from babel.dates import get_month_names, get_timezone_location

from counterfoil.foundation import formats, money
from counterfoil.foundation.languages import LANGUAGES

# Zones of another age or none at all: what people choose has a place's name.
_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")
_EXAMPLE = date(2026, 11, 23)

Choices = list[tuple[str, str]]


def languages() -> Choices:
    """The languages that Counterfoil speaks, each in its own words."""
    return list(LANGUAGES.items())


@lru_cache(maxsize=4)
def currencies(language: str) -> Choices:
    """Every currency: its code, and its name in the language."""
    return [(code, f"{code} {money.currency_name(code, language)}") for code in sorted(money.currencies())]


@lru_cache(maxsize=4)
def time_zones(language: str) -> Choices:
    """Time zones by their places in the language, each with its own name, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES))
    locale = money.locale(language)
    places = ((name, get_timezone_location(name, locale=locale, return_city=True)) for name in names)
    # Where the language has no name for a place, only what the zone is called.
    known = ((name, "" if language != "en" and place.isascii() else place) for name, place in places)
    return [("UTC", "UTC"), *((name, f"{place} ({name})" if place else name) for name, place in known)]


def date_formats(language: str) -> Choices:
    """The ways to write a date, each as an example: in English, where they all differ, and in the language."""

    def written(key: str) -> str:
        return " · ".join(dict.fromkeys(formats.format_date(_EXAMPLE, one, key) for one in ("en", language)))

    return [(key, written(key)) for key in formats.DATE_FORMATS]


def months(language: str) -> Choices:
    """The months by number."""
    names = get_month_names("wide", context="stand-alone", locale=language.replace("-", "_"))
    return [(str(number), names[number]) for number in range(1, 13)]
