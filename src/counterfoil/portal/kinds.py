"""What each type of document in the portal says of itself: its words, its list, its routes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from counterfoil.design import columns
from counterfoil.design.lists import Column, Listed
from counterfoil.reach.portal import PortalReach


@dataclass(frozen=True)
class Words:
    """What a type's pages say. All of it lazy, so that it is said in the reader's language."""

    many: Any  # "Invoices"
    caption: Any  # "Your invoices"
    titled: Any  # "Invoice %(number)s"
    nothing_found: Any
    nothing_found_text: Any
    none_yet: Any
    none_yet_text: Any


@dataclass(frozen=True)
class Subject:
    """What can be talked about in the portal. Its routes are `plural`, `name` and `comment_on_` `name`."""

    name: str
    plural: str

    def all(self, reach: PortalReach) -> Any:
        """Those that this person may see."""
        return getattr(reach, self.plural)


@dataclass(frozen=True)
class Kind(Subject):
    """A type of document in the portal. Its routes are `plural`, `name` and `name`_pdf.

    `view(document, by=)` is its verb for the first time that it is opened; `paper(document, today)` says how it stands
    on paper; `status(document, today)` is a word for the style sheet and a label, as the customer reads it.
    """

    icon: str
    words: Words
    listed: Listed
    view: Callable[..., Any]
    paper: Callable[[Any, Any], Any]
    status: Callable[[Any, Any], tuple[str, str]]
    list_template: str = "portal/documents/index.html"


def file_columns(status: Callable[[Any, Any], tuple[str, str]], *own: Column) -> tuple[Column, ...]:
    """Those of the file of any type's list, with a type's `own` before the amount. `status` is the type's."""
    said = Column(columns.STATUS.heading, lambda row, today: status(row, today)[1])
    return (columns.NUMBER, columns.DATE, columns.ORDER_NUMBER, said, *own, columns.CURRENCY, columns.AMOUNT)
