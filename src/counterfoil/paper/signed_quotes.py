"""The signed file of a quote that was accepted: as it was accepted, with a page on the signature, sealed.

It is made once, when it is first needed, and the same bytes from then on.
"""

from dataclasses import replace
from datetime import UTC
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.books.organizations import signing_keys
from counterfoil.books.organizations.models import Organization
from counterfoil.books.sales import signing
from counterfoil.books.sales.models import Quote, QuoteSignature
from counterfoil.foundation.actors import actor_from
from counterfoil.foundation.formats import format_moment
from counterfoil.foundation.languages import speaking
from counterfoil.foundation.money import Money, format_money

from . import drawn
from .documents import Standing, document_sheet
from .parties import logo_of
from .sealing import sealed
from .sheet import Certificate, Fact, Sheet
from .typesetting import render

ENCLOSED = "signed.json"


def signed_pdf(document: Any) -> bytes | None:
    """The signed file of the present revision of a quote; None for what nobody signed. Call it outside transactions."""
    if not isinstance(document, Quote) or document.state not in (Quote.State.ACCEPTED, Quote.State.INVOICED):
        return None
    return signed_pdf_of(document, document.revision)


def signed_pdf_of(quote: Quote, revision: int) -> bytes | None:
    """The signed file of any revision of a quote; None if nobody signed that one. Call it outside transactions."""
    signature = signing.signature_of(quote, revision)
    if signature is None:
        return None
    if signature.file:
        return bytes(signature.file)
    return signing.keep_file(signature, _made(signature, Organization.objects.get(id=quote.organization_id)))


def _made(signature: QuoteSignature, organization: Organization) -> bytes:
    key = signing_keys.ready(organization.id)
    pdf = render(signed_sheet(signature, organization), at=signature.signed_at)
    with speaking(signature.language):
        reason = _("Accepted by %(name)s") % {"name": actor_from(signature.signed_by).name}
    return sealed(pdf, key=key.key, certificate=key.certificate, reason=reason)


def signed_sheet(signature: QuoteSignature, organization: Organization) -> Sheet:
    """What the signed file says, in the language in which it was signed."""
    accepted, language = signature.revision.accepted or {}, signature.language
    sheet = document_sheet(accepted, organization, language, Standing(stamp="accepted"))
    with speaking(language):
        return replace(
            sheet,
            logo=logo_of(organization),
            page_label=_("Page {n} of {m}"),
            certificate=_certificate(signature, accepted, organization),
        )


def _certificate(signature: QuoteSignature, accepted: dict[str, Any], organization: Organization) -> Certificate:
    who = actor_from(signature.signed_by)
    return Certificate(
        title=_("Signature certificate"),
        intro=_(
            "This quote was accepted and signed in the customer portal of %(organization)s. The PDF is sealed with "
            "their key: a program that reads PDFs shows whether anything in it was changed since."
        )
        % {"organization": organization.name},
        name=signature.name,
        drawing=drawn.drawing(signature.drawn) if signature.drawn else "",
        alt=_("Signature of %(name)s") % {"name": who.name},
        facts=tuple(_facts(signature, accepted, organization)),
        note=_(
            "What was signed, with the lines that were chosen, goes with this PDF as the file %(file)s. The SHA-256 "
            "above is that of this file."
        )
        % {"file": ENCLOSED},
        file_name=ENCLOSED,
        content=signing.signed_bytes(accepted).decode(),
    )


def _facts(signature: QuoteSignature, accepted: dict[str, Any], organization: Organization) -> list[Fact]:
    language = signature.language
    when = format_moment(signature.signed_at, language, organization.time_zone, organization.date_format)
    exactly = signature.signed_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    facts = [
        Fact(_("Quote"), _("%(number)s, revision %(n)d") % {"number": accepted["number"], "n": accepted["revision"]}),
        Fact(_("Total"), format_money(Money(accepted["total_minor"], accepted["currency"]), language)),
        Fact(_("Signed by"), actor_from(signature.signed_by).name),
        Fact(_("E-mail"), signature.email),
        Fact(_("Customer"), accepted["customer"]["name"]),
        Fact(_("Signed on"), f"{when} ({exactly})"),
        Fact(_("Network address"), signature.address),
        Fact(_("Browser"), signature.user_agent),
        Fact("SHA-256", signature.sha256),
    ]
    return [fact for fact in facts if fact.value]
