"""What customers think of the business: writing it, and reading what the business shows."""

from secrets import token_urlsafe

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from counterfoil.books.conversations import reviews
from counterfoil.design.forms import refuse
from counterfoil.foundation.refusal import Refused
from counterfoil.reach.doors import needs
from counterfoil.reach.requests import PortalRequest

from .pages import page

STARS = [
    ("5", gettext_lazy("5 stars")),
    ("4", gettext_lazy("4 stars")),
    ("3", gettext_lazy("3 stars")),
    ("2", gettext_lazy("2 stars")),
    ("1", gettext_lazy("1 star")),
]


class ReviewForm(forms.Form):
    """What to say, and stars if the person likes."""

    making_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your review"),
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": reviews.LONGEST}),
    )
    stars = forms.TypedChoiceField(
        label=gettext_lazy("Stars"),
        choices=[*STARS, ("", gettext_lazy("No stars"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "unseen"}),
    )


@needs("reviews.write")
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: PortalRequest) -> HttpResponse:
    """The form, and submitting it."""
    reach = request.reach
    if not reach.takes_reviews:
        raise Http404
    form = ReviewForm(request.POST or None, initial={"making_key": token_urlsafe(16), "stars": ""})
    if form.is_bound and form.is_valid():
        try:
            reviews.submit(reach.customer, **form.cleaned_data, by=reach.actor)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Thank you for your review."))
            return HttpResponseRedirect(reach.url("home"), status=303)
    return page(
        request,
        "portal/home/review.html",
        status=422 if form.is_bound else 200,
        form=form,
        business=reach.organization.name,
        home_url=reach.url("home"),
    )
