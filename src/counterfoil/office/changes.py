"""What was changed, field by field and in words, as the log of everything remembers it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from counterfoil.books.organizations import modules
from counterfoil.books.projects import projects
from counterfoil.design import addresses
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import format_date
from counterfoil.foundation.hours import format_hours
from counterfoil.foundation.languages import current
from counterfoil.foundation.money import Money, format_money
from counterfoil.outbound import changes as details

# By the column's name, whichever table it is in: the same word means the same everywhere.
LABELS: dict[str, Any] = {
    **details.LABELS,
    "name": _("Name"),
    "description": _("Description"),
    "rate": _("Rate"),
    "unit": _("Unit"),
    "tax_rate_id": _("Tax"),
    **addresses.PARTS,
    "website": _("Website"),
    "time_zone": _("Time zone"),
    "date_format": _("Date format"),
    "fiscal_year_start": _("Fiscal year starts in"),
    "brand_colour": _("Colour"),
    "logo_digest": _("Logo"),
    "asks_for_signature": _("Ask for a signature"),
    "accepted_quote_becomes": _("What an accepted quote becomes"),
    "bills_approved_only": _("Bill approved time only"),
    "reminds": _("Reminders"),
    "reminder_days": _("Days after the due date"),
    "reminder_hour": _("Hour of reminders"),
    "reminded_since": _("Reminders since"),
    "issues_electronic": _("Electronic invoices"),
    "two_step_for_customers": _("Two-step sign-in of customers"),
    "two_step_for_staff": _("Two-step sign-in of staff"),
    "banner": _("Banner message"),
    "modules": _("Customer portal"),
    "locked_details": _("Details that only you change"),
    "mail_name": _("Sender’s name"),
    "reply_to": _("Answers go to"),
    "subject": _("Subject"),
    "body": _("Text"),
    "is_used": _("Own text"),
    "project": _("Project"),
    "task": _("Task"),
    "member": _("Who"),
    "worked_on": _("Day"),
    "minutes": _("Hours"),
    "is_billable": _("Billable"),
    "billing": _("How it is billed"),
    "fixed_minor": _("Cost"),
    "budget_minutes": _("Budget in hours"),
    "budget_minor": _("Budget"),
    "bank_holder": _("Account holder"),
    "bank_name": _("Bank"),
    "bank_account": _("Account number or IBAN"),
    "bank_code": _("Bank code"),
}
PARTS = [*addresses.PARTS, *(one.key for one in modules.MODULES)]
# What a person could make nothing of; another field tells of the same change.
LEFT_OUT = {"logo_kind", "name_key"}
UNREADABLE = {"logo_digest", "tax_rate_id"}
# What is kept as a word, as a form calls it.
CHOICES: dict[str, Any] = {"billing": dict(projects.BILLINGS)}


@dataclass(frozen=True)
class Change:
    """A field that was changed. What it was and is now are empty where nobody could read them."""

    label: str
    was: str
    now: str


def of(event: Event) -> list[Change]:
    """The fields that an event says were changed, each with what it was before, in the order of a form.

    PostgreSQL keeps them in another order than they were written in.
    """
    changed = event.data.get("changed")
    named = [name for name in LABELS if name in changed] if isinstance(changed, dict) else []
    currency = event.data.get("currency", "")
    return [one for name in named for one in _told(name, changed[name], currency)]


def _told(name: str, pair: Mapping[str, Any], currency: str) -> Iterator[Change]:
    label = LABELS.get(name)
    if name in LEFT_OUT or label is None:
        return
    was, now = pair.get("was"), pair.get("now")
    if isinstance(was, dict) or isinstance(now, dict):
        was, now = was or {}, now or {}
        for part in sorted({*was, *now}, key=lambda part: (PARTS.index(part) if part in PARTS else len(PARTS), part)):
            if was.get(part) != now.get(part):
                yield Change(f"{label}: {_part(part)}", _text(was.get(part)), _text(now.get(part)))
    elif name in UNREADABLE:
        yield Change(str(label), "", "")
    else:
        yield Change(str(label), *(_text(_as_written(name, value, currency)) for value in (was, now)))


def _part(key: str) -> str:
    """What a part of an address is called, or a module of the portal."""
    return str(LABELS.get(key) or next((one.label for one in modules.MODULES if one.key == key), key))


def _as_written(name: str, value: Any, currency: str) -> Any:
    """A figure, a day or a choice as people read it, in the language of now."""
    if value in (None, ""):
        return value
    if name in CHOICES:
        return CHOICES[name].get(value, value)
    if name.endswith("minutes"):
        return format_hours(value)
    if name.endswith("_minor") and currency:
        return format_money(Money(value, currency), current())
    return format_date(date.fromisoformat(value), current()) if name == "worked_on" else value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _now("Yes") if value else _now("No")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or _now("nothing")
    return _now("nothing") if value in (None, "") else str(value)
