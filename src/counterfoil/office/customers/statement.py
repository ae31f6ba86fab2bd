"""A customer's statement as they see it in their portal, and mailing it to them."""

from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counterfoil.books.ledger import statements as books
from counterfoil.design import statements
from counterfoil.design.periods import PeriodForm
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.periods import Period
from counterfoil.foundation.refusal import Refused
from counterfoil.office.answers import mailed, refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of


@needs("statements.read")
@require_safe
def show(request: OfficeRequest, customer_id: int) -> HttpResponse | StreamingHttpResponse:
    """The period of the address, this month where it says none. What can be done with it stands above."""
    reach, customer = request.reach, find(request, customer_id)
    form = PeriodForm(request.GET or None)
    period = form.chosen(reach.today)
    if period is None:
        people = people_of(request, customer)
        return customer_page(request, "statement.html", customer, people=people, status=422, form=form)
    statement = books.of(customer, period, today=reach.today)
    if request.GET.get("format") == "csv":
        return statements.file(statement, customer)
    people = people_of(request, customer)
    context: dict[str, Any] = statements.shown(request, reach, statement, customer)
    return customer_page(
        request,
        "statement.html",
        customer,
        people=people,
        form=form,
        period=period,
        recipients=[person for person in people if person.email],
        send_is_asked=request.GET.get("ask") == "send",
        **_ways(request, customer, period),
        **context,
    )


@needs("statements.read")
@require_safe
def pdf(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """The same with every transaction, in the customer's language, as the customer gets it."""
    reach, customer = request.reach, find(request, customer_id)
    period = PeriodForm(request.GET or None).chosen(reach.today)
    if period is None:
        raise Http404
    statement = books.of(customer, period, today=reach.today)
    return statements.pdf(reach, statement, customer, customer.language)


@needs("statements.send")
@require_POST
def send(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """Mail it to the contact persons that were ticked."""
    customer = find(request, customer_id)
    period = PeriodForm({**request.POST.dict(), "period": "custom"}).chosen(request.reach.today)
    if period is None:
        raise Http404
    to = [found for one in request.POST.getlist("to") if (found := whole_number(one))]
    here = _ways(request, customer, period)["here_url"]
    try:
        books.send(customer, period, to=to, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, here, refusal)
    return mailed(request, here, _("The statement is on its way."))


def _ways(request: OfficeRequest, customer: Any, period: Period) -> dict[str, Any]:
    """Where this statement is, and what can be done with it."""
    url, asked = request.reach.url, period.address
    return {
        "here_url": f"{url('customer_statement', customer.id)}?{asked}",
        "pdf_url": f"{url('customer_statement_pdf', customer.id)}?{asked}",
        "csv_url": f"?{asked}&format=csv",
        "ask_url": f"?{asked}&ask=send",
        "send_url": url("customer_statement_send", customer.id) if request.reach.may("statements.send") else "",
    }
