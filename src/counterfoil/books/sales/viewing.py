"""The first time that a customer opens a document. What counts as opening it, the door says."""

from typing import TypeVar

from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record

from .models import SalesDocument
from .taking import lock

D = TypeVar("D", bound=SalesDocument)


def first_view(document: D, *, actor: Actor) -> D:
    """Remember who opened it first, and when. Later times, and staff, change nothing. Within a verb's transaction."""
    if document.viewed_at is not None or actor.kind not in ("contact", "link"):
        return document
    document = lock(document)
    actor.must_act_for(document.customer_id, organization_id=document.organization_id)
    if document.viewed_at is None and document.state != "draft":
        document.viewed_at, document.viewed_by_id = clock.now(), actor.id
        document.viewed_by_link = actor.kind == "link"
        document.save(update_fields=["viewed_at", "viewed_by", "viewed_by_link"])
        record(f"{document.kind()}.viewed", document, by=actor, audience="office", number=document.number)
    return document
