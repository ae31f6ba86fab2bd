"""How a verb takes a document in hand: locked, read again, and as the person saw it."""

from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from counterfoil.books.ledger import ledger
from counterfoil.books.ledger.models import CustomerBalance, LedgerDocument
from counterfoil.books.organizations import lock_date
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from .models import WrittenDocument

D = TypeVar("D", bound=WrittenDocument)


def take(document: D, *, staff: Actor, revision: int) -> tuple[CustomerBalance, D]:
    """Lock the customer's balance and then the document, for staff who saw this revision of it.

    Raises Refused: NOT_ALLOWED, INVOICE_CHANGED (or QUOTE_CHANGED, …).
    """
    balance = ledger.lock_of(document)
    document = lock(document)
    staff.must_be_staff_of(document.organization_id)
    must_be_as_seen(document, revision)
    return balance, document


def lock(document: D) -> D:
    """The document as it is now, locked."""
    return type(document)._default_manager.select_for_update().get(id=document.id)


def must_be_as_seen(document: WrittenDocument, revision: int) -> None:
    """Refuse (INVOICE_CHANGED, …) what was decided on another revision than the present one."""
    if document.revision != revision:
        raise Refused(
            f"{document.kind().upper()}_CHANGED",
            _("This document was changed after you opened it. Please look at it again first."),
        )


def must_be_open(document: Any, *days: date, staff: Actor, gives_back: bool = False, field: str = "") -> None:
    """Refuse (LOCKED) to change what counts on a locked day: the document's own, or another that the change concerns.

    `gives_back` says that what was paid of it becomes credit again, which changes the days when it was used.
    """
    used = ledger.used_since(document) if gives_back and isinstance(document, LedgerDocument) else []
    lock_date.must_be_open(document.organization_id, document.dated, *days, *used, actor=staff, field=field or None)


def move(document: Any, to: Any) -> None:
    """Into another state, if the type's table of transitions has it. Raises Refused: WRONG_STATE."""
    if to not in document.TRANSITIONS.get(document.state, ()):
        raise Refused("WRONG_STATE", _("This can't be done with the document as it is now."))
    document.state = to
