"""What stands on a document, in which order and in which language."""

from dataclasses import replace

import pytest

from counterfoil.paper.sheet import Line, Party, Sheet, Total, size_for
from tests.paper.sheets import CHINESE, ENGLISH, RECEIPT, pages, read, words


def in_order(text: str, *parts: str) -> bool:
    at = -1
    for part in parts:
        at = text.find(part, at + 1)
        if at < 0:
            return False
    return True


def test_an_invoice_reads_as_its_page_does():
    text = words(ENGLISH)

    assert in_order(text, "Lindqvist & Zhou Studio", "14 Wharf Lane", "VAT GB 291 4475 06")
    assert in_order(text, "Invoice", "INV-000209", "Bill to", "Harbour Bakery Ltd", "3 Fish Quay", "VAT GB 318 2290 41")
    assert in_order(text, "Item", "Quantity", "Rate", "Amount", "Shopfront sign, design", "Hand-drawn", "900.00")
    assert in_order(text, "Site visit and measuring", "3 h", "70.00", "210.00", "Subtotal", "1,650.00")
    assert in_order(text, "Payments", "−600.00", "Balance due", "£1,380.00", "Thank you for the warm rolls.")
    assert in_order(text, "Bank transfer", "20-00-00", "Terms and conditions", "Registered in England")


def test_a_chinese_invoice_is_chinese_throughout():
    text = words(CHINESE).replace(" ", "")

    for part in (
        "发票",
        "林周设计工作室",
        "收票方",
        "云杉设计有限公司",
        "2026年10月28日",
        "手绘字体，两轮修改",
        "一套三块；",
    ):
        assert part in text
    assert in_order(text, "Menuboards菜单板", "10%", "486.00", "小计", "应付余额", "¥1,386.00", "“INV-000209”")


def test_a_receipt_says_what_was_paid_how_and_what_for():
    text = words(RECEIPT)

    assert in_order(text, "Receipt", "PMT-000058", "Thank you, Ana. Paid on 23 Nov 2026", "£1,196.50")
    assert in_order(text, "Method", "Visa •••• 4242", "Reference", "HB-7781", "Paid to")
    assert in_order(text, "Received from", "Harbour Bakery Ltd", "INV-000188", "Paid in full", "£312.50")
    assert in_order(text, "INV-000203", "£864.00", "Left as credit", "£20.00")


def test_what_is_empty_vanishes():
    sheet = Sheet(
        language="en",
        kind="sale",
        title="Invoice",
        number="INV-1",
        organization=Party("Studio"),
        customer=Party("Ana"),
        columns=ENGLISH.columns,
        lines=(Line("Work", "1.00"),),
        totals=(Total("Total", "£1.00", emphasis=True),),
    )

    assert words(sheet) == "S Studio Invoice INV-1 Ana Item Amount Work 1.00 Total £1.00"


def test_a_column_is_there_when_one_line_has_it():
    assert "Discount" not in words(ENGLISH)
    one = replace(ENGLISH, lines=(*ENGLISH.lines, Line("Poster", "9.00", discount="10%")))
    assert "Discount" in words(one)


def test_a_stamp_says_how_it_stands():
    assert "Paid" not in words(ENGLISH)
    assert "Paid" in words(replace(ENGLISH, status_stamp="Paid"))
    assert "Void" in words(replace(ENGLISH, status_stamp="Void", stamp_tone="bad"))


def test_line_breaks_that_were_typed_stay():
    sheet = replace(ENGLISH, lines=(Line("Sign", "1.00", description="first row\nsecond row\r\nthird row"),))

    assert "first row\nsecond row\nthird row" in "\n".join(pages(sheet))


def test_a_page_is_not_counted_when_it_is_the_only_one():
    assert "Page 1 of 1" not in words(ENGLISH)


@pytest.mark.parametrize(
    ("country", "width", "height"), [("GB", 595, 842), ("CN", 595, 842), ("US", 612, 792), ("ca", 612, 792)]
)
def test_the_paper_is_the_one_that_the_country_uses(country, width, height):
    page = read(replace(ENGLISH, size=size_for(country))).pages[0]

    assert (round(page.mediabox.width), round(page.mediabox.height)) == (width, height)


def test_the_file_says_what_it_is():
    reader = read(replace(ENGLISH, subject="£1,380.00, due 27 Nov 2026"))
    packet = reader.xmp_metadata

    assert reader.metadata.title == "Invoice INV-000209"
    assert reader.metadata.author == "Lindqvist & Zhou Studio"
    assert reader.metadata.subject == "£1,380.00, due 27 Nov 2026"
    assert reader.metadata.creation_date.isoformat() == "2026-10-28T09:00:00+00:00"
    assert packet.dc_language == ["en"]


def test_the_file_names_its_language_and_is_tagged_for_reading_aloud():
    for sheet, language in ((ENGLISH, "en"), (CHINESE, "zh-CN")):
        root = read(sheet).trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        packet = root["/Metadata"].get_data()
        assert b"<pdfaid:part>3</pdfaid:part>" in packet
        assert b"<pdfuaid:part>1</pdfuaid:part>" in packet


def test_fonts_are_embedded():
    names = set()
    for page in read(CHINESE).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(inner["/BaseFont"].partition("+")[2])
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())

    assert {name.split("-")[0] for name in names} == {"Inter", "DroidSansFallback"}


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#12345g", "#123456\n"])
def test_a_colour_that_is_none_is_refused(colour):
    with pytest.raises(ValueError, match="#rrggbb"):
        replace(ENGLISH, colour=colour)


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#f7d038", "#e46a9c", "#2b2f36", "#17616F"])
def test_every_colour_prints(colour):
    assert "INV-000209" in words(replace(ENGLISH, colour=colour))
