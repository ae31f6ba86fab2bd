"""Settings: where the customers' portal is, what it shows, and what the office is told of."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.books.organizations import locked_details, modules, notifications, organizations
from counterfoil.office.answers import done, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page


class PortalForm(forms.Form):
    """Where the portal is, its banner, and a switch for each module."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    portal_name = forms.CharField(
        label=_("Portal name"),
        max_length=63,
        help_text=_(
            "Lower-case letters, digits and hyphens. When you change it, the old address leads to the new one."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    banner = forms.CharField(
        label=_("Banner message"),
        max_length=500,
        required=False,
        help_text=_("Stands at the top of each page of the portal."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for module in modules.MODULES:
            self.fields[f"module-{module.key}"] = forms.BooleanField(
                label=module.label, help_text=module.explanation, required=False, disabled=not module.can_be_switched
            )

    def switches(self) -> list[Any]:
        """The bound fields of the modules."""
        return [self[f"module-{module.key}"] for module in modules.MODULES]

    def chosen(self) -> dict[str, bool]:
        return {module.key: self.cleaned_data[f"module-{module.key}"] for module in modules.MODULES}


class TwoStepForm(forms.Form):
    """Who has to sign in in two steps."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    customers = forms.BooleanField(
        label=_("Customers"),
        required=False,
        help_text=_("Whoever has set up nothing yet is led to it before the portal opens. Mailed links still open."),
    )
    staff = forms.BooleanField(
        label=_("Staff"),
        required=False,
        help_text=_("You too: if you have set up nothing yet, the next page that you open leads you to it."),
    )


class LockedForm(forms.Form):
    """Which of their details customers can't change."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    locked = forms.MultipleChoiceField(
        label=_("Locked"),
        choices=[(detail.key, detail.label) for detail in locked_details.DETAILS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class NotificationsForm(forms.Form):
    """For each event: in the list, by mail to the primary address, by mail to some of the staff."""

    def __init__(self, *args: Any, email: str, staff: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in notifications.KINDS:
            self.fields[f"{kind.event}-list"] = forms.BooleanField(label=_("Show in the list"), required=False)
            self.fields[f"{kind.event}-mail"] = forms.BooleanField(
                label=_("E-mail %(address)s") % {"address": email}, required=False
            )
            self.fields[f"{kind.event}-staff"] = forms.TypedMultipleChoiceField(
                label=_("Also e-mail"),
                choices=staff,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def rows(self) -> list[dict[str, Any]]:
        """One for each event: its words, and its bound fields."""
        return [
            {
                "label": kind.label,
                "in_list": self[f"{kind.event}-list"],
                "mail": self[f"{kind.event}-mail"],
                "staff": self[f"{kind.event}-staff"],
                "is_open": bool(self[f"{kind.event}-staff"].value()),
            }
            for kind in notifications.KINDS
        ]


@needs("settings.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: OfficeRequest) -> HttpResponse:
    form = _portal_form(request, request.POST or None)

    def change(data: dict[str, Any]) -> None:
        organizations.change_portal(
            request.reach.organization,
            portal_name=data["portal_name"],
            banner=data["banner"],
            switches=form.chosen(),
            revision=data["revision"],
            by=request.reach.actor,
        )

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_portal"), _("Saved."))
    return _show(request, form, _notifications_form(request))


@needs("settings.edit")
@require_POST
def two_step(request: OfficeRequest) -> HttpResponse:
    form = _two_step_form(request, request.POST)

    def change(data: dict[str, Any]) -> None:
        organizations.ask_for_two_steps(request.reach.organization, **data, by=request.reach.actor)

    if succeeded(form, change):
        return done(request, request.reach.url("settings_portal"), _("Saved."))
    return _show(request, _portal_form(request), _notifications_form(request), form)


@needs("settings.edit")
@require_POST
def lock(request: OfficeRequest) -> HttpResponse:
    form = _locked_form(request, request.POST)

    def change(data: dict[str, Any]) -> None:
        by, revision = request.reach.actor, data["revision"]
        organizations.lock_details(request.reach.organization, data["locked"], revision=revision, by=by)

    if succeeded(form, change):
        return done(request, request.reach.url("settings_portal"), _("Saved."))
    return _show(request, _portal_form(request), _notifications_form(request), locked=form)


@needs("settings.edit")
@require_POST
def notify(request: OfficeRequest) -> HttpResponse:
    form = _notifications_form(request, request.POST)

    def change(data: dict[str, Any]) -> None:
        chosen = {
            kind.event: notifications.Preference(
                mail_primary=data[f"{kind.event}-mail"],
                in_list=data[f"{kind.event}-list"],
                staff_ids=tuple(data[f"{kind.event}-staff"]),
            )
            for kind in notifications.KINDS
        }
        notifications.change(request.reach.organization, chosen, by=request.reach.actor)

    if succeeded(form, change):
        return done(request, request.reach.url("settings_portal"), _("Saved."))
    return _show(request, _portal_form(request), form)


def _portal_form(request: OfficeRequest, data: Any = None) -> PortalForm:
    organization = request.reach.organization
    initial = {
        "revision": organization.revision,
        "portal_name": request.reach.portal_name,
        "banner": organization.banner,
    }
    initial |= {f"module-{module.key}": modules.is_on(organization, module.key) for module in modules.MODULES}
    return PortalForm(data, initial=initial)


def _notifications_form(request: OfficeRequest, data: Any = None) -> NotificationsForm:
    organization = request.reach.organization
    initial: dict[str, Any] = {}
    for event, preference in notifications.preferences(organization.id).items():
        initial[f"{event}-list"] = preference.in_list
        initial[f"{event}-mail"] = preference.mail_primary
        initial[f"{event}-staff"] = [str(one) for one in preference.staff_ids]
    members = request.reach.staff.told_of_business().order_by("name", "id")
    staff = [(str(member.id), f"{member.name} ({member.email})") for member in members]
    return NotificationsForm(data, initial=initial, email=organization.email, staff=staff, auto_id="notify_%s")


def _two_step_form(request: OfficeRequest, data: Any = None) -> TwoStepForm:
    organization = request.reach.organization
    initial = {
        "revision": organization.revision,
        "customers": organization.two_step_for_customers,
        "staff": organization.two_step_for_staff,
    }
    return TwoStepForm(data, initial=initial, auto_id="two_step_%s")


def _locked_form(request: OfficeRequest, data: Any = None) -> LockedForm:
    organization = request.reach.organization
    initial = {"revision": organization.revision, "locked": organization.locked_details}
    return LockedForm(data, initial=initial, auto_id="lock_%s")


def _show(
    request: OfficeRequest,
    form: PortalForm,
    notify_form: NotificationsForm,
    two_step_form: TwoStepForm | None = None,
    locked: LockedForm | None = None,
) -> HttpResponse:
    two_step_form, locked = two_step_form or _two_step_form(request), locked or _locked_form(request)
    return settings_page(
        request,
        "portal.html",
        status=max(status_of(form), status_of(notify_form), status_of(two_step_form), status_of(locked)),
        locked=locked,
        lock_url=request.reach.url("settings_locked_details"),
        two_step=two_step_form,
        two_step_url=request.reach.url("settings_two_step"),
        form=form,
        notify=notify_form,
        portal_url=f"{settings.PUBLIC_URL}/portal/{request.reach.portal_name}/",
        notify_url=request.reach.url("settings_notifications"),
    )
