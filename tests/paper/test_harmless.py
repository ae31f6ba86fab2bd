"""What people type is printed as it stands. Nothing is read, fetched or run because of it."""

import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import typst

from counterfoil.paper import glyphs
from counterfoil.paper.sheet import Code, Columns, Fact, Line, Logo, Paid, Party, Passage, Payment, Receipt, Total
from counterfoil.paper.typesetter import TEMPLATES, CannotTypeset
from counterfoil.paper.typesetting import render
from tests.paper.sheets import AT, CHINESE, ENGLISH, RECEIPT, words

MARKUP = [
    '#read("/etc/passwd")',
    '#image("http://127.0.0.1:9/a.png")',
    '#eval("1+1")',
    "#sys.inputs",
    "#{",
    "$x^2$",
    "*bold* _thin_ `code`",
    "@ref",
    "<label>",
    "https://example.com/a",
    "// not a comment /* nor this */",
    "= Heading",
    "- item",
    "\\u{41} \\ ~ -- ---",
    "<script>alert(1)</script>",
    '<svg onload="alert(1)">',
    "../../etc/passwd",
    "{n} of {m}",
    "file:///etc/passwd",
]


def everywhere(text):
    """An invoice and a receipt with this in every field."""
    party = Party(text, (text,), text)
    common = {
        "organization": party,
        "customer": party,
        "title": text,
        "number": text,
        "bill_to": text,
        "status_stamp": text,
        "subject": text,
        "footer": text,
        "facts": (Fact(text, text),),
        "payment": Payment(text, (Fact(text, text),), Code(text, text, text)),
        "notes": Passage(text, text),
        "terms": Passage(text, text),
    }
    return (
        replace(
            ENGLISH,
            **common,
            page_label=text,
            columns=Columns(text, text, text, text, text),
            lines=(Line(text, text, text, text, text, text),),
            totals=(Total(text, text), Total(text, text, emphasis=True)),
        ),
        replace(RECEIPT, **common, receipt=Receipt(text, text, (Paid(text, text, text),), Total(text, text))),
    )


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("something asked for the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def opened():
    """The files that Python opens while the test runs."""
    seen, listening = [], [True]
    sys.addaudithook(lambda event, args: seen.append(str(args[0])) if listening and event == "open" else None)
    yield seen
    listening.clear()


@pytest.mark.parametrize("text", MARKUP)
def test_markup_comes_out_as_it_was_typed(text, no_network):
    for sheet, at_least in zip(everywhere(text), (25, 16), strict=True):
        printed = words(sheet).replace(" ", "")
        assert printed.count(text.replace(" ", "")) >= at_least
        assert "root:" not in printed


def test_printing_opens_nothing_but_its_own_files(opened):
    for sheet in everywhere('#read("/etc/passwd") file:///etc/hostname'):
        words(sheet)

    assert [path for path in opened if "/etc/" in path] == []


def test_not_even_a_template_can_leave_its_folder(tmp_path):
    secret = Path(__file__).resolve()
    for source in (f'#read("{secret}")', '#read("../glyphs.py")', '#image("http://127.0.0.1:9/a.png")'):
        with pytest.raises(typst.TypstError):
            typst.compile({"main.typ": source.encode()}, root=TEMPLATES, format="pdf")


def test_a_drawing_is_no_logo(no_network):
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/a.png"/></svg>'

    with pytest.raises(CannotTypeset, match="image"):
        words(replace(ENGLISH, logo=Logo(drawing, "image/png", "Studio")))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("cake \N{BIRTHDAY CAKE} and family \U0001f468\u200d\U0001f469\u200d\U0001f467", "cake and family"),
        ("\x00\x01bell\x07", "bell"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\ud800b", "ab"),
        ("cafe\u0301", "café"),
        ("ไทย", "\N{REPLACEMENT CHARACTER}" * 3),
        ("→ ≤ ½ ² ™ € ₹ ￥", "→ ≤ ½ ² ™ € ₹ ￥"),
    ],
)
def test_what_no_font_has_neither_fails_nor_leaves_a_box(typed, printed):
    assert printed in words(replace(ENGLISH, notes=Passage(typed)))


def test_every_character_that_counts_as_printable_prints():
    shown = sorted(glyphs._shown() - {"\n"})
    for start in range(0, len(shown), 4000):
        # The archive format fails on the first character without a glyph.
        for sheet in (ENGLISH, CHINESE):
            render(replace(sheet, notes=Passage(" ".join(shown[start : start + 4000]))), at=AT)


def test_every_plane_can_be_typed():
    codes = [*range(0x0, 0x3400, 7), *range(0xA000, 0x1F000, 97), *range(0x1F000, 0x20000, 11), 0xE0041, 0x10FFFF]

    render(replace(ENGLISH, notes=Passage("".join(chr(code) for code in codes))), at=AT)
