"""What came from what: a document that was made of another knows which, and both pages lead to each other."""

from typing import Any, Protocol

from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record

from . import order_progress
from .models import (
    CreditNote,
    Invoice,
    Quote,
    RecurringInvoice,
    RetainerInvoice,
    SalesDocument,
    SalesOrder,
    WrittenDocument,
)
from .taking import lock, move

MADE_OF: dict[type[SalesDocument], tuple[type[SalesDocument], ...]] = {  # what each type can be made into
    Quote: (SalesOrder, RetainerInvoice, Invoice),
    SalesOrder: (Invoice,),
    RetainerInvoice: (),
    Invoice: (CreditNote,),
    CreditNote: (),
}
MODELS: dict[str, type[WrittenDocument]] = {model.kind(): model for model in MADE_OF} | {
    RecurringInvoice.kind(): RecurringInvoice
}
# The same with what packages above add: what invoices are made of too, or what is talked about and has files.
SUBJECTS: dict[str, Any] = {**MODELS}


class Origin(Protocol):
    """What a document can be made of."""

    id: Any

    @classmethod
    def kind(cls) -> str: ...


def made_of(document: SalesDocument) -> list[Any]:
    """What was made of a document, the oldest first."""
    found = [
        one
        for model in MADE_OF[type(document)]
        for one in model._default_manager.filter(came_from_kind=document.kind(), came_from_id=document.id)
    ]
    return sorted(found, key=lambda one: one.id)


def origin_of(document: SalesDocument) -> Any:
    """What it was made of, or nothing."""
    model = SUBJECTS.get(document.came_from_kind)
    return model._default_manager.filter(id=document.came_from_id or 0).first() if model else None


def name_origin(document: SalesDocument, origin: Origin | None) -> None:
    """Let a document that is being made, and not saved yet, know of what."""
    if origin is not None:
        document.came_from_kind, document.came_from_id = origin.kind(), origin.id


def give_back(document: SalesDocument, *, actor: Actor) -> None:
    """A draft was thrown away: what it was made of can be made into something again. Within a verb's transaction."""
    origin = origin_of(document)
    if isinstance(origin, Quote) and origin.state == Quote.State.INVOICED:
        quote = lock(origin)
        move(quote, Quote.State.ACCEPTED)
        quote.save(update_fields=["state"])
        record("quote.given_back", quote, by=actor, audience="office", number=quote.number)
    if isinstance(origin, SalesOrder):
        order_progress.stand(lock(origin))
