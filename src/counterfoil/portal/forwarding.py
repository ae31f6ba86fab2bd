"""**Forward**: passing a document on to another contact person or to a new e-mail address."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.books.organizations.modules import is_on
from counterfoil.books.sales import document_links, forwarding
from counterfoil.design.forms import refuse
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.doors import needs
from counterfoil.reach.portal import PortalReach
from counterfoil.reach.requests import PortalRequest

from .kinds import Kind
from .pages import page


class ForwardForm(forms.Form):
    """To whom."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of a new person"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("A new address is added to your contact persons, without access to the portal."),
    )


def url(kind: Kind, reach: PortalReach, document: Any) -> str:
    """Where it is passed on; empty where it can't be."""
    is_offered = kind.name in document_links.VIEWS and is_on(reach.organization, forwarding.MODULE)
    if not (is_offered and reach.may("documents.forward")):
        return ""
    return reach.url(f"{kind.name}_forward", document.id) if document.state != "void" else ""


def on(kind: Kind) -> Callable[..., HttpResponse]:
    """The view of a type's route: the question to whom, and sending it."""

    @needs("documents.forward")
    @require_http_methods(["GET", "HEAD", "POST"])
    def forward(request: PortalRequest, **asked: int) -> HttpResponse:
        (document_id,) = asked.values()
        document = get_object_or_404(kind.all(request.reach), id=document_id)
        here, form = request.reach.url(kind.name, document.id), ForwardForm(request.POST or None)
        if form.is_bound and form.is_valid():
            try:
                contact = forwarding.forward(document, **form.cleaned_data, by=request.reach.actor)
            except Refused as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("It is on its way to %(name)s.") % {"name": contact.full_name})
                return HttpResponseRedirect(here, status=303)
        return page(
            request,
            "portal/documents/forward.html",
            status=422 if form.is_bound else 200,
            form=form,
            name=document.name,
            people=[one for one in request.reach.contacts() if one.email and one.id != request.reach.contact.id],
            back_url=here,
        )

    return forward
