"""**Statements**: the account over a period that the customer chooses, as a page, as PDF and as CSV."""

from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from counterfoil.books.organizations.modules import is_on
from counterfoil.design import statements
from counterfoil.design.periods import NAMES, PeriodForm
from counterfoil.foundation.periods import Period
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .pages import page

OFTEN = ("last-month", "this-year", "last-year")  # besides this month, which is there at once; each a link


@needs("statements.read")
@require_safe
def show(request: PortalRequest) -> HttpResponse | StreamingHttpResponse:
    """The period of the address, this month where it says none."""
    reach, form, period = _asked(request)
    often = _often(request)
    if period is None:
        return page(request, "portal/statements/show.html", status=422, form=form, often=often)
    statement = reach.statement(period)
    if request.GET.get("format") == "csv":
        return statements.file(statement, reach.customer)
    context: dict[str, Any] = statements.shown(request, reach, statement, reach.customer)
    return page(
        request,
        "portal/statements/show.html",
        form=form,
        often=often,
        pdf_url=f"{reach.url('statement_pdf')}?{period.address}",
        csv_url=f"?{period.address}&format=csv",
        **context,
    )


@needs("statements.read")
@require_safe
def pdf(request: PortalRequest) -> HttpResponse:
    """The same with every transaction, in the customer's language."""
    reach, _form, period = _asked(request)
    if period is None:
        raise Http404
    return statements.pdf(reach, reach.statement(period), reach.customer, reach.language)


def _asked(request: PortalRequest) -> tuple[PortalReach, PeriodForm, Period | None]:
    """Raises Http404 where the organization shows its customers no statements."""
    reach = request.reach
    if not is_on(reach.organization, "statements"):
        raise Http404
    form = PeriodForm(request.GET or None)
    return reach, form, form.chosen(reach.today)


def _often(request: PortalRequest) -> list[dict[str, Any]]:
    """What is asked for most, so that it takes one press instead of choosing and generating."""
    asked = request.GET.get("period")
    return [{"label": NAMES[name], "url": f"?period={name}", "current": name == asked} for name in OFTEN]
