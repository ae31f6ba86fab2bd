"""Settings: whether customers sign what they accept, and what an accepted quote becomes by itself."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from counterfoil.books.organizations import organizations, signing_keys
from counterfoil.design.answers import file_answer
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page


class QuotesForm(forms.Form):
    """What happens when the customer accepts a quote."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    asks_for_signature = forms.BooleanField(
        label=_("Ask for a signature"),
        required=False,
        help_text=_("Whoever accepts in the portal types their name or draws their signature."),
    )
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
    initial = {
        "revision": organization.revision,
        "asks_for_signature": organization.asks_for_signature,
        "accepted_becomes": organization.accepted_quote_becomes,
    }
    form = QuotesForm(request.POST or None, initial=initial)

    def change(data: dict[str, Any]) -> None:
        organizations.change_quotes(organization, **data, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_quotes"), _("Saved."))
    certificate = signing_keys.certificate_of(organization.id)
    return settings_page(
        request,
        "quotes.html",
        status=status_of(form),
        form=form,
        certificate_url=request.reach.url("settings_certificate") if certificate else "",
        fingerprint=signing_keys.fingerprint(certificate) if certificate else "",
    )


@needs("settings.edit")
@require_safe
def certificate(request: OfficeRequest) -> HttpResponse:
    """The certificate by which others check what is sealed here."""
    found = signing_keys.certificate_of(request.reach.organization.id)
    if not found:
        raise Http404
    return file_answer(signing_keys.as_file(found), "certificate.cer", "application/pkix-cert")
