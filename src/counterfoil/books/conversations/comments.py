"""Saying something about a document or a customer. Nothing that was said is changed or taken back.

Every type of document can be talked about as soon as it is there: what its queryset calls `visible_to_customer`, the
customer takes part in.
"""

import base64
import hashlib
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers import customers
from counterfoil.books.customers.models import ContactPerson, ContactPersonQuerySet, Customer
from counterfoil.books.files.keeping import Kept
from counterfoil.books.organizations.models import StaffMember
from counterfoil.books.sales.models import DocumentLink
from counterfoil.books.sharing import shared_files
from counterfoil.books.sharing.taking_part import is_visible, must_take_part
from counterfoil.foundation import clock
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.events import record
from counterfoil.foundation.refusal import Refused

from .models import Comment

LONGEST = 4_000
# They turn the order of what follows, so that a name or an address could be made to read as another one.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@transaction.atomic
def add(
    subject: Any,
    text: str,
    *,
    by: Actor,
    shown: bool = False,
    mentions: Collection[int] = (),
    making_key: str = "",
    files: Sequence[Kept] = (),
) -> Comment:
    """Say something about a document or a customer (`subject`, a row). The same form sent again says it once.

    What the customer's people say is shown to both sides. What the office says is its own unless `shown`, and can be
    shown only where the customer sees the document; `mentions` are the ids of colleagues to tell. Whoever reads it
    sees its `files`, nobody else does.

    Raises Refused: NOT_YOURS, NOT_ALLOWED, NOTHING_SAID, COMMENT_TOO_LONG, NOT_SEEN_THERE, NOT_A_COLLEAGUE, and what
    `shared_files.attach` raises.
    """
    is_customer = isinstance(subject, Customer)
    customer = customers.lock(subject.id if is_customer else subject.customer_id)
    is_seen = not is_customer and is_visible(subject)
    must_take_part(by, customer, is_visible=is_seen)
    if shown and not is_seen:
        raise Refused("NOT_SEEN_THERE", _("The customer doesn't see this, so comments on it are internal."))
    text, told = sound(text), _colleagues(mentions, by, customer.organization_id)
    of_customer = by.kind == "contact"
    key = key_of(making_key, subject, by, text)
    if key and (made := Comment.objects.filter(customer=customer, making_key=key).first()):
        return made
    comment = Comment.objects.create(
        organization_id=customer.organization_id,
        customer=customer,
        document_kind="" if is_customer else subject.kind(),
        document_id=None if is_customer else subject.id,
        text=text,
        is_shown=shown or of_customer,
        author=by.as_json(),
        contact_id=by.id if of_customer else None,
        mentions=told,
        making_key=key,
        made_at=clock.now(),
    )
    shared_files.attach(comment, files, actor=by)
    _tell(comment, subject, by, is_draft=not (is_customer or is_seen))
    return comment


def can_be_shown(subject: Any) -> bool:
    """Whether a form may offer it: the customer sees no draft, and nothing of what is said about themselves."""
    return not isinstance(subject, Customer) and subject.state != "draft"


def takes_part(customer_id: int, *, document_kind: str, document_id: int) -> ContactPersonQuerySet:
    """Who at the customer hears of what is said about a document: of those who may open the portal now, who said
    something about it or was mailed it; where that is nobody, all.
    """
    people = ContactPerson.objects.with_access().filter(customer_id=customer_id)
    about = {"document_kind": document_kind, "document_id": document_id}
    spoke = Comment.objects.filter(**about, contact__isnull=False).values("contact_id")
    mailed = DocumentLink.objects.filter(**about).values("contact_id")
    concerned = people.filter(Q(id__in=spoke) | Q(id__in=mailed))
    return concerned if concerned.exists() else people


def tidied(text: str) -> str:
    """As it is kept: line breaks of one kind, and no characters that are not seen but do something."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one for one in text if one == "\n" or not _acts_unseen(one)).strip()


def _acts_unseen(character: str) -> bool:
    return character in TURNING or unicodedata.category(character) in ("Cc", "Cs")


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cf", "Zs", "Zl", "Zp") and character != "\n"


def sound(text: str) -> str:
    """What was written, as it is kept. Raises Refused: NOTHING_SAID, COMMENT_TOO_LONG."""
    text = tidied(text)
    if not any(map(_is_seen, text)):
        raise Refused("NOTHING_SAID", _("Write something first."), field="text")
    if len(text) > LONGEST:
        raise Refused("COMMENT_TOO_LONG", _("Please say it in at most 4,000 characters."), field="text")
    return text


def _colleagues(ids: Collection[int], by: Actor, organization_id: int) -> list[dict[str, Any]]:
    """Those who are to be told, by id and name."""
    if not ids:
        return []
    if by.kind == "contact":
        raise Refused("NOT_YOURS", _("You can't do this for this customer."))
    here = StaffMember.objects.told_of_business().filter(organization_id=organization_id)
    found = list(here.filter(id__in=ids).order_by("id"))
    if len(found) != len(set(ids)):
        raise Refused("NOT_A_COLLEAGUE", _("One of them doesn't work here any more. Choose again."), field="tell")
    return [{"id": str(one.id), "name": one.name} for one in found]


def key_of(form_key: str, subject: Any, by: Actor, text: str) -> str:
    """Of the form and of what it says: who goes back and says something else with the same form says that too."""
    if not form_key:
        return ""
    told = "\0".join([form_key, str(subject.id), by.kind, str(by.id), text])
    return base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest()).rstrip(b"=").decode()


def _tell(comment: Comment, subject: Any, by: Actor, *, is_draft: bool) -> None:
    """The log knows that something was said and about what, not the words: those may be internal."""
    about = {"comment_id": str(comment.id), "number": getattr(subject, "number", ""), "is_draft": is_draft}
    record("comment.added", subject, by=by, audience="both" if comment.is_shown else "office", **about)
    if comment.mentions:
        ids = [one["id"] for one in comment.mentions]
        record("comment.mentioned", subject, by=by, audience="office", staff_ids=ids, **about)
