"""The signed file of a quote: sealed so that any change shows, made once, and what stands in it."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pypdf import PdfReader

from counterfoil.books.customers.models import ContactPerson
from counterfoil.books.organizations import organizations
from counterfoil.books.sales import quotes
from counterfoil.books.sales.models import QuoteSignature
from counterfoil.outbound import spreading
from counterfoil.paper import drawn
from counterfoil.paper.sealing import CannotSeal, sealed
from counterfoil.paper.signed_quotes import signed_pdf, signed_pdf_of
from tests.support.books import quote
from tests.support.cast import Cast
from tests.support.signing import DRAWN, seal_of, signed


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def one(cast: Cast) -> Any:
    by = replace(cast.by_ana, address="203.0.113.7")
    return signed(quote(cast, extra="40"), by=by, drawn=DRAWN, chosen=[1])


def test_a_reader_of_pdfs_verifies_the_seal_and_finds_a_changed_byte(cast: Cast, one: Any) -> None:
    pdf = signed_pdf(one)
    assert pdf is not None
    status = seal_of(pdf, cast.studio)
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True, True, True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert status.md_algorithm == "sha256"
    for place in (2_000, len(pdf) // 3):
        forged = bytearray(pdf)
        forged[place] ^= 1
        assert not seal_of(bytes(forged), cast.studio).intact, place


def test_a_seal_is_the_organizations_own(cast: Cast, one: Any) -> None:
    pdf = signed_pdf(one)
    assert pdf is not None
    from counterfoil.books.organizations import signing_keys

    signing_keys.ready(cast.quay.id)
    status = seal_of(pdf, cast.quay)
    assert (status.intact, status.trusted) == (True, False)


def test_what_was_signed_stands_on_its_last_page_and_goes_with_it(one: Any) -> None:
    pdf = signed_pdf(one)
    assert pdf is not None
    text, signature = words(pdf), QuoteSignature.objects.get()
    for part in ("Shop sign", "Lighting", "£140.00", "Signature certificate", "Ana Moreau", "ana@harbour.test"):
        assert part in text
    for part in (f"{one.number}, revision 1", "203.0.113.7", "Mozilla/5.0", "Harbour Bakery Ltd"):
        assert part in text
    assert "Optional, not in the total" not in text
    assert signature.sha256 in text.replace(" ", "")
    ((name, (content,)),) = PdfReader(io.BytesIO(pdf)).attachments.items()
    assert name == "signed.json"
    assert sha256(content).hexdigest() == signature.sha256
    assert json.loads(content) == signature.revision.accepted


def test_it_is_in_the_language_in_which_it_was_signed(cast: Cast) -> None:
    ContactPerson.objects.filter(id=cast.ana.id).update(language="zh-Hans")
    pdf = signed_pdf(signed(quote(cast), by=cast.by_ana))
    assert pdf is not None
    assert "签名证书" in words(pdf).replace(" ", "")
    assert seal_of(pdf, cast.studio).bottom_line


def test_it_is_made_once_and_stays_the_same_bytes(cast: Cast, one: Any) -> None:
    pdf = signed_pdf(one)
    cast.studio.refresh_from_db()
    organizations.change_look(cast.studio, brand_colour="aa3355", revision=cast.studio.revision, by=cast.by_olga)
    assert signed_pdf(one) == pdf == bytes(QuoteSignature.objects.get().file)


def test_the_worker_makes_it_as_soon_as_it_was_accepted(one: Any) -> None:
    assert bytes(QuoteSignature.objects.get().file) == b""
    while spreading.spread_due():
        pass
    assert bytes(QuoteSignature.objects.get().file).startswith(b"%PDF")


def test_what_was_edited_afterwards_has_no_signed_file_and_the_old_one_has(cast: Cast, one: Any) -> None:
    before = signed_pdf(one)
    content = quotes.content_of(one, list(one.lines.all()))
    edited = quotes.edit(one, replace(content, terms="Half at the start."), by=cast.by_olga, revision=1)
    assert signed_pdf(edited) is None
    assert signed_pdf_of(edited, 1) == before
    accepted = quotes.accept(edited, by=cast.by_ana, revision=2)
    assert signed_pdf(accepted) is None


def test_a_drawing_is_numbers_alone(one: Any) -> None:
    path = drawn.path(QuoteSignature.objects.get().drawn)
    assert path == "M40 120 Q90 60 125 100 Q160 140 200 110 L240 80 M300 100 L420 110"


def test_what_cannot_be_sealed_says_so_without_the_key() -> None:
    with pytest.raises(CannotSeal) as failure:
        sealed(b"no PDF", key="SECRET", certificate="no certificate", reason="")
    assert str(failure.value)
    assert "SECRET" not in str(failure.value)


def test_what_makes_the_seal_is_loaded_only_where_it_is_made() -> None:
    question = "import counterfoil.paper.sealing, sys; print('pyhanko' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False"
