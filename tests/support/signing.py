"""Signatures for tests, and how a reader of PDFs checks a seal."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from tests.support.cast import Cast, actor

DRAWN = "40,120 90,60 160,140 240,80;300,100 420,110"


def ask(cast: Cast) -> None:
    """Let the studio ask its customers for a signature."""
    from counterfoil.books.organizations import organizations

    cast.studio.refresh_from_db()
    organizations.change_quotes(
        cast.studio, asks_for_signature=True, accepted_becomes="", revision=cast.studio.revision, by=cast.by_olga
    )
    cast.studio.refresh_from_db()


def signed(one: Any, *, by: Any, name: str = "Ana Moreau", drawn: str = "", chosen: Any = ()) -> Any:
    """The quote, accepted and signed."""
    from counterfoil.books.sales import quotes
    from counterfoil.books.sales.signing import Signature

    signature = Signature(name=name, drawn=drawn, user_agent="Mozilla/5.0 (X11; Linux x86_64)")
    return quotes.accept(one, by=by, revision=one.revision, chosen=chosen, signature=signature)


def signed_anew() -> bytes:
    """The only quote there is, signed by ana in whichever installation this runs: its PDF."""
    from counterfoil.books.customers.models import ContactPerson
    from counterfoil.books.sales.models import Quote
    from counterfoil.paper.signed_quotes import signed_pdf

    pdf = signed_pdf(signed(Quote.objects.get(), by=actor(ContactPerson.objects.get(email="ana@harbour.test"))))
    assert pdf is not None
    return pdf


def seal_of(pdf: bytes, organization: Any) -> Any:
    """What a program that has taken the organization's certificate as trusted says of the only seal of a PDF."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from counterfoil.books.organizations import signing_keys

    certificate = x509.Certificate.load(signing_keys.as_file(signing_keys.certificate_of(organization.id)))
    (seal,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    with ThreadPoolExecutor(1) as beside:  # it begins a loop of its own, and a browser's test has one already
        return beside.submit(validate_pdf_signature, seal, trusted).result()
