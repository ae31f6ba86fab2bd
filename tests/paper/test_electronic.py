"""The electronic invoice: what the schema and the rules of EN 16931 say of it. Its figures are the printed ones."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from counterfoil.books.organizations import organizations, taxes
from counterfoil.books.organizations.models import Organization
from counterfoil.books.organizations.tax_numbers import tax_number
from counterfoil.books.sales import arithmetic, conversions, credit_notes, invoices
from counterfoil.books.sales.arithmetic import Component, Percent, Tax, Terms
from counterfoil.books.sales.pricing import LineContent
from counterfoil.foundation import clock
from counterfoil.foundation.money import exponent
from counterfoil.foundation.refusal import Refused
from counterfoil.paper.documents import document_pdf, standing_of, standing_of_credit_note
from counterfoil.paper.electronic.cii import Now, xml_of
from counterfoil.paper.electronic.missing import missing
from counterfoil.paper.electronic.sums import is_exact, sums_of
from counterfoil.paper.electronic.units import code_of
from tests.support.books import draft_invoice, invoice, pay
from tests.support.cast import Cast, visitor
from tests.support.electronic import faults
from tests.support.refusals import refused

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
RATES = ("0", "5", "5.5", "7.7", "19", "20", "21.8", "100")
SELLER = {"name": "Studio", "address": {"country": "FR", "city": "Lyon"}, "tax_id": "FR 40 303265045"}
BUYER = {"name": "云杉设计", "address": {"country": "CN"}, "tax_id": ""}
BANK = Organization(
    name="Studio", bank_account="FR76 3000 6000 0112 3456 7890 189", bank_code="AGRIFRPP", bank_holder="Studio"
)


def read(xml: bytes, name: str) -> list[str]:
    return [one.text or "" for one in etree.fromstring(xml).iter(f"{RAM}{name}")]


@st.composite
def snapshots(draw: Any) -> dict[str, Any]:
    """What an issued document keeps, priced as it is in the books."""
    currency = draw(st.sampled_from(("EUR", "GBP", "JPY")))
    rates = [
        Tax(place + 1, f"VAT {rate}", (Component(place + 1, rate, Decimal(rate)),))
        for place, rate in enumerate(draw(st.lists(st.sampled_from(RATES), min_size=1, max_size=3)))
    ]
    choice = st.sampled_from([None, *rates])
    minor = st.integers(0, 9_000)
    percent = st.decimals(0, 100, places=2)
    discount = st.one_of(st.none(), st.none(), percent.map(Percent))
    lines = draw(
        st.lists(
            st.builds(
                arithmetic.Line,
                quantity=st.decimals(0, 500, places=3),
                rate=st.decimals(0, 900, places=4),
                discount=discount,
                tax=choice,
            ),
            min_size=1,
            max_size=6,
        )
    )
    terms = Terms(
        discount=draw(discount),
        shipping_minor=draw(st.one_of(st.just(0), minor)),
        shipping_tax=draw(choice),
        adjustment_minor=draw(st.one_of(st.just(0), st.integers(-50, 900))),
        is_inclusive=draw(st.booleans()),
    )
    try:
        totals = arithmetic.total(lines, terms, currency)
    except Refused:
        terms = replace(terms, adjustment_minor=0)
        totals = arithmetic.total(lines, terms, currency)
    kind = draw(st.sampled_from(("invoice", "credit_note")))
    return {
        "kind": kind,
        "number": "X-1",
        "currency": currency,
        "dated": "2026-11-26",
        "due_on": "2026-12-26",
        "order_number": draw(st.sampled_from(("", "PO 7 & <b>"))),
        "is_inclusive": terms.is_inclusive,
        "notes": draw(st.text(max_size=20)),
        "terms": "",
        "organization": SELLER | {"phone": "+33 1", "email": draw(st.sampled_from(("", "a@b.fr")))},
        "customer": BUYER | {"is_tax_exempt": False, "exemption_reason": ""},
        "lines": [
            {
                "name": "Sign",
                "description": draw(st.text(max_size=9)),
                "quantity": f"{line.quantity:f}",
                "unit": draw(st.sampled_from(("", "h", "件", "crates"))),
                "rate": f"{line.rate:f}",
                "net_minor": one.net_minor,
                "tax_id": line.tax.id if line.tax else None,
            }
            for line, one in zip(lines, totals.lines, strict=True)
        ],
        "subtotal_minor": totals.subtotal_minor,
        "discount_minor": totals.discount_minor,
        "shipping_minor": terms.shipping_minor,
        "shipping_tax_id": terms.shipping_tax.id if terms.shipping_tax else None,
        "adjustment_minor": terms.adjustment_minor,
        "adjustment_label": "",
        "taxes": [
            {
                "id": one.tax.id,
                "percent": f"{one.tax.percent:f}",
                "base_minor": one.base_minor,
                "tax_minor": one.tax_minor,
            }
            for one in totals.taxes
        ],
        "tax_minor": totals.tax_minor,
        "total_minor": totals.total_minor,
    }


@settings(deadline=None, max_examples=60)
@given(snapshots(), st.integers(0, 100))
def test_any_document_keeps_to_the_schema_and_the_rules(snapshot: dict[str, Any], paid: int) -> None:
    sums = sums_of(snapshot)
    assert sums.total_minor == snapshot["total_minor"]
    assert sums.tax_minor == snapshot["tax_minor"]
    assert all(line.net_minor >= 0 and line.price >= 0 for line in sums.lines)
    if snapshot["currency"] != "JPY":  # where a unit is much, a tax may not be its rate any more
        assert is_exact(sums, snapshot)
    if is_exact(sums, snapshot):
        now = Now(paid_minor=snapshot["total_minor"] * paid // 100)
        assert faults(xml_of(snapshot, BANK, now)) == []


@settings(deadline=None, max_examples=200)
@given(snapshots())
def test_what_each_line_says_is_what_it_comes_to(snapshot: dict[str, Any]) -> None:
    """Quantity times price, less the discount, is the amount, but for what rounding moves between lines."""
    for line, one in zip(snapshot["lines"], sums_of(snapshot).lines, strict=True):
        exactly = (Decimal(line["quantity"]) * one.price).scaleb(exponent(snapshot["currency"])) - one.discount_minor
        assert abs(exactly - one.net_minor) <= 1


def plain(**changes: Any) -> dict[str, Any]:
    """A document of 100.00 with 20 per cent, less a tenth."""
    line = {"name": "Sign", "description": "", "quantity": "1", "unit": "", "rate": "100", "net_minor": 9_000}
    return {
        "kind": "invoice",
        "number": "INV-1",
        "currency": "EUR",
        "dated": "2026-11-26",
        "due_on": "2026-12-26",
        "order_number": "",
        "is_inclusive": False,
        "notes": "",
        "terms": "",
        "organization": SELLER | {"phone": "", "email": ""},
        "customer": BUYER | {"is_tax_exempt": False, "exemption_reason": ""},
        "lines": [line | {"tax_id": 1}],
        "subtotal_minor": 9_000,
        "discount_minor": 0,
        "shipping_minor": 0,
        "shipping_tax_id": None,
        "adjustment_minor": 0,
        "adjustment_label": "",
        "taxes": [{"id": 1, "percent": "20", "base_minor": 9_000, "tax_minor": 1_800}],
        "tax_minor": 1_800,
        "total_minor": 10_800,
    } | changes


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("GrandTotalAmount", "108.01"),
        ("LineTotalAmount", "89.99"),
        ("TaxBasisTotalAmount", "90.01"),
        ("DuePayableAmount", "107.99"),
        ("CalculatedAmount", "16.00"),
        ("BasisAmount", "100.00"),
    ],
)
def test_a_figure_that_was_altered_is_found(name: str, instead: str) -> None:
    xml = xml_of(plain(), BANK)
    assert faults(xml) == []
    altered, count = re.subn(rf"(<ram:{name}[^>]*>)[\d.]+", rf"\g<1>{instead}", xml.decode())
    assert count
    assert faults(altered.encode())


def test_prices_that_include_the_tax_are_told_without_it() -> None:
    line = {
        "name": "Sign",
        "description": "",
        "quantity": "3",
        "unit": "",
        "rate": "10",
        "net_minor": 3_000,
        "tax_id": 1,
    }
    sums = sums_of(
        plain(
            is_inclusive=True,
            lines=[line],
            subtotal_minor=3_000,
            taxes=[{"id": 1, "percent": "20", "base_minor": 2_500, "tax_minor": 500}],
            tax_minor=500,
            total_minor=3_000,
        )
    )
    assert (sums.lines[0].net_minor, sums.lines[0].price) == (2_500, Decimal("8.3333333333"))
    assert (sums.base_minor, sums.tax_minor, sums.total_minor) == (2_500, 500, 3_000)


def test_who_is_exempt_is_told_why() -> None:
    exempt = BUYER | {"is_tax_exempt": True, "exemption_reason": "Charity"}
    xml = xml_of(plain(customer=exempt, taxes=[], tax_minor=0, total_minor=9_000), BANK)
    assert read(xml, "ExemptionReason") == ["Charity"]
    assert set(read(xml, "CategoryCode")) == {"E"}
    assert faults(xml) == []


def test_where_to_pay_how_much_is_left_and_until_when() -> None:
    xml = xml_of(plain(), BANK, Now(paid_minor=800))
    assert read(xml, "IBANID") == ["FR7630006000011234567890189"]
    assert read(xml, "BICID") == ["AGRIFRPP"]
    assert (read(xml, "TotalPrepaidAmount"), read(xml, "DuePayableAmount")) == (["8.00"], ["100.00"])
    assert b">20261226<" in xml
    assert read(xml, "ReasonCode") == ["95"]


def test_currencies_of_no_and_of_three_decimals() -> None:
    line = {
        "name": "看板",
        "description": "",
        "quantity": "1",
        "unit": "",
        "rate": "500",
        "net_minor": 500,
        "tax_id": 1,
    }
    yen = plain(
        currency="JPY",
        lines=[line],
        taxes=[{"id": 1, "percent": "10", "base_minor": 500, "tax_minor": 50}],
        tax_minor=50,
        total_minor=550,
    )
    assert read(xml_of(yen, BANK), "GrandTotalAmount") == ["550"]
    assert faults(xml_of(yen, BANK)) == []
    assert [str(one) for one in missing(plain(currency="KWD"))] == [
        "The standard knows no currency with more than two decimals."
    ]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("VAT GB 291 4475 06", ("GB291447506", "VA")),
        ("DE123456789", ("DE123456789", "VA")),
        ("EL 094259216", ("EL094259216", "VA")),
        ("12-3456789", ("123456789", "FC")),
        ("UST-IdNr. DE 123", ("DE123", "VA")),
        ("none", None),
        ("", None),
    ],
)
def test_tax_numbers_as_people_write_them(written: str, read_as: Any) -> None:
    assert tax_number(written) == read_as


def test_units_as_people_write_them() -> None:
    assert [code_of(one) for one in ("h", "Hours", " kg.", "件", "crates", "")] == [
        "HUR",
        "HUR",
        "KGM",
        "H87",
        "C62",
        "C62",
    ]


def switch_on(cast: Cast) -> None:
    cast.studio.refresh_from_db()
    details = {"tax_id": "VAT GB 291 4475 06", "country": "GB"}
    type(cast.studio).objects.filter(id=cast.studio.id).update(**details)
    organizations.change_electronic(cast.studio, is_on=True, revision=cast.studio.revision, by=cast.by_olga)
    cast.studio.refresh_from_db()
    for customer in (cast.bakery, cast.yunshan):
        customer.billing_address = customer.billing_address | {"country": "GB"}
        customer.save()


def enclosed(pdf: bytes) -> bytes:
    ((name, (content,)),) = PdfReader(io.BytesIO(pdf)).attachments.items()
    assert name == "factur-x.xml"
    return bytes(content)


def pdf_of(one: Any, standing: Any) -> bytes:
    kept = one.revisions.get(revision=one.revision).content
    organization = Organization.objects.get(id=one.organization_id)
    return document_pdf(kept, organization, "en", standing(one, clock.today("Europe/London")), at=clock.now())


def test_an_invoice_from_the_books_and_the_credit_note_made_of_it(cast: Cast) -> None:
    switch_on(cast)
    vat = taxes.add_rate(cast.studio, name="VAT", percent=Decimal(20), by=cast.by_olga)
    lines = [
        LineContent("Sign", Decimal(3), Decimal("33.33"), unit="h", tax_rate_id=vat.id),
        LineContent("Stamp", Decimal(1), Decimal(2), discount_kind="percent", discount_value=Decimal(10)),
    ]
    one = invoice(cast, lines=lines, discount_kind="percent", discount_value=Decimal(5), shipping_minor=500)
    pay(cast, cast.bakery, 1_000, {one.id: 1_000})
    one.refresh_from_db()
    pdf = pdf_of(one, standing_of)
    xml = enclosed(pdf)
    assert faults(xml) == []
    assert read(xml, "GrandTotalAmount") == [f"{Decimal(one.total_minor) / 100:.2f}"]
    assert read(xml, "TotalPrepaidAmount") == ["10.00"]
    assert "VAT" not in "".join(read(xml, "IssuerAssignedID"))
    metadata = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data().decode()
    for part in ("urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#", "EN 16931", "pdfaExtension", "factur-x.xml"):
        assert part in metadata
    assert re.search(r"pdfaid:part>3<", metadata)
    draft = conversions.invoice_to_credit_note(one, by=cast.by_olga, revision=one.revision)
    note = credit_notes.mark_as_sent(draft, by=cast.by_olga, revision=draft.revision)
    xml = enclosed(pdf_of(note, standing_of_credit_note))
    assert faults(xml) == []
    assert read(xml, "TypeCode")[0] == "381"
    assert one.number in read(xml, "IssuerAssignedID")


def test_it_is_made_of_what_was_issued_and_not_of_what_is_now(cast: Cast) -> None:
    switch_on(cast)
    one = invoice(cast)
    before = enclosed(pdf_of(one, standing_of))
    type(cast.studio).objects.filter(id=cast.studio.id).update(name="Another", tax_id="")
    cast.bakery.billing_address = {}
    cast.bakery.save()
    assert enclosed(pdf_of(one, standing_of)) == before


def test_nothing_is_in_a_draft_in_what_is_void_or_where_it_is_off(cast: Cast) -> None:
    plain_one = invoice(cast)
    assert not PdfReader(io.BytesIO(pdf_of(plain_one, standing_of))).attachments
    switch_on(cast)
    one = invoice(cast)
    void = invoices.void(one, by=cast.by_olga, revision=one.revision)
    assert not PdfReader(io.BytesIO(pdf_of(void, standing_of))).attachments
    draft = draft_invoice(cast)
    answer = visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/{draft.id}/pdf/")
    assert not PdfReader(io.BytesIO(answer.content)).attachments


def test_what_is_missing_is_said_to_the_office_and_the_pdf_is_plain(cast: Cast) -> None:
    switch_on(cast)
    cast.bakery.billing_address = {}
    cast.bakery.save()
    one = invoice(cast)
    page = visitor(cast.olga).get(f"/office/{cast.studio.id}/invoices/{one.id}/").text
    assert "The PDF carries no electronic invoice." in page
    assert "The customer had no country in the billing address when it was issued." in page
    assert (
        "no electronic invoice"
        not in visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/").text
    )
    answer = visitor(cast.ana).get(f"/portal/lindqvist-zhou/{cast.bakery.id}/invoices/{one.id}/pdf/")
    assert not PdfReader(io.BytesIO(answer.content)).attachments


def test_switching_it_on_needs_the_sellers_own_data(cast: Cast) -> None:
    organization = type(cast.studio).objects
    organization.filter(id=cast.studio.id).update(country="", tax_id="")
    cast.studio.refresh_from_db()

    def switch() -> None:
        organizations.change_electronic(cast.studio, is_on=True, revision=cast.studio.revision, by=cast.by_olga)

    with refused("COUNTRY_MISSING", field="is_on"):
        switch()
    organization.filter(id=cast.studio.id).update(country="GB", tax_id="none")
    with refused("TAX_NUMBER_MISSING", field="is_on"):
        switch()
    organization.filter(id=cast.studio.id).update(tax_id="GB 1")
    switch()


def test_markup_in_a_name_stays_text(cast: Cast) -> None:
    switch_on(cast)
    name = "<ram:Name>&amp;]]>\x0b" + "é云"
    one = invoice(
        cast, lines=[LineContent(name, Decimal(1), Decimal(1))], dated=clock.today("Europe/London") - timedelta(1)
    )
    xml = enclosed(pdf_of(one, standing_of))
    assert faults(xml) == []
    assert "<ram:Name>&amp;]]>é云" in read(xml, "Name")
