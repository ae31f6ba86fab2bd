"""Writing to the business from the portal, by a form instead of a mail program."""

from secrets import token_urlsafe

from django import forms
from django.contrib import messages as notices
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.books.conversations import messages
from counterfoil.books.conversations.comments import LONGEST
from counterfoil.design.forms import refuse
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import PortalRequest

from .pages import page


class MessageForm(forms.Form):
    """What it is about, and what to say."""

    making_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=messages.LONGEST_SUBJECT)
    text = forms.CharField(
        label=gettext_lazy("Message"), widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST})
    )


@needs("messages.send")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: PortalRequest) -> HttpResponse:
    """The form, and sending it to the business's registered address."""
    reach = request.reach
    if not reach.organization.email:
        raise Http404
    form = MessageForm(request.POST or None, initial={"making_key": token_urlsafe(16)})
    if form.is_bound and form.is_valid():
        try:
            messages.send(reach.customer, **form.cleaned_data, by=reach.actor)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            sent = _("Your message is on its way to %(organization)s.") % {"organization": reach.organization.name}
            notices.success(request, sent)
            return HttpResponseRedirect(reach.url("home"), status=303)
    return page(
        request,
        "portal/home/message.html",
        status=422 if form.is_bound else 200,
        form=form,
        business=reach.organization,
        own_address=reach.contact.email,
        home_url=reach.url("home"),
    )
