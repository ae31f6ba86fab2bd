"""A conversation as a page shows it, the same in both doors: what was said, by whom and when, and how to add to it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from secrets import token_urlsafe
from typing import Any, Protocol

from django import forms
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from counterfoil.books.conversations import comments
from counterfoil.books.conversations.models import Comment
from counterfoil.books.files import keeping
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.pages import Sort, first_page, read_page
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound.patterns import CONVERSATION

from .files import FilesField, Row
from .forms import refuse

NEWEST = Sort("id", int)
# Only what stands before a web address in ASCII belongs to it: a Chinese comma ends it, and nothing turns its order.
# What has a name before an @ pretends to lead elsewhere than it does, and stays text.
ADDRESS = re.compile(
    r"(?<![A-Za-z0-9])(?i:https?)://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?![A-Za-z0-9.-]|[^\s/?#]*@)"
    r"(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?"
)
AROUND_IT = ".,;:!?'*"  # at its end, these belong to the sentence that it stands in


class CommentForm(forms.Form):
    """What to say. Whether it is too long the verb knows, after line breaks were made one character each."""

    making_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your comment"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": comments.LONGEST, "placeholder": _("Write a comment")}),
    )
    file = FilesField(label=_("Files"))

    def __init__(self, *args: Any, takes_files: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not takes_files:
            del self.fields["file"]

    def said(self, verb: Callable[..., Comment]) -> Comment | None:
        """What was said, if the form is sound and the verb took it; otherwise the form says why not."""
        if not self.is_valid():
            return None
        said = partial(verb, self.cleaned_data["text"], making_key=self.cleaned_data["making_key"])
        try:
            if uploads := self.cleaned_data.get("file"):
                with keeping.taken_in(uploads) as kept:
                    return said(files=kept)
            return said()
        except Refused as refusal:
            refuse(self, refusal)
            return None


def fresh() -> dict[str, str]:
    """What is in the form before anything is typed."""
    return {"making_key": token_urlsafe(16)}


class Reach(Protocol):
    """What both doors' reaches have."""

    door: Any
    organization: Any

    @property
    def language(self) -> str: ...


@dataclass(frozen=True)
class Line:
    """One comment. `side` is for whom its author spoke, `told` the colleagues who were mentioned."""

    who: str
    side: str
    when: str
    moment: str
    text: SafeString
    is_theirs: bool  # the other side's
    is_internal: bool
    is_just_said: bool
    told: str
    files: Sequence[Row]


@dataclass(frozen=True)
class Conversation:
    """The newest comments, or the earlier ones that the address asks for; among them the oldest first.

    `form` is None for who may only read. `url` is where it is sent, `here` the page that the conversation is on.
    """

    lines: list[Line]
    earlier: str
    later: str
    form: CommentForm | None
    url: str
    here: str
    is_of_office: bool  # nobody else reads any of it


def read(
    request: HttpRequest,
    reach: Reach,
    said: Callable[[], Any],
    *,
    customer: str,
    form: CommentForm | None,
    url: str,
    here: str,
    newest: Callable[[], list[Comment]] | None = None,
    attached: Callable[[Sequence[Comment]], Mapping[int, Sequence[Row]]],
    is_of_office: bool = False,
) -> Conversation:
    """What was `said`, in one query. `customer` is their name; the address may have `comments`, a place in the list.

    `newest` reads the first page otherwise, where that is quicker. `attached` gives the files of comments, by comment.
    """
    place = request.GET.get("comments")
    found = (
        read_page(said(), NEWEST, descending=True, cursor=place)
        if place or not newest
        else first_page(newest(), NEWEST)
    )
    new = whole_number(request.GET.get("said", ""))
    files = attached(found.rows)
    return Conversation(
        lines=[
            _line(reach, one, customer, is_just_said=one.id == new, files=files.get(one.id, ()))
            for one in reversed(found.rows)
        ],
        earlier=_beside(here, found.older),
        later=_beside(here, found.newer),
        form=form,
        url=url,
        here=here,
        is_of_office=is_of_office,
    )


def after(request: HttpRequest, here: str, said: Comment) -> str:
    """Where to go when something was said: to the conversation, in which htmx reads aloud what is new."""
    return f"{here}?said={said.id}" if request.headers.get("HX-Request") else f"{here}#{CONVERSATION}"


def _beside(here: str, cursor: str | None) -> str:
    return f"{here}?{urlencode({'comments': cursor})}#{CONVERSATION}" if cursor else ""


def _line(reach: Reach, comment: Any, customer: str, *, is_just_said: bool, files: Sequence[Row]) -> Line:
    organization, is_by_office = reach.organization, comment.contact_id is None
    return Line(
        who=comment.by.name,
        side=organization.name if is_by_office else customer,
        when=format_moment(comment.made_at, reach.language, organization.time_zone, organization.date_format),
        moment=comment.made_at.isoformat(timespec="seconds"),
        text=linked(comment.text),
        is_theirs=is_by_office == (reach.door == "portal"),
        is_internal=not comment.is_shown,
        is_just_said=is_just_said,
        told=", ".join(one["name"] for one in comment.mentions) if reach.door == "office" else "",
        files=files,
    )


def linked(text: str) -> SafeString:
    """Plain text as markup, in which web addresses lead where they say; everything else stays text."""
    return format_html_join("", "{}", ((part,) for part in _parts(text)))


def _parts(text: str) -> Iterator[str]:
    end = 0
    for found in ADDRESS.finditer(text):
        address = _by_itself(found[0])
        yield text[end : found.start()]
        yield format_html('<a href="{}" rel="nofollow noopener noreferrer">{}</a>', address, address)
        end = found.start() + len(address)
    yield text[end:]


def _by_itself(address: str) -> str:
    """Without the full stop or bracket of the sentence that it stands in; a bracket that it opened itself stays."""
    unopened = {closing: address.count(closing) - address.count(opening) for opening, closing in ("()", "[]")}
    end = len(address)
    while address[end - 1] in AROUND_IT or unopened.get(address[end - 1], 0) > 0:
        end -= 1
        if address[end] in unopened:
            unopened[address[end]] -= 1
    return address[:end]
