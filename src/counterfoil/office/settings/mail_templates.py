"""Settings: what the organization's mails say, for each kind of mail and each language."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.organizations import mail_templates
from counterfoil.books.organizations.mail_templates import KINDS, Kind, Text
from counterfoil.foundation.languages import LANGUAGES, speaking
from counterfoil.office.answers import done, status_of, succeeded, warn_of_mail
from counterfoil.outbound import samples, wordings
from counterfoil.outbound.mail import Recipient
from counterfoil.outbound.stationery import Letter
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page


class TemplateForm(forms.Form):
    """A subject and a text, both with placeholders. How long they may be, the verb knows."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.CharField(label=gettext_lazy("Subject"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    body = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Leave an empty line between paragraphs."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def text(self) -> Text:
        return Text(self.cleaned_data["subject"], self.cleaned_data["body"])


@dataclass(frozen=True)
class Place:
    """Which text is looked at, and the organization's own if there is one."""

    kind: Kind
    language: str
    row: Any

    @property
    def is_own(self) -> bool:
        return self.row is not None and self.row.is_used

    def text(self) -> Text:
        """What the mail says now."""
        if self.is_own:
            return Text(self.row.subject, self.row.body)
        with speaking(self.language):
            return wordings.standard(self.kind.key)

    def url(self, request: OfficeRequest, route: str = "") -> str:
        return request.reach.url(f"settings_mail_template{route}", self.kind.key, self.language)


@needs("settings.edit")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    """Every kind of mail, and in which languages it says something of the organization's own."""
    used = request.reach.mail_templates.filter(is_used=True)
    own = set(used.values_list("kind", "language"))
    rows = [
        {
            "label": kind.label,
            "explanation": kind.explanation,
            "texts": [
                {
                    "language": name,
                    "code": code,
                    "url": request.reach.url("settings_mail_template", kind.key, code),
                    "is_own": (kind.key, code) in own,
                }
                for code, name in LANGUAGES.items()
            ],
        }
        for kind in KINDS.values()
    ]
    return settings_page(request, "mail_templates.html", rows=rows)


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest, template: str, template_language: str) -> HttpResponse:
    place = _find(request, template, template_language)
    text = place.text()
    initial = {"revision": place.row.revision if place.row else 0, "subject": text.subject, "body": text.body}
    form = TemplateForm(request.POST or None, initial=initial)

    def change(data: dict[str, Any]) -> None:
        mail_templates.change(
            request.reach.organization,
            form.text(),
            kind=place.kind.key,
            language=place.language,
            revision=data["revision"],
            by=request.reach.actor,
        )

    if request.method == "POST":
        if succeeded(form, change):
            return done(request, place.url(request), _("Saved."))
        return _show(request, place, form, None)
    return _show(request, place, form, _letter(request, place, text))


@needs("settings.edit")
@require_POST
def preview(request: OfficeRequest, template: str, template_language: str) -> HttpResponse:
    """What it would say as it is typed, without keeping it."""
    place, form = _find(request, template, template_language), TemplateForm(request.POST)
    letter = _letter(request, place, form.text()) if _is_sound(form, place) else None
    return _show(request, place, form, letter, is_asked=True)


@needs("settings.edit")
@require_POST
def try_out(request: OfficeRequest, template: str, template_language: str) -> HttpResponse:
    """Mail it, as it is typed, to whoever typed it."""
    place, form = _find(request, template, template_language), TemplateForm(request.POST)
    letter = _letter(request, place, form.text()) if _is_sound(form, place) else None
    if letter:
        reach = request.reach
        to = Recipient(reach.member.email, reach.member.name, place.language)
        samples.send(letter, to, reach.organization)
        warn_of_mail(request)
        messages.success(request, _("A test mail is on its way to %(address)s.") % {"address": to.email})
    return _show(request, place, form, letter, is_asked=letter is None)


@needs("settings.edit")
@require_POST
def use_standard(request: OfficeRequest, template: str, template_language: str) -> HttpResponse:
    place = _find(request, template, template_language)
    which = {"kind": place.kind.key, "language": place.language}
    mail_templates.use_standard(request.reach.organization, **which, by=request.reach.actor)
    return done(request, place.url(request), _("This mail says the standard text again. Your own is kept below."))


@needs("settings.edit")
@require_POST
def use_own(request: OfficeRequest, template: str, template_language: str) -> HttpResponse:
    place = _find(request, template, template_language)
    which = {"kind": place.kind.key, "language": place.language}
    mail_templates.use_own(request.reach.organization, **which, by=request.reach.actor)
    return done(request, place.url(request), _("This mail says your own text again."))


def _find(request: OfficeRequest, template: str, language: str) -> Place:
    if template not in KINDS or language not in LANGUAGES:
        raise Http404
    row = request.reach.mail_templates.filter(kind=template, language=language).first()
    return Place(KINDS[template], language, row)


def _is_sound(form: TemplateForm, place: Place) -> bool:
    return succeeded(form, lambda _data: mail_templates.sound(form.text(), place.kind.key))


def _letter(request: OfficeRequest, place: Place, text: Text) -> Letter | None:
    """The mail about something real; None where there is nothing yet that it could be about."""
    found = request.reach.sample_for(place.kind.key)
    if found is None:
        return None
    with speaking(place.language):
        return samples.of(place.kind.key, text, *found, request.reach.organization)


def _show(
    request: OfficeRequest, place: Place, form: TemplateForm, letter: Letter | None, *, is_asked: bool = False
) -> HttpResponse:
    url = partial(place.url, request)
    kept = place.row if place.row and not place.row.is_used else None
    return settings_page(
        request,
        "mail_template.html",
        status=status_of(form),
        form=form,
        kind=place.kind,
        language=place.language,
        language_name=LANGUAGES[place.language],
        languages=[
            {
                "label": name,
                "url": request.reach.url("settings_mail_template", place.kind.key, code),
                "current": code == place.language,
            }
            for code, name in LANGUAGES.items()
        ],
        placeholders=[(f"{{{name}}}", says) for name, says in place.kind.placeholders.items()],
        letter=letter,
        is_asked=is_asked,
        is_unsound=bool(form.is_bound and form.errors),
        save_url=url(),
        preview_url=url("_preview"),
        trial_url=url("_trial"),
        standard_url=url("_standard") if place.is_own else "",
        kept=kept,
        own_url=url("_own") if kept else "",
        own_address=request.reach.member.email,
        back_url=request.reach.url("settings_mail_templates"),
    )
