"""What is done to many documents at once: sent, printed as one PDF, packed as a ZIP. The worker does it, one by one.

Other things that take long can be an act too, by `does`.

Sending goes on where a worker that died left off, since each document is counted in the transaction that sends it; a
file is made anew. Whoever began it can watch it, and fetches the file.
"""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.books.customers import portal_access
from counterfoil.books.customers.models import ContactPerson, Customer
from counterfoil.books.organizations.models import StaffMember
from counterfoil.books.sales import credit_notes, invoices, quotes, retainer_invoices, sales_orders
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor, actor_from
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.refusal import Refused

from . import enclosures
from .containment import Contained
from .models import Batch, BatchFile

Owner = StaffMember | ContactPerson
MOST = 200  # documents
LEASE = timedelta(minutes=2)  # longer than one document can take
MOST_TRIES = 3
KEPT = timedelta(days=1)
MIME = {
    Batch.Act.PDF: "application/pdf",
    Batch.Act.ZIP: "application/zip",
    Batch.Act.DATA: "application/zip",
}
_SEND: dict[str, Callable[..., Any]] = {
    "quote": quotes.send,
    "sales_order": sales_orders.send,
    "invoice": invoices.send,
    "retainer_invoice": retainer_invoices.send,
    "credit_note": credit_notes.send,
}


Doing = Callable[[Batch], None]
_doing: dict[str, tuple[Doing, Doing]] = {}


def does(act: str, do: Doing, *, give_up: Doing = lambda _batch: None) -> None:
    """Say what is done for an act, and what is done instead when that failed again and again."""
    _doing[act] = (do, give_up)


@transaction.atomic
def begin(
    act: str, kind: str, documents: Sequence[int], *, by: Actor, making_key: str, language: str, owner: Owner
) -> Batch:
    """Write down what is to be done to documents (ids) of one type; the worker does it. The same key is the same batch.

    `owner` is who may watch it. Raises Refused: NONE_CHOSEN, TOO_MANY.
    """
    if not documents:
        one = (
            _("Tick at least one customer first.")
            if act == Batch.Act.INVITE
            else _("Tick at least one document first.")
        )
        raise Refused("NONE_CHOSEN", one)
    if len(documents) > MOST:
        raise Refused("TOO_MANY", _("At most %(most)d can be ticked at once.") % {"most": MOST})
    now = clock.now()
    batch, _is_new = Batch.objects.get_or_create(
        organization_id=owner.organization_id,
        making_key=making_key,
        defaults={
            "staff" if isinstance(owner, StaffMember) else "contact": owner,
            "act": act,
            "document_kind": kind,
            "document_ids": [str(one) for one in documents],
            "made_by": by.as_json(),
            "language": language,
            "made_at": now,
            "due_at": now,
        },
    )
    return batch


def run_due() -> int:
    """Do the next batch that is due, to its end; returns how many were done."""
    now = clock.now()
    waiting = Batch.objects.filter(due_at__lte=now, finished_at__isnull=True)
    batch = waiting.order_by("due_at", "id").first()
    if batch is None or not waiting.filter(id=batch.id).update(due_at=now + LEASE, tries=batch.tries + 1):
        return 0
    batch.tries += 1
    do, give_up = _doing[batch.act]
    with Contained("batch=%s", batch.id) as attempt, speaking(batch.language):
        do(batch)
    if attempt.failure is None or batch.tries >= MOST_TRIES:
        if attempt.failure is not None:
            with speaking(batch.language):
                give_up(batch)
        Batch.objects.filter(id=batch.id).update(finished_at=clock.now())
    return 1


def throw_old_away() -> None:
    """Forget what was finished a day ago, with its file."""
    Batch.objects.filter(made_at__lt=clock.now() - KEPT, finished_at__isnull=False).delete()


def _send(batch: Batch) -> None:
    """Send each document to its customer's primary contact, or to whoever there has an address."""
    actor = actor_from(batch.made_by)
    for place in range(batch.done, len(batch.document_ids)):
        with transaction.atomic():
            document = enclosures.document_of(batch.document_kind, int(batch.document_ids[place]))
            try:
                must_still_work_here(batch)
                to = _first_with_address(document)
                _SEND[batch.document_kind](document, to=to, by=actor, revision=document.revision)
            except Refused as refusal:
                batch.refused.append([document.name or _("Draft"), str(refusal.sentence)])
            batch.done = place + 1
            _note(batch)


def _invite(batch: Batch) -> None:
    """Invite the primary contact person of each customer; who needs none, or can't have one, is listed with why."""
    actor = actor_from(batch.made_by)
    for place in range(batch.done, len(batch.document_ids)):
        with transaction.atomic():
            customer = Customer.objects.get(id=int(batch.document_ids[place]), organization_id=batch.organization_id)
            try:
                must_still_work_here(batch)
                portal_access.invite_primary(customer, by=actor)
            except Refused as refusal:
                batch.refused.append([customer.display_name, str(refusal.sentence)])
            batch.done = place + 1
            _note(batch)


def must_still_work_here(batch: Batch) -> None:
    """Refuse (NOT_ALLOWED) once who began it was removed or may less."""
    member, role = batch.staff, batch.made_by.get("role", "")
    if member is None or member.removed_at or member.role != role:
        raise Refused("NOT_ALLOWED", _("Your role doesn't allow this. Ask an owner."))


def _first_with_address(document: Any) -> list[int]:
    people = ContactPerson.objects.current().filter(customer_id=document.customer_id).exclude(email="")
    return list(people.order_by("-is_primary", "id").values_list("id", flat=True)[:1])


def _make_file(batch: Batch) -> None:
    """All documents as one PDF, or each as its own in one ZIP."""
    papers: list[tuple[str, bytes]] = []
    for place, document_id in enumerate(batch.document_ids):
        document = enclosures.document_of(batch.document_kind, int(document_id))
        papers.append((document.file_name, enclosures.paper_of(document, at=clock.now())))
        batch.done = place + 1
        _note(batch)
    content = (_one_pdf if batch.act == Batch.Act.PDF else _one_zip)(papers)
    BatchFile.objects.update_or_create(batch=batch, defaults={"content": content})


def _note(batch: Batch) -> None:
    """Remember how far it is, and keep it for another while."""
    batch.due_at = clock.now() + LEASE
    batch.save(update_fields=["done", "refused", "due_at"])


def keep(batch: Batch) -> None:
    """Have it for another while: it takes longer than a document does."""
    batch.due_at = clock.now() + LEASE
    batch.save(update_fields=["due_at"])


does(Batch.Act.SEND, _send)
does(Batch.Act.INVITE, _invite)
does(Batch.Act.PDF, _make_file)
does(Batch.Act.ZIP, _make_file)


def _one_pdf(papers: Sequence[tuple[str, bytes]]) -> bytes:
    from pypdf import PdfWriter  # megabytes that the web processes, which only begin batches, do without

    writer, whole = PdfWriter(), io.BytesIO()
    for _name, paper in papers:
        writer.append(io.BytesIO(paper))
    writer.compress_identical_objects()  # the fonts and the logo, once instead of once for each document
    writer.write(whole)
    return whole.getvalue()


def _one_zip(papers: Sequence[tuple[str, bytes]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, paper in _told_apart(papers):
            packed.writestr(name, paper)
    return whole.getvalue()


def _told_apart(papers: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """With names that no system misreads, and a number where two would be called the same."""
    found: dict[str, bytes] = {}
    for name, paper in papers:
        safe = enclosures.file_name(name)
        count = 1
        while safe in found:
            count += 1
            safe = enclosures.file_name(f"{name}-{count}")
        found[safe] = paper
    return list(found.items())
