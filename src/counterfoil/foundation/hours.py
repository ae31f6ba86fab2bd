"""Working time: whole minutes in the database, hours and minutes for people, hours with decimals for sums of money."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from .amounts import AmountError, parse_decimal

DAY = 24 * 60  # minutes
_CLOCK = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,7})\s*:\s*([0-5]\d)", re.ASCII)
_WORDS = re.compile(r"(?:(\d{1,7})\s*(?:h|小时))?\s*(?:(\d{1,7})\s*(?:m|min|分钟|分))?", re.ASCII | re.IGNORECASE)


def format_hours(minutes: int) -> str:
    """Minutes as hours and minutes, as both languages write them: 90 is "1:30"."""
    return f"{minutes // 60:,}:{minutes % 60:02}"


def parse_hours(text: str) -> int:
    """The minutes that somebody means by "1:30", "1.5", "1h 30m" or 1小时30分. A plain number is of hours.

    Raises AmountError: EMPTY, NOT_A_NUMBER, TOO_MANY_DECIMALS, NEGATIVE, ZERO.
    """
    plain = unicodedata.normalize("NFKC", text).strip()  # with the plain form of wide digits and colons
    if found := _CLOCK.fullmatch(plain):
        minutes = int(found[1].replace(",", "")) * 60 + int(found[2])
    elif plain and (found := _WORDS.fullmatch(plain)) and found[0]:
        minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
    else:
        try:
            hours = parse_decimal(plain, places=4)
        except AmountError as error:
            if error.code != "NOT_A_NUMBER":
                raise
            raise AmountError(
                "NOT_A_NUMBER", _("Enter hours and minutes, such as 1:30, or hours, such as 1.5.")
            ) from error
        minutes = int((hours * 60).to_integral_value(rounding=ROUND_HALF_UP))
    if minutes == 0:
        raise AmountError("ZERO", _("Enter more than zero."))
    return minutes


def in_hours(minutes: int, *, places: int = 4) -> Decimal:
    """Minutes as hours with so many decimals. With four, a rate of up to a hundred comes out right to the cent."""
    return (Decimal(minutes) / 60).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
