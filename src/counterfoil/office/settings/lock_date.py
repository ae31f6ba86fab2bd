"""Settings: the day up to which the books are closed, who moved it, and what owners did past it."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.organizations import lock_date
from counterfoil.office import activity
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.office.words import day
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

LISTED = 50
MOVED = ("lock_date.set", "lock_date.cleared")


class LockForm(forms.Form):
    """Until when the books are locked, and why, where that opens what was locked."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.DateField(
        label=gettext_lazy("Locked up to and including"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed when you move the day back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RemoveForm(forms.Form):
    """Why nothing shall be locked any more."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, _lock_form(request), _remove_form(request))
    form = _lock_form(request, request.POST)

    def move(data: dict[str, Any]) -> None:
        by = replace(request.reach.actor, reason=data["reason"])
        lock_date.set(request.reach.organization, data["until"], revision=data["revision"], by=by)

    if succeeded(form, move):
        return done(request, request.reach.url("settings_lock_date"), _("The books are locked."))
    return _show(request, form, _remove_form(request))


@needs("settings.edit")
@require_POST
def remove(request: OfficeRequest) -> HttpResponse:
    form = _remove_form(request, request.POST)

    def clear(data: dict[str, Any]) -> None:
        by = replace(request.reach.actor, reason=data["reason"])
        lock_date.clear(request.reach.organization, revision=data["revision"], by=by)

    if succeeded(form, clear):
        return done(request, request.reach.url("settings_lock_date"), _("Nothing is locked any more."))
    return _show(request, _lock_form(request), form)


def _lock_form(request: OfficeRequest, data: Any = None) -> LockForm:
    organization = request.reach.organization
    return LockForm(data, initial={"revision": organization.revision, "until": organization.locked_until})


def _remove_form(request: OfficeRequest, data: Any = None) -> RemoveForm:
    return RemoveForm(data, initial={"revision": request.reach.organization.revision}, auto_id="remove_%s")


def _show(request: OfficeRequest, form: LockForm, remove_form: RemoveForm) -> HttpResponse:
    reach = request.reach
    until = reach.organization.locked_until
    told = reach.events.filter(name__in=activity.TOLD)
    moved = reach.events.filter(subject_kind="organization", subject_id=reach.organization.id, name__in=MOVED)
    passed = told.exclude(reason="").exclude(name__in=MOVED)
    return settings_page(
        request,
        "lock_date.html",
        status=max(status_of(form), status_of(remove_form)),
        form=form,
        remove=remove_form,
        until=day(reach, until) if until else "",
        lock_url=reach.url("settings_lock_date"),
        remove_url=reach.url("settings_lock_date_remove"),
        passed=activity.tell(request, passed.order_by("-id")[:LISTED]),
        moved=activity.tell(request, moved.order_by("-id")[:LISTED], names={}),
    )
