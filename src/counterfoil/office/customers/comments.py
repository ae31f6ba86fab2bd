"""What the office says to itself about a customer, who never sees it."""

from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from counterfoil.design import conversations
from counterfoil.office.conversation import OfficeCommentForm, attached, form_for
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .shell import customer_page, find, people_of


@needs("customers.read")
@require_safe
def index(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """All of it, the newest last, and the form to add to it."""
    customer = find(request, customer_id)
    return _show(request, customer, form_for(request, customer))


@needs("comments.add")
@require_POST
def add(request: OfficeRequest, customer_id: int) -> HttpResponse:
    """Remember something."""
    customer = find(request, customer_id)
    form = form_for(request, customer, is_sent=True)
    if form and (said := form.add(customer, request.reach)):
        here = request.reach.url("customer_comments", customer.id)
        return HttpResponseRedirect(conversations.after(request, here, said), status=303)
    return _show(request, customer, form, status=422)


def _show(request: OfficeRequest, customer: Any, form: OfficeCommentForm | None, *, status: int = 200) -> HttpResponse:
    reach = request.reach
    conversation = conversations.read(
        request,
        reach,
        lambda: reach.comments.on(customer),
        customer=customer.display_name,
        form=form,
        url=reach.url("comment_on_customer", customer.id),
        here=reach.url("customer_comments", customer.id),
        attached=partial(attached, request),
        is_of_office=True,
    )
    people = people_of(request, customer)
    return customer_page(request, "comments.html", customer, people=people, status=status, conversation=conversation)
