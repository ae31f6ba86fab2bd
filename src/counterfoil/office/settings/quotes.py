"""Settings: what an accepted quote becomes by itself."""

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


class QuotesForm(forms.Form):
    """What is made of a quote when the customer accepts it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    accepted_becomes = forms.ChoiceField(
        label=_("What an accepted quote becomes by itself"),
        choices=organizations.ACCEPTED_QUOTE_BECOMES,
        required=False,
        widget=forms.RadioSelect,
    )


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest) -> HttpResponse:
    organization = request.reach.organization
    initial = {"revision": organization.revision, "accepted_becomes": organization.accepted_quote_becomes}
    form = QuotesForm(request.POST or None, initial=initial)

    def change(data: dict[str, Any]) -> None:
        organizations.change_quotes(organization, **data, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_quotes"), _("Saved."))
    return settings_page(request, "quotes.html", status=status_of(form), form=form)
