"""Files that a customer and the business share: uploaded, shown, hidden and removed.

They belong to the customer's account or to one document, of any type. Their content is in the store before a verb is
called: `counterfoil.books.files.keeping`.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import Customer
from counterfoil.books.files import names
from counterfoil.books.files.keeping import KEPT, Kept
from counterfoil.books.files.models import StoredFile
from counterfoil.books.organizations.models import Organization
from counterfoil.books.organizations.modules import is_on
from counterfoil.books.sales import origins
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import Audience, record
from counterfoil.foundation.refusal import Refused

from .taking_part import is_visible, must_take_part


@transaction.atomic
def add(
    subject: Any, kept: Sequence[Kept], *, by: Actor, shown: bool = False, making_key: str = ""
) -> list[StoredFile]:
    """Put files to a document or to a customer's account (`subject`, a row). The same form sent again adds them once.

    What the customer's people upload both sides see. What the office uploads is its own unless `shown`; on a draft
    the customer sees it once they see the draft.

    Raises Refused: NOT_YOURS, NOT_ALLOWED, UPLOADS_OFF, TOO_MANY_FILES.
    """
    is_account = isinstance(subject, Customer)
    customer = customers.lock(subject.id if is_account else subject.customer_id)
    is_seen = is_account or is_visible(subject)
    must_take_part(by, customer, is_visible=is_seen)
    _customers_may_upload(by, customer, is_account=is_account)
    keys = [_key_of(making_key, subject, by, one) for one in kept]
    made = StoredFile.objects.present().filter(customer=customer, making_key__in=keys).exclude(making_key="")
    if found := list(made.order_by("id")):
        return found
    _must_have_room(customer, len(kept))
    files = [
        _stored(one, customer, subject=subject, actor=by, shown=shown or by.kind == "contact", key=key)
        for one, key in zip(kept, keys, strict=True)
    ]
    name = "file.uploaded" if by.kind == "contact" else "file.shared" if shown and is_seen else "file.added"
    _tell(name, subject, files, by)
    return files


def attach(comment: Any, kept: Sequence[Kept], *, actor: Actor) -> list[StoredFile]:
    """Put files to what is being said, within its transaction: whoever reads it sees them.

    Raises Refused: UPLOADS_OFF, TOO_MANY_FILES.
    """
    if not kept:
        return []
    _customers_may_upload(actor, comment.customer, is_account=False)
    _must_have_room(comment.customer, len(kept))
    return [
        _stored(one, comment.customer, subject=comment, actor=actor, shown=comment.is_shown, comment_id=comment.id)
        for one in kept
    ]


@transaction.atomic
def share(file: StoredFile, *, by: Actor) -> StoredFile:
    """Let the customer see what the office keeps for itself. Raises Refused: NOT_ALLOWED, REMOVED, SAID."""
    file = _locked(file)
    by.must_be_staff_of(file.organization_id)
    _must_be_there(file)
    if file.comment_id:
        raise Refused("SAID", _("It belongs to a comment, and is seen by whoever reads that."))
    if not file.is_shown:
        subject = _subject_of(file)
        file.is_shown = True
        file.save(update_fields=["is_shown"])
        is_seen = isinstance(subject, Customer) or is_visible(subject)
        _tell("file.shared" if is_seen else "file.added", subject, [file], by)
    return file


@transaction.atomic
def withdraw(file: StoredFile, *, by: Actor) -> StoredFile:
    """Keep to the office what it showed to the customer.

    From a document that they see only an owner takes something away. Raises Refused: NOT_ALLOWED, REMOVED, SAID.
    """
    file = _locked(file)
    _must_may_take_away(file, by)
    _must_be_there(file)
    if file.comment_id or file.contact_id:
        raise Refused("SAID", _("It is the customer's own, or belongs to a comment that they read."))
    if file.is_shown:
        file.is_shown = False
        file.save(update_fields=["is_shown"])
        _tell("file.withdrawn", _subject_of(file), [file], by)
    return file


@transaction.atomic
def remove(file: StoredFile, *, by: Actor) -> StoredFile:
    """Take a file away; its content is forgotten a day later.

    A customer's person removes what they uploaded to the account themselves. What belongs to a document or a comment
    that the customer sees stays, unless an owner takes it away. Raises Refused: NOT_YOURS, NOT_ALLOWED, REMOVED.
    """
    file = _locked(file)
    if by.kind == "contact":
        by.must_act_for(file.customer_id, organization_id=file.organization_id)
        must_take_part(by, file.customer, is_visible=file.is_shown)
        if not can_be_removed(file, actor=by):
            raise Refused("NOT_YOURS", _("Only who uploaded it can remove it, and not from a document."))
    else:
        _must_may_take_away(file, by)
    _must_be_there(file)
    file.removed_at, file.removed_by = clock.now(), by.as_json()
    file.save(update_fields=["removed_at", "removed_by"])
    _tell("file.removed", _subject_of(file), [file], by)
    return file


def can_be_removed(file: StoredFile, *, actor: Actor) -> bool:
    """Whether a customer's person may remove it, so that their page offers it."""
    return file.contact_id == actor.id and not (file.document_kind or file.comment_id)


def can_be_taken_away(file: StoredFile, *, actor: Actor, is_visible: bool) -> bool:
    """Whether one of the staff may hide or remove it; `is_visible` is whether the customer sees what it belongs to."""
    is_kept = file.is_shown and is_visible and bool(file.document_kind or file.comment_id)
    return actor.role in (("owner",) if is_kept else ("owner", "staff"))


@transaction.atomic
def remove_of_what_is_gone(*, by: Actor) -> int:
    """Remove what belongs to drafts that were deleted; returns how much that was."""
    present, gone = StoredFile.objects.present().exclude(document_kind=""), 0
    for kind, model in origins.SUBJECTS.items():
        there = model._default_manager.filter(id=OuterRef("document_id"))
        orphans = present.filter(~Exists(there), document_kind=kind)
        gone += orphans.update(removed_at=clock.now(), removed_by=by.as_json())
    return gone


def _must_may_take_away(file: StoredFile, by: Actor) -> None:
    by.must_be_staff_of(file.organization_id)
    subject = _subject_of(file)
    if not can_be_taken_away(file, actor=by, is_visible=isinstance(subject, Customer) or is_visible(subject)):
        raise Refused("NOT_ALLOWED", _("The customer has seen it with this document. Only an owner takes it away."))


def _must_be_there(file: StoredFile) -> None:
    if file.removed_at:
        raise Refused("REMOVED", _("This file was removed meanwhile."))


def _locked(file: StoredFile) -> StoredFile:
    customers.lock(file.customer_id)
    return StoredFile.objects.select_for_update(of=("self",)).select_related("customer").get(id=file.id)


def _customers_may_upload(by: Actor, customer: Customer, *, is_account: bool) -> None:
    if by.kind != "contact":
        return
    organization = Organization.objects.defer("logo").get(id=customer.organization_id)
    if not is_on(organization, "uploads") or (is_account and not is_on(organization, "documents")):
        raise Refused("UPLOADS_OFF", _("Documents can't be uploaded here any more. Please send them by e-mail."))


def _must_have_room(customer: Customer, more: int) -> None:
    """What was removed a moment ago still takes its place in the store."""
    kept = Q(removed_at__isnull=True) | Q(removed_at__gte=clock.now() - KEPT)
    if StoredFile.objects.filter(kept, customer=customer).count() + more > settings.MOST_FILES:
        told = {"most": settings.MOST_FILES}
        raise Refused("TOO_MANY_FILES", _("There is room for %(most)d files. Remove some first.") % told, field="file")


def _stored(
    one: Kept,
    customer: Customer,
    *,
    subject: Any,
    actor: Actor,
    shown: bool,
    key: str = "",
    comment_id: int | None = None,
) -> StoredFile:
    kind, document_id = _place_of(subject)
    return StoredFile.objects.create(
        organization_id=customer.organization_id,
        customer=customer,
        document_kind=kind,
        document_id=document_id,
        comment_id=comment_id,
        key=one.key,
        small_key=one.small_key,
        name=one.name,
        name_key=names.key_of(one.name),
        kind=one.kind,
        size=one.size,
        sha256=one.sha256,
        is_shown=shown,
        uploader=actor.as_json(),
        contact_id=actor.id if actor.kind == "contact" else None,
        making_key=key,
        made_at=clock.now(),
    )


def _place_of(subject: Any) -> tuple[str, int | None]:
    """To which document something belongs; none, if to the account or to what is said about that."""
    if isinstance(subject, Customer):
        return "", None
    if hasattr(subject, "document_kind"):
        return subject.document_kind, subject.document_id
    return subject.kind(), subject.id


def _subject_of(file: StoredFile) -> Any:
    """What it belongs to: a document that is there, or the customer."""
    model = origins.SUBJECTS.get(file.document_kind)
    document = model._default_manager.filter(id=file.document_id or 0).first() if model else None
    return document or file.customer


def _key_of(form_key: str, subject: Any, by: Actor, one: Kept) -> str:
    """Of the form and of what is sent with it: who goes back and sends another file with it adds that too."""
    if not form_key:
        return ""
    told = "\0".join([form_key, str(subject.id), by.kind, str(by.id), one.name, one.sha256])
    return base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest()).rstrip(b"=").decode()


def _tell(name: str, subject: Any, files: Sequence[StoredFile], by: Actor) -> None:
    audience: Audience = "both" if name in ("file.uploaded", "file.shared") else "office"
    record(
        name,
        subject,
        by=by,
        audience=audience,
        files=[{"id": str(one.id), "name": one.name} for one in files],
        number=getattr(subject, "number", ""),
        is_draft=getattr(subject, "state", "") == "draft",
    )
