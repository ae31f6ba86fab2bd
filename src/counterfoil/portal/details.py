"""**My details**: what the business knows of a person and their company, and changing it."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counterfoil.books.customers import own_details
from counterfoil.design import batches, versions
from counterfoil.design.forms import refuse
from counterfoil.foundation.formats import address_lines, country_names
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound import changes
from counterfoil.outbound import own_data as own_data_of
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import DOCUMENTS, PortalReach
from counterfoil.reach.requests import PortalRequest

from .details_forms import AddressesForm, CompanyForm, PersonForm, SectionForm
from .pages import page


@dataclass(frozen=True)
class Section:
    """A part of the page, which is changed as one."""

    key: str
    heading: Any
    edit_label: Any
    form: type[SectionForm]
    row: Callable[[PortalReach], Any]
    change: Callable[..., Any]


SECTIONS = {
    one.key: one
    for one in (
        Section(
            "personal",
            gettext_lazy("Personal details"),
            gettext_lazy("Edit personal details"),
            PersonForm,
            lambda reach: reach.contact,
            own_details.change_person,
        ),
        Section(
            "company",
            gettext_lazy("Company"),
            gettext_lazy("Edit company"),
            CompanyForm,
            lambda reach: reach.customer,
            own_details.change_customer,
        ),
        Section(
            "addresses",
            gettext_lazy("Addresses"),
            gettext_lazy("Edit addresses"),
            AddressesForm,
            lambda reach: reach.customer,
            own_details.change_customer,
        ),
    )
}


@needs("home.read")
@require_safe
def show(request: PortalRequest) -> HttpResponse:
    """**My details**, whole."""
    reach = request.reach
    return page(
        request,
        "portal/details/show.html",
        sections=[_section(reach, one) for one in SECTIONS.values()],
        data_url=reach.url("own_data"),
        data_key=batches.fresh(),
        home_url=reach.url("home"),
    )


@needs("own.batches")
@require_POST
def own_data(request: PortalRequest) -> HttpResponse:
    """Have all that is seen here put into one ZIP, and go on to watch it."""
    reach, things = request.reach, []
    for kind, name in {**DOCUMENTS, "payment": "payments", "file": "files"}.items():
        ids = getattr(reach, name).order_by("id").values_list("id", flat=True)
        things += [f"{kind}:{one}" for one in ids]
    if reach.shows_projects:
        things.append("time:0")
    key = sha256(force_bytes(f"own data {reach.contact.id} {request.POST.get('data_key', '')}")).hexdigest()
    try:
        batch = own_data_of.begin(reach.contact, things, by=reach.actor, making_key=key, language=reach.language)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return HttpResponseRedirect(reach.url("details"), status=303)
    return HttpResponseRedirect(reach.url("batch", batch.id), status=303)


def _section(reach: PortalReach, section: Section) -> dict[str, Any]:
    columns, row = section.form.COLUMNS, section.row(reach)
    return {
        "key": section.key,
        "heading": section.heading,
        "edit_label": section.edit_label,
        "edit_url": _edit_url(reach, section),
        "facts": [
            (_label(name), changes.lines(name, getattr(row, name)), name in reach.locked_details) for name in columns
        ],
    }


def _edit_url(reach: PortalReach, section: Section) -> str:
    """Where it is changed; empty where it is locked whole, or for who may not."""
    is_open = not reach.locked_details.issuperset(section.form.COLUMNS)
    return reach.url(f"details_{section.key}") if is_open and reach.may("details.edit") else ""


def _label(column: str) -> str:
    return str(changes.LABELS[column])


@needs("details.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PortalRequest, section: str) -> HttpResponse:
    """One section: what is locked in it is read only, and is refused if it is sent all the same."""
    reach, one = request.reach, SECTIONS[section]
    row, sent = one.row(reach), request.POST if request.method == "POST" else None
    form = one.form(sent, row=row, locked=reach.locked_details, language=reach.language)
    if form.is_bound and form.is_valid():
        try:
            one.change(row, form.values(), by=reach.actor, revision=form.cleaned_data["revision"] or 0)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = _("Saved. %(name)s sees it at once.") % {"name": reach.organization.name}
            messages.success(request, words)
            return HttpResponseRedirect(reach.url("details"), status=303)
    meeting = versions.meet(form, one.form.initial_of, reach=reach)
    return page(
        request,
        "portal/details/edit.html",
        status=409 if meeting else 422 if form.is_bound else 200,
        form=form,
        meeting=meeting,
        section=one,
        sign_in_email=request.user.email,
        locked=[(_label(name), changes.lines(name, getattr(row, name))) for name in form.locked],
        back_url=reach.url("details"),
    )


def known(reach: PortalReach) -> list[dict[str, Any]]:
    """What the home page tells of it, without what is empty. The address, which changes most, is changed from there."""
    customer, contact, names = reach.customer, reach.contact, country_names(reach.language)
    addresses = SECTIONS["addresses"]
    rows = [
        (pgettext("of a person", "Name"), [contact.full_name], ""),
        (_("E-mail"), [contact.email], ""),
        (_("Phone"), [contact.phone or contact.mobile], ""),
        (_("Company"), [customer.company_name or customer.display_name], ""),
        (
            _("Billing address"),
            address_lines(customer.billing_address, country_names=names),
            _edit_url(reach, addresses),
        ),
    ]
    return [
        {"label": label, "lines": list(filter(None, lines)), "edit_url": url, "edit_label": addresses.edit_label}
        for label, lines, url in rows
        if any(lines) or url
    ]
