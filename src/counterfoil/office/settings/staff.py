"""Settings: who works here, in which role."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.organizations import staff
from counterfoil.foundation import clock
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.refusal import Refused
from counterfoil.office import choices
from counterfoil.office.answers import done, mailed, refused, status_of, succeeded
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import OfficeRequest

from .pages import settings_page

ROLES = [
    ("owner", _("Owner: everything, settings and staff too")),
    ("staff", _("Staff: customers, items, invoices and payments")),
    ("timesheet", _("Timesheet staff: log their own time, see nothing else")),
    ("viewer", _("Viewer: reads everything but the settings, changes nothing")),
]


class InviteForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), help_text=_("The invitation goes there and is for that address alone."))
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, initial="staff", widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=choices.languages)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)


@needs("settings.read")
@require_safe
def index(request: OfficeRequest) -> HttpResponse:
    members = list(request.reach.staff.order_by("name", "id"))
    invitations = request.reach.staff_invitations.filter(member__in=members, used_at=None, voided_at=None)
    expiries = {invitation.member_id: invitation.expires_at for invitation in invitations}
    rows = [_row(request, member, expiries.get(member.id)) for member in members]
    return settings_page(request, "staff.html", rows=rows, new_url=request.reach.url("settings_staff_new"))


def _row(request: OfficeRequest, member: Any, expires_at: Any = None) -> dict[str, Any]:
    reach = request.reach
    has_expired = expires_at is not None and expires_at <= clock.now()
    joined = ("enabled", _("Joined"))
    invited = ("expired", _("Invitation expired")) if has_expired else ("invited", _("Invited"))
    status, label = joined if member.joined_at else invited
    return {
        "name": member.name,
        "email": member.email,
        "role": member.get_role_display(),
        "status": status,
        "status_label": label,
        "is_me": member.id == reach.member.id,
        "url": reach.url("settings_staff_member", member.id),
        "invited": "" if member.joined_at else _moment(request, member.invited_at),
        "joined": _moment(request, member.joined_at) if member.joined_at else "",
    }


def _moment(request: OfficeRequest, moment: Any) -> str:
    organization = request.reach.organization
    return format_moment(moment, request.reach.language, organization.time_zone, organization.date_format)


@needs("staff.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest) -> HttpResponse:
    form = InviteForm(request.POST or None, initial={"language": request.reach.organization.language})

    def invite(data: dict[str, Any]) -> None:
        staff.invite(request.reach.organization, **data, by=request.reach.actor)

    if request.method == "POST" and succeeded(form, invite):
        sentence = _("%(name)s was invited. The link in the mail works for 14 days.") % form.cleaned_data
        return mailed(request, request.reach.url("settings_staff"), sentence)
    back_url = request.reach.url("settings_staff")
    return settings_page(request, "staff_new.html", status=status_of(form), form=form, back_url=back_url)


@needs("staff.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: OfficeRequest, staff_id: int) -> HttpResponse:
    found = get_object_or_404(request.reach.staff, id=staff_id)
    form = RoleForm(request.POST or None, initial={"role": found.role})

    def change(data: dict[str, Any]) -> None:
        staff.change_role(found, role=data["role"], by=request.reach.actor)

    if request.method == "POST" and succeeded(form, change):
        return done(request, request.reach.url("settings_staff"), _("Saved."))
    return settings_page(
        request,
        "staff_member.html",
        status=status_of(form),
        form=form,
        person=_row(request, found),
        back_url=request.reach.url("settings_staff"),
        reinvite_url="" if found.joined_at else request.reach.url("settings_staff_reinvite", found.id),
        remove_url="" if found.id == request.reach.member.id else request.reach.url("settings_staff_remove", found.id),
        asks=request.GET.get("ask") == "remove",
    )


@needs("staff.edit")
@require_POST
def reinvite(request: OfficeRequest, staff_id: int) -> HttpResponse:
    found = get_object_or_404(request.reach.staff, id=staff_id)
    url = request.reach.url("settings_staff")
    try:
        staff.reinvite(found, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, url, refusal)
    return mailed(request, url, _("%(name)s was sent a fresh link. The one before is void.") % {"name": found.name})


@needs("staff.edit")
@require_POST
def remove(request: OfficeRequest, staff_id: int) -> HttpResponse:
    found = get_object_or_404(request.reach.staff, id=staff_id)
    try:
        staff.remove(found, by=request.reach.actor)
    except Refused as refusal:
        return refused(request, request.reach.url("settings_staff_member", found.id), refusal)
    sentence = _("%(name)s was removed and can't sign in here any more.") % {"name": found.name}
    return done(request, request.reach.url("settings_staff"), sentence)
