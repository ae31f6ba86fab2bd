"""What is said of a schedule, and of what is in the way of its next date."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.office.words import day
from counterfoil.reach.office import OfficeReach

OBSTACLES = {
    "LOCKED": gettext_lazy("Its day is locked. Move the lock date, or stop and resume to leave it out."),
    "CURRENCY_CHANGED": gettext_lazy("The customer has another currency since this was written. Edit it once more."),
    "TAX_RETIRED": gettext_lazy("One of its tax rates was retired. Edit it and choose another."),
    "NO_RECIPIENT": gettext_lazy("Nobody is left to send it to. Edit it and choose a contact person with an address."),
}
OTHERWISE = gettext_lazy("It can't be written as it stands. Edit it, and look at its lines and its customer.")


EVERY = {
    "day": (gettext_lazy("Every day"), gettext_lazy("Every %(count)s days")),
    "week": (gettext_lazy("Every week"), gettext_lazy("Every %(count)s weeks")),
    "month": (gettext_lazy("Every month"), gettext_lazy("Every %(count)s months")),
    "year": (gettext_lazy("Every year"), gettext_lazy("Every %(count)s years")),
}


def frequency(profile: Any) -> str:
    """ "Every month", "Every 2 weeks"."""
    one, several = EVERY[profile.unit]
    return str(one) if profile.every == 1 else str(several % {"count": profile.every})


def end(reach: OfficeReach, profile: Any) -> str:
    """How long it goes on."""
    if profile.ends_on:
        return day(reach, profile.ends_on)
    if profile.most:
        return _("%(made)s of %(most)s invoices made") % {"made": profile.made, "most": profile.most}
    return _("Never")


def obstacle(reach: OfficeReach, profile: Any) -> str:
    """Why the invoice of a date could not be made; empty if nothing is in the way."""
    if not profile.obstacle or not profile.obstacle_on:
        return ""
    why = OBSTACLES.get(profile.obstacle, OTHERWISE)
    said = {"day": day(reach, profile.obstacle_on), "why": why}
    return _("The invoice of %(day)s could not be made. %(why)s It is made as soon as nothing is in the way.") % said
