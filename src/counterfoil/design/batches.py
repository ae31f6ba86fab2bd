"""What is done to many documents at once, as both doors ask for it, watch it and fetch what came of it."""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Protocol

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.ids import whole_number
from counterfoil.foundation.refusal import Refused
from counterfoil.outbound import batches
from counterfoil.outbound.batches import Owner
from counterfoil.outbound.models import Batch

from .answers import file_answer

# What is said while it goes on, and when it is done.
WORDS: dict[str, tuple[Any, Any]] = {
    "send": (gettext_lazy("Sending documents"), gettext_lazy("The documents are on their way")),
    "pdf": (gettext_lazy("Putting documents into one PDF"), gettext_lazy("The PDF is ready")),
    "invite": (gettext_lazy("Inviting to the portal"), gettext_lazy("The invitations are on their way")),
    "zip": (gettext_lazy("Packing documents as ZIP"), gettext_lazy("The ZIP file is ready")),
}
OF_DATA = (gettext_lazy("Putting your data together"), gettext_lazy("Your data is ready"))

CUSTOMERS = "customer"  # what invitations are sent to; every other act is done to documents


class Reach(Protocol):
    """What both doors have of it."""

    @property
    def actor(self) -> Actor: ...
    @property
    def batches(self) -> Any: ...
    @property
    def language(self) -> str: ...
    def url(self, name: str, *args: Any) -> str: ...


def fresh() -> str:
    """What is in the form around a list, so that sending it twice is once."""
    return token_urlsafe(16)


def ticked(request: HttpRequest) -> list[int]:
    """The ids that were ticked, in the order of the list."""
    return [found for one in request.POST.getlist("document") if (found := whole_number(one)) is not None]


def begin(
    request: HttpRequest, reach: Reach, act: str, *, kind: str, documents: Any, list_url: str, owner: Owner
) -> HttpResponse:
    """Begin what was asked for with those of the `documents` that were ticked, and go on to watch it."""
    if act not in WORDS or (act == Batch.Act.INVITE) != (kind == CUSTOMERS):
        raise Http404
    allowed = set(documents.filter(id__in=ticked(request)[: batches.MOST + 1]).values_list("id", flat=True))
    chosen = [one for one in ticked(request) if one in allowed]
    # Who goes back and ticks others asks for something else, although the form is the same.
    key = sha256(force_bytes(f"{request.POST.get('batch_key', '')} {act} {chosen}")).hexdigest()
    try:
        batch = batches.begin(act, kind, chosen, by=reach.actor, making_key=key, language=reach.language, owner=owner)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return HttpResponseRedirect(list_url, status=303)
    return HttpResponseRedirect(reach.url("batch", batch.id), status=303)


def shown(reach: Reach, batch: Batch) -> dict[str, Any]:
    """What the page of a batch shows: how far it is, what was refused, and where its file is."""
    total, is_over = len(batch.document_ids), batch.finished_at is not None
    makes_file = batch.act in batches.MIME
    has_file = is_over and makes_file and hasattr(batch, "file")
    is_whole = has_file if makes_file else batch.done == total
    going_on, done = WORDS.get(batch.act, OF_DATA)
    went = batch.done - len(batch.refused)
    heading = going_on if not is_over else done if is_whole else _("It could not be finished")
    if is_whole and batch.act == Batch.Act.INVITE and is_over and not went:
        heading = _("Nobody was invited")
    return {
        "heading": heading,
        "is_over": is_over,
        "is_whole": is_whole,
        "done": batch.done,
        "total": total,
        "went": went,
        "is_mail": batch.act == Batch.Act.SEND,
        "is_data": batch.act == Batch.Act.DATA,
        "is_invitation": batch.act == Batch.Act.INVITE,
        "refused": batch.refused,
        "file_url": reach.url("batch_file", batch.id) if has_file else "",
        "back_url": reach.url(f"{batch.document_kind}s"),
        "here": reach.url("batch", batch.id),
    }


def file(batch: Batch) -> HttpResponse:
    """What it made. Raises Http404 where there is none, or not yet."""
    if batch.finished_at is None or not hasattr(batch, "file"):
        raise Http404
    act = "zip" if batch.act == Batch.Act.DATA else batch.act
    name = f"{batch.document_kind.replace('_', '-')}s.{act}"
    return file_answer(bytes(batch.file.content), name, batches.MIME[Batch.Act(batch.act)])
