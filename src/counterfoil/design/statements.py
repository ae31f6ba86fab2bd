"""A statement as both doors show it: a page of its rows at a time, and the whole as a file."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Protocol

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from counterfoil.books.ledger.statements import Statement, Transaction
from counterfoil.foundation import clock
from counterfoil.foundation.money import Money
from counterfoil.paper.statements import everything, names_in, statement_pdf, statement_sheet, what_and_number

from .answers import csv_answer, pdf_answer

ROWS = 200  # on a page


class Reach(Protocol):
    """What both doors' reaches have."""

    organization: Any

    @property
    def language(self) -> str: ...

    def url(self, name: str, *args: Any) -> str: ...


def shown(request: HttpRequest, reach: Reach, statement: Statement, customer: Any) -> dict[str, Any]:
    """What the template `design/paper/statement.html` needs of the page that the address asks for."""
    count = len(statement.transactions)
    start = _place(statement, request.GET.get("page", ""))
    end = min(start + ROWS, count)
    part = statement.transactions[start:end]
    held = statement.held.transactions if statement.held and not start else ()
    names = names_in([*part, *held], customer)
    sheet = statement_sheet(
        statement, names, customer, reach.organization, reach.language, part=slice(start or None, end)
    )

    def urls(rows: Sequence[Transaction]) -> list[str]:
        return [reach.url(one.document_kind, one.document_id) if one.document_id in names else "" for one in rows]

    retainers = sheet.accounts[1] if len(sheet.accounts) > 1 else None
    return {
        "sheet": sheet,
        "account": sheet.accounts[0],
        "rows": list(zip(sheet.accounts[0].entries, urls(part), strict=True)),
        "retainers": retainers,
        "retainer_rows": list(zip(retainers.entries, urls(held), strict=True)) if retainers else [],
        "is_too_long": statement.is_too_long_for_paper,
        "is_dated_ahead": any(one.day > statement.period.last for one in part),
        "earlier": _address(request, statement, max(0, start - ROWS)) if start else "",
        "later": _address(request, statement, end) if end < count else "",
        "place": {"first": start + 1, "last": end, "count": count},
    }


def file(statement: Statement, customer: Any) -> FileResponse:
    """Every transaction as CSV, amounts as plain decimals beside their currency."""
    return csv_answer(_rows(statement, customer), _name(statement))


def pdf(reach: Reach, statement: Statement, customer: Any, language: str) -> HttpResponse:
    """Every transaction as PDF. Raises Http404 where that is too much for one, to which no page leads."""
    if statement.is_too_long_for_paper:
        raise Http404
    content = statement_pdf(statement, customer, reach.organization, language, at=clock.now())
    return pdf_answer(content, f"{_name(statement)}.pdf")


def _name(statement: Statement) -> str:
    return f"statement-{statement.period.first}-{statement.period.last}"


def _rows(statement: Statement, customer: Any) -> Iterator[list[Any]]:
    def decimal(minor: int) -> Any:
        return Money(minor, statement.currency).decimal

    names, currency = names_in(everything(statement), customer), statement.currency
    held = statement.held
    yield [_("Date"), _("Transaction"), _("Number"), _("Amount"), _("Balance"), _("Currency")]
    parts = [(statement, _("Opening balance"), _("Closing balance"))]
    if held is not None and not held.is_empty:
        parts.append((held, _("Retainers: opening balance"), _("Retainers: closing balance")))
    for section, opening, closing in parts:
        yield [statement.period.first, opening, "", "", decimal(section.opening_minor), currency]
        for one in section.transactions:
            yield [one.day, *what_and_number(one, names), decimal(one.minor), decimal(one.balance_minor), currency]
        yield [statement.period.last, closing, "", "", decimal(section.closing_minor), currency]


def _place(statement: Statement, asked: str) -> int:
    """Where the page begins whose first row the address names; the first page for what names none."""
    day, _dot, about = asked.partition(".")
    try:
        key = (date.fromisoformat(day), int(about))
    except ValueError:
        return 0
    place = bisect_left(statement.transactions, key, key=lambda one: (one.day, one.about))
    return place if place < len(statement.transactions) else 0


def _address(request: HttpRequest, statement: Statement, place: int) -> str:
    query, first = request.GET.copy(), statement.transactions[place]
    query["page"] = f"{first.day.isoformat()}.{first.about}"
    return f"?{query.urlencode()}"
