"""How dates, numbers, addresses and names are written, in a language and the organization's choice of date format."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DATE_FORMATS = {"medium": "", "dmy": "dd/MM/yyyy", "mdy": "MM/dd/yyyy", "iso": "yyyy-MM-dd", "dots": "dd.MM.yyyy"}
# Places where an address goes from the largest to the smallest.
LARGEST_FIRST = frozenset({"CN", "JP", "KR", "TW"})


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@lru_cache(maxsize=4096)
def format_date(day: date, language: str, style: str = "medium") -> str:
    """A day: "28 Oct 2026", 2026年10月28日, or in the format that the organization chose."""
    if pattern := DATE_FORMATS.get(style, ""):
        return babel_date(day, pattern, locale=_locale(language))
    return babel_date(day, "d MMM yyyy" if language == "en" else "yyyy年M月d日", locale=_locale(language))


@lru_cache(maxsize=512)
def format_month(day: date, language: str) -> str:
    """A month's short name: "Oct", 10月."""
    return babel_date(day, "MMM", locale=_locale(language))


def format_moment(moment: datetime, language: str, time_zone: str, style: str = "medium") -> str:
    """A day and time in a time zone: "28 Oct 2026, 09:40"."""
    local = moment.astimezone(ZoneInfo(time_zone))
    time = babel_time(local, "HH:mm", locale=_locale(language))
    separator = ", " if language == "en" else " "
    return f"{format_date(local.date(), language, style)}{separator}{time}"


def relative_due(due: date, today: date) -> str:
    """How far a due date is: "in 4 days", "today", "15 days late"."""
    days = (due - today).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}


def format_number(number: Decimal) -> str:
    """A quantity or percentage without needless zeros: 3, 1,250.5, as both languages write it."""
    plain = number.normalize()
    return f"{plain:,f}".replace("-", "\N{MINUS SIGN}")


def address_lines(address: Mapping[str, str], *, country_names: Mapping[str, str] | None = None) -> list[str]:
    """The lines of a postal address in the order of its own country. Empty parts vanish.

    Takes the keys attention, street, street2, city, region, postal_code and country (ISO 3166 code).
    """
    part = {key: str(address.get(key) or "").strip() for key in (*ADDRESS_PARTS, "country")}
    country = (country_names or {}).get(part["country"], "")
    if part["country"] in LARGEST_FIRST:
        place = f"{part['region']}{part['city']}{part['street']}{part['street2']}"
        lines = [country, part["postal_code"], place, part["attention"]]
    else:
        town = " ".join(filter(None, _town(part)))
        lines = [part["attention"], part["street"], part["street2"], town, country]
    return [line for line in lines if line]


ADDRESS_PARTS = ("attention", "street", "street2", "city", "region", "postal_code")


def _town(part: Mapping[str, str]) -> list[str]:
    """Town, region and postal code as the country orders them."""
    if part["country"] in ("US", "CA", "AU"):
        city = f"{part['city']}," if part["city"] and part["country"] == "US" else part["city"]
        return [city, part["region"], part["postal_code"]]
    if part["country"] in ("GB", "IE", ""):
        region = part["region"] if part["region"] != part["city"] else ""
        return [part["city"], region, part["postal_code"]]
    return [part["postal_code"], part["city"], part["region"]]


@lru_cache(maxsize=4)
def country_choices(language: str) -> list[tuple[str, str]]:
    """Every country as (code, name in the language), sorted by name."""
    names = _locale(language).territories
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")]
    return sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])


@lru_cache(maxsize=4)
def country_names(language: str) -> dict[str, str]:
    """The names of countries by code."""
    return dict(country_choices(language))
