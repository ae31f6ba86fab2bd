"""Settings: when customers are reminded by itself of what they owe."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from counterfoil.books.organizations import organizations
from counterfoil.books.organizations.organizations import FURTHEST_REMINDER
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.office.words import day
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

AFTER = {"first": _("First reminder"), "second": _("Second reminder"), "third": _("Third reminder")}


def _days(label: Any, help_text: Any) -> forms.IntegerField:
    # Not a number input: a browser empties one that holds anything but plain digits, and what was typed is lost.
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(
        label=label, help_text=help_text, required=False, min_value=1, max_value=FURTHEST_REMINDER, widget=widget
    )


class RemindersForm(forms.Form):
    """Whether customers are reminded, on which days, and from which hour on."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    is_on = forms.BooleanField(label=_("Remind customers automatically"), required=False)
    first = _days(AFTER["first"], _("After the due date."))
    second = _days(AFTER["second"], _("After the due date."))
    third = _days(AFTER["third"], _("After the due date."))
    before = _days(_("Ahead of time"), _("Before the due date."))
    hour = forms.TypedChoiceField(
        label=_("Time of day"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        help_text=_("Where your organization is."),
    )

    def after(self) -> list[Any]:
        """The bound fields of the days after the due date."""
        return [self[name] for name in AFTER]

    def days(self) -> set[int]:
        """After the due date; below zero, before it."""
        after = {one for name in AFTER if (one := self.cleaned_data[name])}
        before = self.cleaned_data["before"]
        return after | ({-before} if before else set())


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest) -> HttpResponse:
    organization = request.reach.organization
    form = RemindersForm(request.POST or None, initial=_initial(organization))

    def change(data: dict[str, Any]) -> None:
        organizations.change_reminders(
            organization,
            is_on=data["is_on"],
            days=form.days(),
            hour=data["hour"],
            revision=data["revision"],
            by=request.reach.actor,
        )

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_reminders"), _("Saved."))
    return settings_page(
        request, "reminders.html", status=status_of(form), form=form, since=_since(request, organization)
    )


def _initial(organization: Any) -> dict[str, Any]:
    after = [days for days in organization.reminder_days if days > 0]
    before = [-days for days in organization.reminder_days if days < 0]
    return {
        "revision": organization.revision,
        "is_on": organization.reminds,
        "hour": organization.reminder_hour,
        "before": before[0] if before else None,
        **dict(zip(AFTER, after, strict=False)),
    }


def _since(request: OfficeRequest, organization: Any) -> str:
    if not organization.reminds:
        return ""
    since = {"day": day(request.reach, organization.reminded_since)}
    return str(_("Only days from %(day)s on count: nobody is reminded of what was overdue long before.") % since)
