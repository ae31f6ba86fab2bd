"""The first page of all: it makes the first owner and organization, for whoever has the link that the start printed."""

from typing import Any

from allauth.account.utils import perform_login
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from counterfoil.books.accounts import passwords
from counterfoil.books.organizations import setting_up
from counterfoil.books.organizations.organizations import Details, Founder
from counterfoil.foundation.formats import country_names
from counterfoil.foundation.languages import current
from counterfoil.reach.doors import public

from . import choices
from .answers import status_of, succeeded


class SetupForm(forms.Form):
    """An organization, and who owns it."""

    name = forms.CharField(label=_("Name of the organization"), max_length=200)
    email = forms.EmailField(label=_("E-mail of the organization"), help_text=_("Customers' answers go there."))
    country = forms.ChoiceField(label=_("Country"))
    currency = forms.ChoiceField(label=_("Base currency"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(label=_("Language"), choices=choices.languages)
    owner_name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    owner_email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    confirmation = forms.CharField(
        label=_("Confirm password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, speaking: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = {
            "country": [("", _("Choose")), *country_names(speaking).items()],
            "currency": [("", _("Choose")), *choices.currencies(speaking)],
            "time_zone": choices.time_zones(speaking),
        }
        for name, offered in options.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if {"password", "confirmation"} <= values.keys() and values["password"] != values["confirmation"]:
            self.add_error("confirmation", _("The two passwords are not the same."))
        return values


@public("opened by the one-time link that the start printed")
@sensitive_post_parameters("password", "confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    if not setting_up.opens(token):
        raise Http404
    form = SetupForm(request.POST or None, speaking=current(), initial={"language": current()})
    owners: list[Any] = []
    if request.method == "POST" and succeeded(form, lambda data: owners.append(setting_up.begin(token, *_read(data)))):
        perform_login(request, owners[0].user, redirect_url="/office/")
        return HttpResponseRedirect("/office/", status=303)
    context = {"form": form, "policy": passwords.policy(), "language_url": "/office/account/language/"}
    answer = render(request, "office/first_run/show.html", context, status=status_of(form))
    # Not `no-referrer`: browsers would then send no origin with the form, which proves that it is ours.
    answer.headers["Referrer-Policy"] = "strict-origin"
    add_never_cache_headers(answer)
    return answer


def _read(data: dict[str, Any]) -> tuple[Details, Founder]:
    """What was typed, for the verb; the password only as its hash, which is made here, before the transaction.

    Who has an account already owns the new organization with it, if the password is its own.
    """
    names = ("name", "email", "country", "currency", "time_zone", "language")
    account_id = passwords.account_with(data["owner_email"], data["password"])
    founder = Founder(
        name=data["owner_name"],
        email=data["owner_email"],
        password_hash=""
        if account_id
        else passwords.encoded(data["password"], email=data["owner_email"], name=data["owner_name"]),
        language=data["language"],
        account_id=account_id,
    )
    return Details(**{name: data[name] for name in names}), founder
