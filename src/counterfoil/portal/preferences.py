"""**Language and e-mail**: which language the portal and its mails speak to somebody, and which mails they get."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.books.customers import contacts, mail_choices
from counterfoil.foundation.languages import LANGUAGES, speaking
from counterfoil.reach.doors import needs
from counterfoil.reach.languages import remember
from counterfoil.reach.requests import PortalRequest

from .pages import page


class PreferencesForm(forms.Form):
    """One language, and a box for each kind of mail that one may do without."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=list(LANGUAGES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in mail_choices.OPTIONAL:
            self.fields[kind.key] = forms.BooleanField(label=kind.label, help_text=kind.explanation, required=False)

    def kinds(self) -> list[Any]:
        """The bound fields of the boxes."""
        return [self[kind.key] for kind in mail_choices.OPTIONAL]

    def wanted(self) -> set[str]:
        return {kind.key for kind in mail_choices.OPTIONAL if self.cleaned_data[kind.key]}


@needs("own.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PortalRequest) -> HttpResponse:
    reach, contact = request.reach, request.reach.contact
    initial = {kind.key: mail_choices.is_wanted(contact, kind.key) for kind in mail_choices.OPTIONAL}
    sent = request.POST if request.method == "POST" else None
    form = PreferencesForm(sent, initial=initial | {"language": contact.language})
    if form.is_bound and form.is_valid():
        language = form.cleaned_data["language"]
        contacts.change_language(contact, language=language, by=reach.actor)
        mail_choices.choose(contact, form.wanted(), by=reach.actor)
        with speaking(language):
            messages.success(request, _("Saved."))
        answer = HttpResponseRedirect(reach.url("preferences"), status=303)
        remember(answer, language)
        return answer
    return page(
        request,
        "portal/preferences.html",
        status=422 if form.is_bound else 200,
        form=form,
        email=contact.email,
        always=mail_choices.ALWAYS,
        home_url=reach.url("home"),
        details_url=reach.url("details"),
    )
