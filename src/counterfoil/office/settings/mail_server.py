"""Settings: where mail goes out, and a test of it."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.organizations import mail_server, organizations
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.outbound import trial
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

SECURITIES = [
    ("starttls", _("STARTTLS, usually port 587")),
    ("tls", _("TLS from the start, usually port 465")),
    ("none", _("None, only for a server on your own network")),
]


class ServerForm(forms.Form):
    """The server and how to sign in to it. The password is never sent to the browser."""

    host = forms.CharField(
        label=_("Server"), max_length=253, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    port = forms.IntegerField(
        label=_("Port"),
        min_value=1,
        max_value=65535,
        initial=587,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    security = forms.ChoiceField(label=_("Protection of the connection"), choices=SECURITIES, initial="starttls")
    username = forms.CharField(
        label=_("User name"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    sender = forms.EmailField(label=_("Sender"), help_text=_("Mail comes from this address. Answers go to your own."))


class SenderForm(forms.Form):
    """Whom mails are from, and where answers to them go."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    mail_name = forms.CharField(label=_("Sender’s name"), max_length=100, required=False)
    reply_to = forms.EmailField(label=_("Answers go to"), required=False)


class TrialForm(forms.Form):
    """Where the test mail goes."""

    to = forms.EmailField(label=_("Send to"))


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest) -> HttpResponse:
    if settings.ENVIRONMENT.mail_host:
        return _show(request, None, _trial_form(request))
    form = _server_form(request, request.POST or None)

    def change(data: dict[str, Any]) -> None:
        password = data.pop("password") or None
        mail_server.change(request.reach.organization, **data, password=password, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_mail_server"), _("Saved. Send a test mail to see it work."))
    return _show(request, form, _trial_form(request))


@needs("settings.edit")
@require_POST
def sender(request: OfficeRequest) -> HttpResponse:
    """Say whom mails are from."""
    form = _sender_form(request, request.POST)

    def change(data: dict[str, Any]) -> None:
        organizations.change_sender(request.reach.organization, **data, by=request.reach.actor)

    if succeeded(form, change):
        return done(request, request.reach.url("settings_mail_server"), _("Saved."))
    server_form = None if settings.ENVIRONMENT.mail_host else _server_form(request)
    return _show(request, server_form, _trial_form(request), sender_form=form)


@needs("settings.edit")
@require_POST
def try_out(request: OfficeRequest) -> HttpResponse:
    """Send a mail now, in this request, and say what the server answered."""
    form = _trial_form(request, request.POST)
    answer = None
    if form.is_valid():
        answer = trial.send(request.reach.organization, to=form.cleaned_data["to"], name=request.reach.member.name)
    server_form = None if settings.ENVIRONMENT.mail_host else _server_form(request)
    return _show(request, server_form, form, answer=answer)


@needs("settings.edit")
@require_POST
def remove(request: OfficeRequest) -> HttpResponse:
    mail_server.forget(request.reach.organization, by=request.reach.actor)
    sentence = _("The mail server was removed. Mail waits until there is another.")
    return done(request, request.reach.url("settings_mail_server"), sentence)


def _server_form(request: OfficeRequest, data: Any = None) -> ServerForm:
    server = request.reach.mail_server
    names = ("host", "port", "security", "username", "sender")
    initial = (
        {name: getattr(server, name) for name in names} if server else {"sender": request.reach.organization.email}
    )
    form = ServerForm(data, initial=initial)
    if server and server.password:
        form.fields["password"].help_text = _("One is stored and not shown. Leave this empty to keep it.")
    return form


def _sender_form(request: OfficeRequest, data: Any = None) -> SenderForm:
    organization = request.reach.organization
    initial = {name: getattr(organization, name) for name in ("revision", "mail_name", "reply_to")}
    form = SenderForm(data, initial=initial, auto_id="sender_%s")
    form.fields["mail_name"].widget.attrs["placeholder"] = organization.name
    form.fields["reply_to"].widget.attrs["placeholder"] = organization.email
    return form


def _trial_form(request: OfficeRequest, data: Any = None) -> TrialForm:
    return TrialForm(data, initial={"to": request.reach.member.email}, auto_id="trial_%s")


def _show(
    request: OfficeRequest,
    form: ServerForm | None,
    trial_form: TrialForm,
    answer: trial.Answer | None = None,
    sender_form: SenderForm | None = None,
) -> HttpResponse:
    environment, sender_form = settings.ENVIRONMENT, sender_form or _sender_form(request)
    is_fixed = bool(environment.mail_host)
    return settings_page(
        request,
        "mail_server.html",
        status=max(status_of(one) if one else 200 for one in (form, trial_form, sender_form)),
        sender_form=sender_form,
        sender_url=request.reach.url("settings_mail_sender"),
        form=form,
        trial=trial_form,
        answer=answer,
        fixed=environment if is_fixed else None,
        is_set_up=request.reach.has_mail_server,
        trial_url=request.reach.url("settings_mail_trial"),
        remove_url="" if is_fixed or not request.reach.has_mail_server else request.reach.url("settings_mail_remove"),
        goes_to_outbox=environment.mode == "demo",
    )
