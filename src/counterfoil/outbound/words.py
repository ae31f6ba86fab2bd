"""What a line in the bell says about an event, made when it is shown, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from counterfoil.books.sales.models import OPENING_BALANCE
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event
from counterfoil.foundation.formats import filled, format_period
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import Money, format_money

from .patterns import OF_CUSTOMER, OF_OPENING_BALANCE, PATTERNS, Door, Target, period_of


@dataclass(frozen=True)
class Line:
    """A notification in words. `target` is a route's name and arguments, which each door resolves to its own page.

    `query` is what the page's address ends in.
    """

    title: str
    text: str
    icon: str
    target: Target
    query: str = ""
    place: str = ""  # where on that page, by its id


def sentence(event: Event, *, door: Door, reader_language: str, customer_name: str = "") -> Line:
    """The line of an event for the office or the customer. Raises KeyError for one that this door is never told of."""
    pattern = PATTERNS[door][event.name]
    values = {
        "who": named(event.by, reader_language),
        "customer": customer_name,
        "number": number(event, reader_language),
        "amount": amount(event, reader_language),
        "hours": event.data.get("hours", ""),
    }
    with speaking(reader_language):
        values["period"] = period(event, reader_language)
        values["files"] = files(event)
        if event.subject_kind == "customer":
            pattern = OF_CUSTOMER[door].get(event.name, pattern)
        elif event.subject_kind == "invoice" and not event.data.get("number"):
            pattern = OF_OPENING_BALANCE.get(event.name, pattern)
        text = filled(str(pattern.text), values)
        return Line(str(pattern.title), text, pattern.icon, pattern.target(event), pattern.query(event), pattern.place)


def told_to(door: Door) -> tuple[str, ...]:
    """The names of the events that a door's bell rings for."""
    return tuple(PATTERNS[door])


def named(by: Actor, language: str) -> str:
    """Who did something. Of who came by a mailed link it is only known to whom that was mailed."""
    if by.kind != "link":
        return by.name
    with speaking(language):
        return gettext("%(name)s (by link)") % {"name": by.name}


def number(event: Event, language: str) -> str:
    """What the document is called that an event is about. A draft has no number, and an opening balance never has."""
    if given := event.data.get("number"):
        return str(given)
    with speaking(language):
        if event.data.get("is_draft"):
            return gettext("a draft")
        return str(OPENING_BALANCE) if event.subject_kind == "invoice" else ""


def amount(event: Event, language: str) -> str:
    """The amount that an event tells of, as the language writes it; empty if it tells of none."""
    minor = event.data.get("amount_minor", event.data.get("total_minor"))
    if minor is None or "currency" not in event.data:
        return ""
    return format_money(Money(minor, event.data["currency"]), language)


def period(event: Event, language: str, style: str = "medium") -> str:
    """The period that an event tells of, in the language of now; empty if it tells of none."""
    if "first" not in event.data:
        return ""
    told = period_of(event)
    return format_period(told.first, told.last, language, style)


def files(event: Event) -> str:
    """The file that an event tells of, or how many, in the language of now; empty if it tells of none."""
    told = event.data.get("files", [])
    if len(told) == 1:
        return f"“{told[0]['name']}”"
    return ngettext("%(count)d file", "%(count)d files", len(told)) % {"count": len(told)} if told else ""
