"""What is behind a figure of a report: exactly the invoices or payments that it sums."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counterfoil.books.payments import reports as of_payments
from counterfoil.books.sales import ages
from counterfoil.books.sales import reports as of_sales
from counterfoil.foundation.money import Money, UnknownCurrency, exponent
from counterfoil.foundation.periods import Period
from counterfoil.foundation.transactions import snapshot
from counterfoil.office.words import day
from counterfoil.reach.doors import needs
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from . import periods
from .table import Cell, Group, Report, answer, rows_of

Answer = HttpResponse | FileResponse


def url_of_invoices(
    reach: OfficeReach, on: date, currency: str, *, customer_id: int | None = None, age: int | None = None
) -> str:
    """Where the invoices are that were owed on a day: all of a currency, of a customer, of an age, or of both."""
    query = {"on": on, "currency": currency, "customer": customer_id, "age": age}
    return _address(reach, "report_ages_invoices", query)


def url_of_payments(reach: OfficeReach, period: Period, currency: str, *, mode: str = "") -> str:
    """Where the payments are that came or went back in a period: all of a currency, or those of a mode."""
    query = {"first": period.first, "last": period.last, "currency": currency, "mode": mode or None}
    return _address(reach, "report_payments_listed", query)


def _address(reach: OfficeReach, route: str, query: dict[str, Any]) -> str:
    return f"{reach.url(route)}?{urlencode({name: value for name, value in query.items() if value is not None})}"


def _must_be_known(currency: str) -> None:
    try:
        exponent(currency)
    except UnknownCurrency:
        raise ValidationError(currency) from None


class InvoicesForm(forms.Form):
    """Which figure of the receivables by age."""

    on = forms.DateField()
    currency = forms.CharField(validators=[_must_be_known])
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    age = forms.TypedChoiceField(
        choices=[(place, place) for place in range(len(ages.AGES))], coerce=int, required=False, empty_value=None
    )


class PaymentsForm(forms.Form):
    """Which figure of the payments received."""

    first = forms.DateField()
    last = forms.DateField()
    currency = forms.CharField(validators=[_must_be_known])
    mode = forms.ChoiceField(choices=of_payments.MODES, required=False)


def _asked(form: forms.Form) -> dict[str, Any]:
    """What the address asks for. Nobody types it, so that what it asks for wrongly is not there."""
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


@needs("reports.read")
@require_safe
def invoices(request: OfficeRequest) -> Answer:
    """The invoices behind a figure of **Receivables by age**, each with what it owed on that day."""
    reach = request.reach
    asked = _asked(InvoicesForm(request.GET))
    on, currency, age = asked["on"], asked["currency"], asked["age"]
    with snapshot():
        found = of_sales.owing(reach.organization.id, on, today=reach.today, age=age).filter(currency=currency)
        narrowed = [] if age is None else [ages.labels()[age]]
        if asked["customer"]:
            customer = get_object_or_404(reach.customers, id=asked["customer"])
            found, narrowed = found.filter(customer=customer), [customer.display_name, *narrowed]
        sums = found.aggregate(owed=Sum("owed_minor", default=0))
        ordered = found.select_related("customer").order_by("due_on", "id")
        rows = rows_of(request, ordered)
        total = [Cell(_("Total")), *[Cell("")] * 3, Cell(Money(sums["owed"], currency))]
        return answer(
            request,
            Report(
                route="invoices-owed",
                title=_("Invoices owed"),
                about=_("As of %(day)s") % {"day": day(reach, on)},
                columns=[_("Invoice"), _("Customer"), _("Date"), _("Due date"), _("Owed")],
                figures=1,
                groups=[Group(currency, (_invoice(reach, one) for one in rows), total)] if rows else [],
                empty=_("Nobody owed anything."),
                narrowed=narrowed,
                back=(f"{reach.url('report_ages')}?on={on}", _("Receivables by age")),
            ),
        )


def _invoice(reach: OfficeReach, one: Any) -> list[Cell]:
    is_gone = one.is_opening and one.state == "void"  # an opening balance that was taken away has no page any more
    return [
        Cell(one.name, "" if is_gone else reach.url("invoice", one.id)),
        Cell(one.customer.display_name, wraps=True),
        Cell(one.dated),
        Cell(one.due_on),
        Cell(Money(one.owed_minor, one.currency)),
    ]


@needs("reports.read")
@require_safe
def payments(request: OfficeRequest) -> Answer:
    """The payments behind a figure of **Payments received**: those that came in a period, or of which money went."""
    reach = request.reach
    asked = _asked(PaymentsForm(request.GET))
    period, currency = Period(asked["first"], asked["last"]), asked["currency"]
    with snapshot():
        found = of_payments.listed(reach.organization.id, period.first, period.last).filter(currency=currency)
        narrowed = []
        if asked["mode"]:
            found, narrowed = found.filter(mode=asked["mode"]), [str(dict(of_payments.MODES)[asked["mode"]])]
        names = ("gross_minor", "charges_minor", "returned_minor")
        sums = found.aggregate(**{f"sum_of_{name}": Sum(name, default=0) for name in names})
        rows = rows_of(request, found.select_related("customer").order_by("-paid_on", "-id"))
        total = [
            Cell(_("Total")),
            *[Cell("")] * 3,
            *cells_of_money(currency, *(sums[f"sum_of_{name}"] for name in names)),
        ]
        return answer(
            request,
            Report(
                route="payments-of-a-period",
                title=_("Payments of a period"),
                about=periods.written(reach, period),
                columns=[
                    _("Payment"),
                    _("Customer"),
                    _("Date"),
                    _("Mode"),
                    *headings_of_money(),
                ],
                figures=4,
                groups=[Group(currency, _payments(reach, rows), total)] if rows else [],
                empty=_("Nothing was received in this period."),
                narrowed=narrowed,
                back=(
                    f"{reach.url('report_payments')}?{period.address}",
                    _("Payments received"),
                ),
            ),
        )


def _payments(reach: OfficeReach, rows: Any) -> Iterator[list[Cell]]:
    for one in rows:
        yield [
            Cell(one.number, reach.url("payment", one.id)),
            Cell(one.customer.display_name, wraps=True),
            Cell(one.paid_on),
            Cell(one.get_mode_display()),
            *cells_of_money(one.currency, one.gross_minor, one.charges_minor, one.returned_minor),
        ]


def headings_of_money() -> list[str]:
    """The headings of `cells_of_money`."""
    return [_("Received"), _("Bank charges"), _("Went back"), _("Net")]


def cells_of_money(currency: str, gross: int, charges: int, returned: int) -> list[Cell]:
    """What came, what of it the bank kept and what went back, in minor units, and what is left of it."""
    minors = (gross, -charges, -returned, of_payments.net_minor(gross, charges, returned))
    return [Cell(Money(minor, currency)) for minor in minors]
