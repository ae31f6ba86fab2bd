"""That a customer opened a document. What counts as opening it, the door says."""

from datetime import timedelta
from typing import TypeVar

from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Event, record

from .models import SalesDocument
from .taking import lock

D = TypeVar("D", bound=SalesDocument)
SAME_VISIT = timedelta(minutes=30)


def first_view(document: D, *, actor: Actor) -> D:
    """Remember who opened it first, and when. Later times, and staff, change nothing. Within a verb's transaction."""
    if document.viewed_at is not None or actor.kind not in ("contact", "link"):
        return document
    document = lock(document)
    actor.must_act_for(document.customer_id, organization_id=document.organization_id)
    if document.viewed_at is None and document.state != "draft":
        _mark(document, actor)
        _record(document, actor)
    return document


def each_view(document: D, *, actor: Actor) -> D:
    """Remember who opened it first, and record each time that a person opens it, once in half an hour."""
    if document.state == "draft" or actor.kind not in ("contact", "link"):
        return document
    document = lock(document)
    actor.must_act_for(document.customer_id, organization_id=document.organization_id)
    if document.state == "draft" or was_just_seen(document, actor=actor):
        return document
    if document.viewed_at is None:
        _mark(document, actor)
    _record(document, actor)
    return document


def was_just_seen(document: SalesDocument, *, actor: Actor) -> bool:
    """Whether this person opened this revision within the last half hour. Reads only."""
    seen = Event.objects.filter(
        organization_id=document.organization_id,
        subject_kind=document.kind(),
        subject_id=document.id,
        name=f"{document.kind()}.viewed",
        at__gt=clock.now() - SAME_VISIT,
    )
    revisions = (one.data.get("revision") == document.revision and one.by.id == actor.id for one in seen)
    return any(revisions)


def _mark(document: SalesDocument, actor: Actor) -> None:
    document.viewed_at, document.viewed_by_id = clock.now(), actor.id
    document.viewed_by_link = actor.kind == "link"
    document.save(update_fields=["viewed_at", "viewed_by", "viewed_by_link"])


def _record(document: SalesDocument, actor: Actor) -> None:
    about = {"number": document.number, "revision": document.revision}
    record(f"{document.kind()}.viewed", document, by=actor, audience="office", **about)
