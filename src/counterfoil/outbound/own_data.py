"""All that somebody sees of their customer in the portal as one ZIP, which is a batch: watched, and fetched for a day.

What belongs to it is said by who asks, who can name only what they see: "invoice:17", "file:9". The worker looks again,
and puts one thing after the other into a file on the disk. What doesn't fit is counted and said.
"""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.books.conversations.models import Comment
from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.customers.own_details import ADDRESSES, COMPANY, PERSON
from counterfoil.books.files import keeping
from counterfoil.books.files.models import StoredFile
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.payments.models import Payment
from counterfoil.books.projects.models import MODULE, TimeEntry
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.csv_files import lines
from counterfoil.foundation.hours import in_hours
from counterfoil.foundation.refusal import Refused
from counterfoil.paper.receipts import receipt_pdf, uses_of

from . import batches, changes, enclosures
from .models import Batch, BatchFile

ALWAYS = ("details:0", "conversations:0")
MOST = 20_000  # things
LARGEST = 100_000_000  # bytes after which nothing more is put in
Row = Sequence[object]


@transaction.atomic
def begin(contact: ContactPerson, things: Sequence[str], *, by: Actor, making_key: str, language: str) -> Batch:
    """Have what a contact person sees put into one ZIP. The same form sent again gives the batch that it made.

    Raises Refused: TOO_MUCH.
    """
    if len(things) > MOST:
        raise Refused("TOO_MUCH", _("This is more than one file should have. Please ask for it."))
    now = clock.now()
    batch, _is_new = Batch.objects.get_or_create(
        organization_id=contact.organization_id,
        making_key=making_key,
        defaults={
            "contact": contact,
            "act": Batch.Act.DATA,
            "document_kind": "detail",
            "document_ids": [*ALWAYS, *things],
            "made_by": by.as_json(),
            "language": language,
            "made_at": now,
            "due_at": now,
        },
    )
    return batch


def make(batch: Batch) -> None:
    """Put it all together. Who has no access to the portal any more gets nothing."""
    people = ContactPerson.objects.with_access().select_related("customer", "organization")
    contact = people.filter(id=batch.contact_id or 0).first()
    if contact is None:
        return
    with tempfile.TemporaryFile() as whole:
        _pack(batch, contact, whole)
        whole.seek(0)
        BatchFile.objects.update_or_create(batch=batch, defaults={"content": whole.read()})


batches.does(Batch.Act.DATA, make)


def _pack(batch: Batch, contact: ContactPerson, whole: IO[bytes]) -> None:
    taken, left_out = set[str](), 0
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for place, thing in enumerate(batch.document_ids):
            if whole.tell() > LARGEST:
                left_out += 1
            else:
                kind, _colon, number = thing.partition(":")
                for name, content in _of(kind, int(number), contact):
                    packed.writestr(_told_apart(name, taken), content)
            batch.done = place + 1
            batch.save(update_fields=["done"])
            batches.keep(batch)
    if left_out:
        batch.refused = [[str(left_out), _("The file would be too large. Please ask for the rest.")]]
        batch.save(update_fields=["refused"])


def _of(kind: str, row_id: int, contact: ContactPerson) -> Iterator[tuple[str, bytes]]:
    """The files of one thing. What is gone meanwhile has none."""
    mine: dict[str, Any] = {"customer_id": contact.customer_id}
    if kind == "details":
        yield f"{_('My details')}.csv", _table(_details(contact))
    elif kind == "conversations":
        yield f"{_('Conversations')}.csv", _table(_conversations(contact))
    elif kind == "time":
        if is_on(contact.organization, MODULE):
            yield f"{_('Timesheets')}.csv", _table(_time(contact))
    elif kind == "payment":
        for payment in Payment.objects.filter(id=row_id, **mine):
            yield f"{_('Payments made')}/{enclosures.file_name(payment.number)}", _receipt(payment, contact)
    elif kind == "file":
        for file in StoredFile.objects.filter(id=row_id, **mine).present().shown():
            with keeping.opened(file) as content:
                yield f"{_('Documents')}/{file.name}", content.read()
    else:
        document = enclosures.document_of(kind, row_id)
        if document.customer_id == contact.customer_id:
            name = f"{FOLDERS[kind]}/{enclosures.file_name(document.file_name)}"
            yield name, enclosures.paper_of(document, at=clock.now())


FOLDERS = {
    "quote": gettext_lazy("Quotes"),
    "sales_order": gettext_lazy("Sales orders"),
    "invoice": gettext_lazy("Invoices"),
    "retainer_invoice": gettext_lazy("Retainer invoices"),
    "credit_note": gettext_lazy("Credit notes"),
}


def _receipt(payment: Payment, contact: ContactPerson) -> bytes:
    customer, language = contact.customer, contact.customer.language
    return receipt_pdf(payment, uses_of(payment), customer, contact.organization, language, at=payment.made_at)


def _details(contact: ContactPerson) -> Iterator[Row]:
    for row, names in ((contact, PERSON), (contact.customer, (*COMPANY, *ADDRESSES))):
        for name in names:
            yield str(changes.LABELS[name]), ", ".join(changes.lines(name, getattr(row, name)))


def _conversations(contact: ContactPerson) -> Iterator[Row]:
    """What both sides said and read, the oldest first."""
    yield _("Date"), _("Who"), _("Comment")
    said = Comment.objects.filter(customer_id=contact.customer_id).visible_to_customer().order_by("id")
    for comment in said.iterator(chunk_size=500):
        yield comment.made_at.isoformat(timespec="minutes"), comment.author.get("name", ""), comment.text


def _time(contact: ContactPerson) -> Iterator[Row]:
    """The time that is billable, the oldest first, with what was approved and billed of it."""
    yield _("Date"), _("Project"), _("Task"), _("Who"), _("Notes"), _("Hours"), _("Billing status"), _("Timesheet")
    mine = TimeEntry.objects.filter(customer_id=contact.customer_id).seen_by_customer().with_billing()
    entries: Any = mine.select_related("project", "task", "member", "approval").order_by("worked_on", "id")
    for one in entries.iterator(chunk_size=500):
        status = _("Billed") if one.is_billed else _("Unbilled")
        asked = one.approval.number if one.approval and one.approval.is_sent else ""
        hours = f"{in_hours(one.minutes).normalize():f}"
        yield one.worked_on, one.project.name, one.task.name, one.member.name, one.notes, hours, status, asked


def _table(rows: Iterator[Row]) -> bytes:
    return "".join(lines(rows)).encode()


def _told_apart(name: str, taken: set[str]) -> str:
    """A number where two would be called the same."""
    found, count = name, 1
    while found.casefold() in taken:
        count += 1
        stem, dot, ending = name.rpartition(".")
        found = f"{stem}-{count}{dot}{ending}"
    taken.add(found.casefold())
    return found
