"""How a form that was posted is answered: by a verb's success, or with what it refused beside the field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from counterfoil.design.forms import refuse
from counterfoil.foundation.refusal import Refused
from counterfoil.office import locked
from counterfoil.reach.requests import OfficeRequest


def done(request: OfficeRequest, url: str, sentence: Any = "") -> HttpResponse:
    """Go on to a page by GET, with a notice at its top."""
    if sentence:
        messages.success(request, sentence)
    return HttpResponseRedirect(url, status=303)


def mailed(request: OfficeRequest, url: str, sentence: Any) -> HttpResponse:
    """As `done`, for what sends a mail: nobody waits for one that can't go out without being told."""
    warn_of_mail(request)
    return done(request, url, sentence)


def warn_of_mail(request: OfficeRequest) -> None:
    """Say at the top of the next page if what was just written reaches nobody, or nobody yet."""
    if request.reach.organization.is_sample:
        messages.warning(request, _("This is sample data: no mail goes out."))
    elif not request.reach.mail_goes_out:
        waits = _("No mail server is set up yet. The mail waits, and goes out by itself once there is one.")
        messages.warning(request, waits)


def refused(request: OfficeRequest, url: str, refusal: Refused) -> HttpResponse:
    """Go back to a page, which says why nothing was done. For buttons, which have no fields to mend.

    An owner who met the lock date is asked on the spot why it should be done all the same.
    """
    if locked.may_say_why(request, refusal):
        return locked.ask(request, refusal, back_url=url)
    messages.error(request, str(refusal.sentence))
    return HttpResponseRedirect(url, status=303)


def succeeded(form: forms.Form, verb: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the form is sound and the verb did it; otherwise the form says why not."""
    if not form.is_valid():
        return False
    try:
        verb(form.cleaned_data)
    except Refused as refusal:
        refuse(form, refusal)
        return False
    return True


def status_of(form: forms.Form) -> int:
    """409 when something changed since the form was opened, 422 when something in it is wrong, 200 when not posted."""
    if not form.is_bound or not form.errors:
        return 200
    codes = [error.code or "" for errors in form.errors.as_data().values() for error in errors]
    return 409 if any(code.endswith("_CHANGED") for code in codes) else 422
