"""Settings: whether the PDFs of invoices carry them for machines too."""

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


class ElectronicForm(forms.Form):
    """On or off."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    is_on = forms.BooleanField(
        label=_("Put an electronic invoice into the PDF"),
        required=False,
        help_text=_("It needs your country and tax number, and the customer's country."),
    )


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest) -> HttpResponse:
    organization = request.reach.organization
    form = ElectronicForm(
        request.POST or None, initial={"revision": organization.revision, "is_on": organization.issues_electronic}
    )

    def change(data: dict[str, Any]) -> None:
        organizations.change_electronic(organization, **data, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_electronic"), _("Saved."))
    return settings_page(
        request,
        "electronic.html",
        status=status_of(form),
        form=form,
        profile_url=request.reach.url("settings_organization"),
    )
