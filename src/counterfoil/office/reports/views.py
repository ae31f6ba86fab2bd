"""The reports. Each is a sum of the ledger, one table for each currency."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from counterfoil.books.payments import reports as of_payments
from counterfoil.books.sales import reports as of_sales
from counterfoil.books.sales.ages import AGES, labels
from counterfoil.foundation.money import Money
from counterfoil.foundation.periods import Period
from counterfoil.foundation.transactions import snapshot
from counterfoil.office.pages import page
from counterfoil.office.words import day
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import figures, periods
from .table import Cell, Group, Report, answer

Answer = HttpResponse | FileResponse


class DayForm(forms.Form):
    """As of which day."""

    on = forms.DateField(label=gettext_lazy("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


@needs("reports.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """What there is."""
    reach = request.reach
    listed = [
        ("report_ages", _("Receivables by age"), _("Who owes what, and how late it is.")),
        ("report_taxes", _("Tax by rate"), _("What you charged tax on in a period, and how much tax it was.")),
        ("report_payments", _("Payments received"), _("What came in by day and mode, and what went back.")),
        ("report_invoices", _("Invoices by customer"), _("What you invoiced to each customer, and what they owe.")),
        ("report_time", _("Time by project"), _("What was worked in a period, what of it is billed and what is not.")),
        ("report_gateways", _("Gateways and books compared"), _("Whether the gateways say the same as your books.")),
    ]
    rows = [{"url": reach.url(route), "title": title, "text": text} for route, title, text in listed]
    return page(request, "office/reports/index.html", rows=rows)


@needs("reports.read")
@require_safe
def ages(request: OfficeRequest) -> Answer:
    """**Receivables by age**, as of a day."""
    reach = request.reach
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": reach.today})
    on = form.cleaned_data["on"] if form.is_bound and form.is_valid() else reach.today
    with snapshot():
        found = of_sales.aged(reach.organization.id, on, today=reach.today)
        names = _names(reach, (one.customer_id for one in found))

    def url(place: int, currency: str, customer_id: int | None = None) -> str:
        if not place:
            return ""
        age = place - 1 if place <= len(AGES) else None
        return figures.url_of_invoices(reach, on, currency, customer_id=customer_id, age=age)

    rows = [
        (
            one.currency,
            [
                Cell(names[one.customer_id], reach.url("customer_transactions", one.customer_id), wraps=True),
                *(
                    Cell(Money(minor, one.currency), url(place, one.currency, one.customer_id) if minor else "")
                    for place, minor in enumerate((*one.ages, one.total), start=1)
                ),
            ],
        )
        for one in found
    ]
    return answer(
        request,
        Report(
            route="receivables-by-age",
            title=_("Receivables by age"),
            about=_("As of %(day)s") % {"day": day(reach, on)},
            columns=[_("Customer"), *labels(), _("Total")],
            figures=6,
            groups=_groups(reach, rows, figures=6, url=url),
            empty=_("Nobody owed anything."),
            form=form,
        ),
    )


@needs("reports.read")
@require_safe
def taxes(request: OfficeRequest) -> Answer:
    """**Tax by rate**, of a period."""
    reach = request.reach
    form, period = periods.read(request)
    with snapshot():
        found = of_sales.taxed(reach.organization.id, period.first, period.last)
    rows = [
        (
            one.currency,
            [
                Cell(one.rate, wraps=True),
                *(
                    Cell(Money(minor, one.currency))
                    for minor in (one.charged_minor, -one.credited_minor, one.base_minor, one.tax_minor)
                ),
            ],
        )
        for one in found
    ]
    return answer(
        request,
        Report(
            route="tax-by-rate",
            title=_("Tax by rate"),
            about=periods.written(reach, period),
            columns=[
                pgettext("of a tax", "Rate"),
                _("Tax charged"),
                _("Tax credited"),
                _("Net taxable amount"),
                _("Net tax"),
            ],
            figures=4,
            groups=_groups(reach, rows, figures=4),
            empty=_("No tax was charged in this period."),
            form=form,
        ),
    )


@needs("reports.read")
@require_safe
def payments(request: OfficeRequest) -> Answer:
    """**Payments received**, of a period by day and mode."""
    reach = request.reach
    form, period = periods.read(request)
    with snapshot():
        found = of_payments.received(reach.organization.id, period.first, period.last)

    def url(place: int, currency: str) -> str:
        return "" if place else figures.url_of_payments(reach, period, currency)

    rows = [
        (
            one.currency,
            [
                Cell(one.day, figures.url_of_payments(reach, Period(one.day, one.day), one.currency, mode=one.mode)),
                Cell(one.mode_label),
                *figures.cells_of_money(one.currency, one.gross_minor, one.charges_minor, one.returned_minor),
            ],
        )
        for one in found
    ]
    return answer(
        request,
        Report(
            route="payments-received",
            title=_("Payments received"),
            about=periods.written(reach, period),
            columns=[_("Date"), _("Mode"), *figures.headings_of_money()],
            figures=4,
            groups=_groups(reach, rows, figures=4, texts=2, url=url),
            empty=_("Nothing was received in this period."),
            form=form,
        ),
    )


@needs("reports.read")
@require_safe
def invoices(request: OfficeRequest) -> Answer:
    """**Invoices by customer**, of a period."""
    reach = request.reach
    form, period = periods.read(request)
    with snapshot():
        found = of_sales.billed(reach.organization.id, period.first, period.last)
        names = _names(reach, (one.customer_id for one in found))
    rows = [
        (
            one.currency,
            [
                Cell(names[one.customer_id], reach.url("customer_transactions", one.customer_id), wraps=True),
                Cell(one.count),
                *(
                    Cell(Money(minor, one.currency))
                    for minor in (one.invoiced_minor, one.applied_minor, one.written_off_minor, one.balance_minor)
                ),
            ],
        )
        for one in found
    ]
    return answer(
        request,
        Report(
            route="invoices-by-customer",
            title=_("Invoices by customer"),
            about=periods.written(reach, period),
            columns=[
                _("Customer"),
                _("Invoices"),
                _("Invoiced"),
                _("Paid and credited"),
                _("Written off"),
                _("Balance at the end"),
            ],
            figures=5,
            groups=_groups(reach, rows, figures=5),
            empty=_("Nothing was invoiced in this period, and nothing was owed at its end."),
            form=form,
        ),
    )


def _names(reach: OfficeReach, ids: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(ids))
    names: dict[int, str] = {}
    for start in range(0, len(wanted), 500):
        found = reach.customers.filter(id__in=wanted[start : start + 500])
        names |= dict(found.values_list("id", "display_name"))
    return names


def _groups(
    reach: OfficeReach,
    rows: Sequence[tuple[str, list[Cell]]],
    *,
    figures: int,
    texts: int = 1,
    url: Callable[[int, str], str] | None = None,
) -> list[Group]:
    """One group for each currency, the organization's own first; rows by their first text unless they have several.

    `url` says where the sum at a place of a currency leads; a sum of nothing leads nowhere.
    """
    base = reach.organization.currency
    ordered = sorted(rows, key=lambda row: (row[0] != base, row[0]))
    groups = []
    for currency, found in groupby(ordered, key=lambda row: row[0]):
        cells = [row for _currency, row in found]
        if texts == 1:
            cells.sort(key=lambda row: str(row[0].value).casefold())
        sums = _sums(currency, cells, figures=figures, texts=texts)
        if url is not None:
            sums = [Cell(one.value, url(place, currency) if one.value else "") for place, one in enumerate(sums)]
        groups.append(Group(currency, cells, sums))
    return groups


def _sums(currency: str, rows: Sequence[Sequence[Cell]], *, figures: int, texts: int) -> list[Cell]:
    def total(place: int) -> Any:
        values = [row[place].value for row in rows]
        if isinstance(values[0], Money):
            return Money(sum(value.minor for value in values), currency)
        return sum(values)

    width = len(rows[0])
    blank = [Cell("") for _place in range(texts - 1)]
    return [Cell(_("Total")), *blank, *(Cell(total(place)) for place in range(width - figures, width))]
