"""What differs between the types of documents in the office, said once for each type."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterfoil.books.sales.search import matching
from counterfoil.design import columns
from counterfoil.design.lists import Column, Listed
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .forms import DocumentForm, LineForm

Content = Any  # what the type's verbs take


def file_columns(*own: Column) -> tuple[Column, ...]:
    """Those of the file of any type's list, with a type's `own` before the amount."""
    begin = (columns.NUMBER, columns.DATE, columns.CUSTOMER, columns.ORDER_NUMBER, columns.STATUS)
    return (*begin, *own, columns.CURRENCY, columns.AMOUNT)


@dataclass(frozen=True)
class Words:
    """What a type's pages say. All of it lazy, so that it is said in the reader's language."""

    many: Any  # "Invoices"
    new: Any  # "New invoice"
    titled: Any  # "Invoice %(number)s"
    nothing_fits: Any
    nothing_fits_text: Any
    none_yet: Any
    none_yet_text: Any
    saved: Any
    whole: Any  # "For the whole invoice"
    as_it_is_now: Any  # "See the invoice as it is now"
    editing_sent: Any  # what saving one that was sent means; with %(revision)d


@dataclass(frozen=True)
class Act:
    """A button: its address below the document's, `verb(document, by=, revision=, …)`, what is said afterwards.

    `reads` takes more for the verb from what was posted. The page afterwards is the document's own, the list of its
    type where it `goes` away, or that of what the verb gave (its type's route), where it is `made`.
    """

    at: str
    verb: Callable[..., Any]
    said: Any
    reads: Callable[[OfficeRequest], dict[str, Any]] = lambda _request: {}
    is_mail: bool = False
    goes: bool = False
    made: str = ""


@dataclass(frozen=True)
class Kind:
    """A type of document. Its routes are `plural`, `name`, `name`_new, `name`_edit, and so on.

    `make(customer, content, by=, making_key=)` and `change(document, content, by=, revision=)` are its verbs;
    `paper(document, today)` says how it stands on paper, if it has any; `row` adds its own to a line of the list; each
    of the `buttons` has the route `name`_key; `begins` (of a customer) is what a new one's form starts with, `offers`
    (of what is shown, and of the customer) what it can choose from; `search` (of rows, what was typed and the ids of
    customers who are called so) finds in lists.
    """

    name: str
    plural: str
    icon: str
    words: Words
    form: type[DocumentForm]
    listed: Listed
    make: Callable[..., Any]
    change: Callable[..., Any]
    row: Callable[[OfficeReach, Any], Mapping[str, Any]]
    buttons: Mapping[str, Act]
    begins: Callable[[OfficeReach, Any], Mapping[str, Any]]
    search: Callable[[Any, str, Sequence[int]], Any] = lambda rows, text, of: matching(rows, text, of=of)
    paper: Callable[[Any, Any], Any] = lambda _document, _today: None
    offers: Callable[[OfficeReach, Any, Any], Mapping[str, Any]] = lambda _reach, _shown, _customer: {}
    line_form: type[LineForm] = LineForm
    is_revised: bool = True  # whether what was sent can be edited, which makes the next revision of it
    list_template: str = "office/documents/index.html"
    edit_template: str = "office/documents/edit.html"

    @property
    def reads(self) -> str:
        """The capability to look at them."""
        return f"{self.plural}.read"

    @property
    def edits(self) -> str:
        """The capability to write and send them."""
        return f"{self.plural}.edit"

    def all(self, reach: OfficeReach) -> Any:
        """Those that this person may see."""
        return getattr(reach, self.plural)

    def written(self, reach: OfficeReach) -> Any:
        """Those that the editor can show: with lines."""
        return self.all(reach).with_lines()
