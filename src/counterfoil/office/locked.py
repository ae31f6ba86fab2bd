"""An owner's way past the lock date: asked after the refusal, with everything that was typed kept."""

from dataclasses import replace

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.requests import OfficeRequest

from .pages import page

NAME = "lock_reason"
LONGEST = 500


class WhyForm(forms.Form):
    """Why something is done that the lock date stands against."""

    lock_reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It is kept with what you do, and listed under Settings > Lock date."),
    )


def acting(request: OfficeRequest) -> Actor:
    """Who acts; an owner with the reason that the form carries, if it was asked for one."""
    actor = request.reach.actor
    reason = request.POST.get(NAME, "").strip()[:LONGEST]
    return replace(actor, reason=reason) if reason and actor.role == "owner" else actor


def may_say_why(request: OfficeRequest, refusal: Refused) -> bool:
    """Whether this person can do what the lock date stands against, by saying why."""
    return refusal.code == "LOCKED" and request.reach.actor.role == "owner"


def ask(request: OfficeRequest, refusal: Refused, *, back_url: str) -> HttpResponse:
    """A page that sends the same once more, with the reason. For buttons, whose own page has no form to show again."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    return page(
        request,
        "office/locked.html",
        status=409,
        sentence=str(refusal.sentence),
        why=_form(request),
        sent=[(name, value) for name, value in sent if name not in ("csrfmiddlewaretoken", NAME)],
        action=request.get_full_path(),
        back_url=back_url,
    )


def why_form(request: OfficeRequest, form: forms.BaseForm) -> WhyForm | None:
    """The question for a form to include, once it was refused because of the lock date and an owner can answer."""
    codes = {error.code for errors in form.errors.as_data().values() for error in errors} if form.is_bound else set()
    was_asked = NAME in request.POST
    return _form(request) if request.reach.actor.role == "owner" and ("LOCKED" in codes or was_asked) else None


def _form(request: OfficeRequest) -> WhyForm:
    """With what was typed. It is wrong only when it was asked for before."""
    return WhyForm(request.POST if NAME in request.POST else None)
