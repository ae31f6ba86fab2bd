"""The XML in the PDF, as Factur-X wants it: a file of that name, related to the whole, told of in the metadata."""

from typing import Any

FILE = "factur-x.xml"


def embedded(pdf: bytes, xml: bytes, *, title: str, author: str, language: str) -> bytes:
    """The PDF (PDF/A-3) with the XML in it. Takes some 70 ms, and loads its library when it is first needed."""
    from facturx import generate_from_binary

    told: dict[str, Any] = {"author": author, "title": title, "subject": title, "keywords": "Factur-X"}
    return bytes(
        generate_from_binary(
            pdf,
            xml,
            flavor="factur-x",
            level="en16931",
            check_xsd=False,
            check_schematron=False,
            pdf_metadata=told,
            lang=language,
            afrelationship="alternative",
            xmp_compression=False,
        )
    )
