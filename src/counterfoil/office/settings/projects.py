"""Settings: which time becomes an invoice."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.organizations import organizations
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page


class ProjectsForm(forms.Form):
    """Whether time waits for the customer before it is billed."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    bills_approved_only = forms.BooleanField(
        label=_("Bill approved time only"),
        required=False,
        help_text=_("Time becomes an invoice only after the customer approved it in their portal."),
    )


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest) -> HttpResponse:
    organization = request.reach.organization
    names = ("revision", "bills_approved_only")
    form = ProjectsForm(request.POST or None, initial={name: getattr(organization, name) for name in names})

    def change(data: dict[str, Any]) -> None:
        organizations.change_time(organization, **data, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_projects"), _("Saved."))
    return settings_page(request, "projects.html", status=status_of(form), form=form)
