"""Writing a project down, and changing it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.projects import projects
from counterfoil.foundation import money
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.office.customer_choice import asked_number, choose_customer
from counterfoil.office.making import fresh_key
from counterfoil.office.pages import page
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .forms import ProjectForm


@needs("projects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    """A project for the customer in the address; without one, first the choice of the customer."""
    reach = request.reach
    customer_id = asked_number(request, "customer")
    if customer_id is None:
        return choose_customer(request, "project_new", heading=_("New project"), back="projects")
    customer = get_object_or_404(reach.customers, id=customer_id)
    initial = {"making_key": fresh_key(), "billing": "project", f"on-{reach.member.id}": True}
    form = _form(request, customer, initial)
    made: list[Any] = []

    def create(data: dict[str, Any]) -> None:
        made.append(projects.create(customer, form.content(), by=reach.actor, making_key=data["making_key"]))

    if request.method == "POST" and succeeded(form, create):
        return done(request, reach.url("project", made[0].id), _("The project is saved. Add its tasks next."))
    return _show(request, form, customer)


@needs("projects.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, project_id: int) -> HttpResponse:
    """Everything of it but its customer, whose currency its rates are in."""
    reach = request.reach
    project = get_object_or_404(reach.projects.select_related("customer"), id=project_id)
    content = projects.content_of(project)
    initial = ProjectForm.initial_of(content, project.customer.currency) | {"revision": project.revision}
    form = _form(request, project.customer, initial, also=list(content.members))

    def change(data: dict[str, Any]) -> None:
        projects.edit(project, form.content(), by=reach.actor, revision=data["revision"] or 0)

    if request.method == "POST" and succeeded(form, change):
        return done(request, reach.url("project", project.id), _("The project is saved."))
    return _show(request, form, project.customer, project)


def _form(request: OfficeRequest, customer: Any, initial: dict[str, Any], *, also: Any = ()) -> ProjectForm:
    """With everybody who may be put on it, and who is `also` on it although they left."""
    reach = request.reach
    people = {one.id: one.name for one in reach.who_can_log.order_by("name", "id")}
    if gone := [one for one in also if one not in people]:
        people |= dict(reach.all_staff.filter(id__in=gone).order_by("name", "id").values_list("id", "name"))
    data = request.POST if request.method == "POST" else None
    return ProjectForm(data, initial=initial, currency=customer.currency, people=list(people.items()))


def _show(request: OfficeRequest, form: ProjectForm, customer: Any, project: Any = None) -> HttpResponse:
    reach = request.reach
    return page(
        request,
        "office/projects/edit.html",
        status=status_of(form),
        form=form,
        customer=customer.display_name,
        customer_url=reach.url("customer", customer.id),
        currency=money.symbol(customer.currency, reach.language),
        name=project.name if project else "",
        back_url=reach.url("project", project.id) if project else reach.url("projects"),
    )
