"""How a customer signs the quote that they accept, and what is kept of it.

A signature belongs to one revision and never changes. It is a name that was typed or strokes that were drawn: numbers
alone, so that nothing of it can be anything but lines on paper.
"""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.actors import Actor
from counterfoil.foundation.refusal import Refused

from .models import Quote, QuoteRevision, QuoteSignature

WIDTH, HEIGHT = 600, 240  # of the field that is drawn in
SHORTEST = 60  # of all strokes together; less is a slip of the finger
LONGEST_NAME, LONGEST_DRAWING, LONGEST_BROWSER = 100, 40_000, 300
_STROKES = re.compile(r"\d{1,3},\d{1,3}(?:[ ;]\d{1,3},\d{1,3})*", re.ASCII)

Stroke = list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a person signs with: their name, or strokes as "x,y x,y;x,y", and the browser that they did it in."""

    name: str = ""
    drawn: str = ""
    user_agent: str = ""


def is_asked(organization: Organization) -> bool:
    """Whether customers sign what they accept."""
    return organization.asks_for_signature


def wanted(quote: Quote, signature: Signature | None, *, actor: Actor) -> Signature | None:
    """The signature as it can be kept; None where none is needed and none was given.

    Who decides for the customer on their word has nothing to sign with.
    Raises Refused: SIGNATURE_MISSING, SIGNATURE_TOO_LONG, SIGNATURE_UNREADABLE.
    """
    if actor.kind != "contact":
        return None
    given = _clean(signature or Signature())
    if given.name or given.drawn:
        return given
    if not is_asked(Organization.objects.only("asks_for_signature").get(id=quote.organization_id)):
        return None
    raise Refused("SIGNATURE_MISSING", _("Sign first: type your name, or draw your signature."), field="signature_name")


def keep(quote: Quote, signature: Signature, *, actor: Actor) -> None:
    """Keep who signed what has just been accepted."""
    revision: Any = QuoteRevision.objects.get(document=quote, revision=quote.revision)
    contact = ContactPerson.objects.get(id=actor.id or 0)
    QuoteSignature.objects.create(
        revision=revision,
        name=signature.name,
        drawn=signature.drawn,
        signed_at=revision.decided_at,
        signed_by=actor.as_json(),
        email=contact.email,
        address=actor.address,
        user_agent=signature.user_agent,
        language=contact.language,
        sha256=sha256(signed_bytes(revision.accepted)).hexdigest(),
    )


@transaction.atomic
def keep_file(signature: QuoteSignature, content: bytes) -> bytes:
    """Keep the sealed file, and return the one that counts: the first that was made."""
    signature = QuoteSignature.objects.select_for_update().get(id=signature.id)
    if not signature.file:
        signature.file = content
        signature.save(update_fields=["file"])
    return bytes(signature.file)


def signature_of(quote: Quote, revision: int) -> QuoteSignature | None:
    """How a revision of a quote was signed, with the revision."""
    signatures = QuoteSignature.objects.select_related("revision")
    return signatures.filter(revision__document=quote, revision__revision=revision).first()


def decisions_on(quote: Quote) -> QuerySet[Any]:
    """The revisions that were decided, the newest first, each with `is_signed`."""
    decided = QuoteRevision.objects.filter(document=quote).exclude(decision="").order_by("-revision")
    return decided.annotate(is_signed=Exists(QuoteSignature.objects.filter(revision=OuterRef("id"))))


def signed_bytes(accepted: dict[str, Any]) -> bytes:
    """What was accepted, exactly: the same content gives the same bytes, in whichever order it was kept."""
    return json.dumps(accepted, ensure_ascii=False, sort_keys=True, indent=1).encode()


def strokes(drawn: str) -> list[Stroke]:
    """The points of each stroke, from what was checked before."""
    return [[_point(pair) for pair in stroke.split(" ")] for stroke in drawn.split(";")] if drawn else []


def _point(pair: str) -> tuple[int, int]:
    x, _comma, y = pair.partition(",")
    return int(x), int(y)


def _clean(signature: Signature) -> Signature:
    """Without what a signature can't have. Something that is no name and no drawing is left out."""
    name = " ".join("".join(one if one.isprintable() else " " for one in signature.name).split())
    if len(name) > LONGEST_NAME:
        raise Refused("SIGNATURE_TOO_LONG", _("A name can have at most 100 characters."), field="signature_name")
    browser = "".join(one for one in signature.user_agent if one.isprintable())
    return Signature(
        name=name if any(one.isalnum() for one in name) else "",
        drawn=_checked(signature.drawn.strip()),
        user_agent=browser[:LONGEST_BROWSER],
    )


def _checked(drawn: str) -> str:
    """The strokes, if they are some; nothing if there is hardly a line."""
    if not drawn:
        return ""
    is_readable = len(drawn) <= LONGEST_DRAWING and _STROKES.fullmatch(drawn)
    if not is_readable or any(x > WIDTH or y > HEIGHT for stroke in strokes(drawn) for x, y in stroke):
        raise Refused(
            "SIGNATURE_UNREADABLE",
            _("The drawing could not be read. Draw it again, or type your name."),
            field="signature_name",
        )
    length = sum(
        max(abs(x2 - x1), abs(y2 - y1)) for stroke in strokes(drawn) for (x1, y1), (x2, y2) in pairwise(stroke)
    )
    return drawn if length >= SHORTEST else ""
