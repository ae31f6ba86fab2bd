"""What is said about what is no document, and the form by which the office says something about anything.

What it says is its own, unless **Show in portal** is on; colleagues who are ticked hear of it.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.conversations import comments
from counterfoil.design import conversations
from counterfoil.design.conversations import CommentForm, Conversation
from counterfoil.design.files import Row, by_comment
from counterfoil.reach.office import OfficeReach
from counterfoil.reach.requests import OfficeRequest

from .customers.files import row
from .pages import page


class OfficeCommentForm(CommentForm):
    """With whom to tell, and whether the customer sees it, where they can."""

    tell = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tell"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    shown = forms.BooleanField(label=gettext_lazy("Show in portal"), required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], can_be_shown: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tell"].choices = colleagues  # type: ignore[attr-defined]
        if not colleagues:
            del self.fields["tell"]
        if not can_be_shown:
            del self.fields["shown"]

    def add(self, subject: Any, reach: OfficeReach) -> Any:
        """What was said with it about a document or a customer, or None and the form says why not."""
        if not self.is_valid():
            return None
        wish = {"shown": self.cleaned_data.get("shown", False), "mentions": self.cleaned_data.get("tell", [])}
        return self.said(partial(comments.add, subject, by=reach.actor, **wish))


def form_for(
    request: OfficeRequest,
    subject: Any,
    *,
    is_sent: bool = False,
    can_be_shown: bool | None = None,
    colleagues: Sequence[Any] | None = None,
) -> OfficeCommentForm | None:
    """The form to say something with, empty or as it was sent; None for who may only read.

    Whether the customer `can_be_shown` it, the page of what isn't shown to all customers knows; and a page that read
    the `colleagues` who can be told has them.
    """
    if not request.reach.may("comments.add"):
        return None
    people = request.reach.colleagues() if colleagues is None else colleagues
    return OfficeCommentForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        takes_files=True,
        initial=conversations.fresh(),
        colleagues=[(str(one.id), one.name) for one in people],
        can_be_shown=comments.can_be_shown(subject) if can_be_shown is None else can_be_shown,
    )


def about(
    request: OfficeRequest,
    subject: Any,
    *,
    can_be_shown: bool,
    form: OfficeCommentForm | None = None,
    colleagues: Sequence[Any] | None = None,
) -> Conversation:
    """For the page of a project or an approval, with its customer; the form is a fresh one, or that which was sent."""
    reach, kind = request.reach, subject.kind()
    return conversations.read(
        request,
        reach,
        lambda: reach.comments.on(subject),
        customer=subject.customer.display_name,
        form=form or form_for(request, subject, can_be_shown=can_be_shown, colleagues=colleagues),
        url=reach.url(f"comment_on_{kind}", subject.id),
        here=reach.url(kind, subject.id),
        newest=lambda: reach.newest_comments(subject),
        attached=partial(attached, request),
    )


def add(request: OfficeRequest, subject: Any, *, can_be_shown: bool) -> HttpResponse:
    """Say something about it. What is wrong is read beside the form, in the conversation alone."""
    here = request.reach.url(subject.kind(), subject.id)
    form = form_for(request, subject, is_sent=True, can_be_shown=can_be_shown)
    if form and (said := form.add(subject, request.reach)):
        return HttpResponseRedirect(conversations.after(request, here, said), status=303)
    return page(
        request,
        "office/documents/conversation.html",
        status=422,
        conversation=about(request, subject, can_be_shown=can_be_shown, form=form),
        name=subject.name or _("Draft"),
        back_url=here,
    )


def attached(request: OfficeRequest, said: Sequence[Any]) -> Mapping[int, Sequence[Row]]:
    """The files of these, by comment; one query if there are any."""
    found = request.reach.files.said_with([one.id for one in said]) if said else ()
    return by_comment([(file, row(request, file)) for file in found])
