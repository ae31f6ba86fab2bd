"""How a piece of time stands: whether it was billed, and what its customer said to it."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from counterfoil.design.lists import ALL, Filter
from counterfoil.design.marks import pill

WORDS = {
    "billed": ("invoiced", _("Billed")),
    "not_billable": ("draft", _("Not billable")),
    "awaiting": ("awaiting", _("Waiting for the customer")),
    "approved": ("approved", _("Approved")),
    "rejected": ("rejected", _("Rejected")),
    "unbilled": ("open", _("Unbilled")),
}
FILTERS = (
    ALL,
    Filter("unbilled", WORDS["unbilled"][1], lambda rows, _today: rows.unbilled()),
    Filter("billed", WORDS["billed"][1], lambda rows, _today: rows.billed()),
    Filter("awaiting", WORDS["awaiting"][1], lambda rows, _today: rows.filter(approval__state="awaiting")),
    Filter("approved", WORDS["approved"][1], lambda rows, _today: rows.approved()),
    Filter("not-billable", WORDS["not_billable"][1], lambda rows, _today: rows.filter(is_billable=False)),
)


def standing(entry: Any) -> str:
    """The word of `WORDS` that says most of a piece of time that was read for a list."""
    if entry.is_billed:
        return "billed"
    if not entry.is_billable:
        return "not_billable"
    return entry.approval_state if entry.approval_state in WORDS else "unbilled"


def mark(entry: Any) -> SafeString:
    """The same as a pill."""
    css, words = WORDS[standing(entry)]
    return pill(css, str(words))
