"""What several pages say of a project."""

from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from counterfoil.design.marks import pill
from counterfoil.foundation.formats import filled, format_number
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.money import LARGEST, Money, exponent, format_money
from counterfoil.office.words import written
from counterfoil.reach.office import OfficeReach


def mark(project: Any) -> SafeString:
    """Whether it is active."""
    return pill(project.state, str(project.get_state_display()))


def price(reach: OfficeReach, rate: Decimal, currency: str) -> str:
    """A rate, which may be finer than the currency is, or larger than any amount."""
    plain, decimals = format_number(rate), exponent(currency)
    if len(plain.partition(".")[2]) > decimals or rate.scaleb(decimals) > LARGEST:
        return f"{plain} {currency}"
    return format_money(Money.of(rate, currency), reach.language)


def an_hour(reach: OfficeReach, rate: Decimal, currency: str) -> str:
    """What an hour costs."""
    return _("%(rate)s an hour") % {"rate": price(reach, rate, currency)}


def billing(reach: OfficeReach, project: Any, currency: str) -> str:
    """How its time becomes money, with the one price that it has, if it has one."""
    how = str(project.get_billing_display())
    if project.billing == "fixed":
        return filled(_("%(how)s, %(cost)s"), {"how": how, "cost": written(reach, project.fixed_minor, currency)})
    if project.billing == "project":
        return filled(_("%(how)s, %(rate)s"), {"how": how, "rate": an_hour(reach, project.rate, currency)})
    return how


def used_hours(minutes: int, budget: int) -> str:
    """How much of a budget of hours is used."""
    if minutes > budget:
        told = {"used": format_hours(minutes), "budget": format_hours(budget), "over": format_hours(minutes - budget)}
        return _("%(used)s of %(budget)s hours, %(over)s too many") % told
    return _("%(used)s of %(budget)s hours") % {"used": format_hours(minutes), "budget": format_hours(budget)}


def used_money(reach: OfficeReach, minor: int, budget: int, currency: str) -> str:
    """How much of a budget of money is used."""
    told = {"used": written(reach, minor, currency), "budget": written(reach, budget, currency)}
    if minor > budget:
        over = written(reach, minor - budget, currency)
        return filled(_("%(used)s of %(budget)s, %(over)s too much"), told | {"over": over})
    return filled(_("%(used)s of %(budget)s"), told)
