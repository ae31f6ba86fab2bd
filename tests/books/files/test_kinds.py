"""What a file is, its content says; a name that says otherwise, a bomb and a program are refused in words."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from counterfoil.books.files import kinds, packed
from counterfoil.foundation.refusal import Refused
from tests.support import uploads
from tests.support.uploads import PAGE, PDF, docx, opendocument, picture, xlsx

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 40


def kind(name, content):
    return kinds.kind_of(io.BytesIO(content), name=name, size=len(content)).key


def refusal(name, content):
    with pytest.raises(Refused) as caught:
        kind(name, content)
    assert str(caught.value.sentence)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("plan.pdf", PDF, "pdf"),
        ("PLAN.PDF", PDF, "pdf"),
        ("a.png", picture("PNG"), "png"),
        ("a.jpg", picture("JPEG"), "jpeg"),
        ("a.jpeg", picture("JPEG"), "jpeg"),
        ("a.webp", picture("WEBP"), "webp"),
        ("a.heic", HEIC, "heic"),
        ("a.docx", docx(), "docx"),
        ("a.xlsx", xlsx(), "xlsx"),
        ("a.odt", opendocument("text"), "odt"),
        ("a.ods", opendocument("spreadsheet"), "ods"),
        ("a.txt", "Fenêtre 云杉\r\n\tzwei".encode(), "text"),
        ("a.txt", "云杉设计有限公司".encode("gb18030"), "text"),
        ("a.txt", "Fenêtre".encode("cp1252"), "text"),
        ("a.txt", "Fenêtre".encode("utf-16"), "text"),
        ("a.csv", b"\xef\xbb\xbfnumber,amount\n1,2.50\n", "csv"),
    ],
)
def test_it_is_known_by_its_content(name, content, found):
    assert kind(name, content) == found


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("photo.png", PAGE, "FILE_KIND"),
        ("photo.png", b"\n  \xef\xbb\xbf".lstrip() + b"<HTML>", "FILE_KIND"),
        ("notes.txt", b"  \n<svg onload=alert(1)>", "FILE_KIND"),
        ("notes.txt", b"<?xml version='1.0'?><x/>", "FILE_KIND"),
        ("page.html", b"<p>hello", "FILE_NAMED_WRONG"),
        ("photo.png", picture("JPEG"), "FILE_NAMED_WRONG"),
        ("photo.jpg", PDF, "FILE_NAMED_WRONG"),
        ("plan.pdf", b"just words", "FILE_NAMED_WRONG"),
        ("plan.pdf.exe", PDF, "FILE_NAMED_WRONG"),
        ("plan", PDF, "FILE_NAMED_WRONG"),
        ("a.docx", xlsx(), "FILE_NAMED_WRONG"),
        ("a.exe", b"MZ\x90\x00\x03\x00\x00\x00", "FILE_KIND"),
        ("a.txt", b"words\x00words", "FILE_KIND"),
        ("a.txt", b"\x1b[2J", "FILE_KIND"),
        ("a.zip", uploads.packed({"a.txt": b"hello"}), "FILE_KIND"),
        ("a.docx", uploads.packed({"word/document.xml": b"<x/>"}), "FILE_KIND"),
        ("a.docx", b"PK\x03\x04 and then nothing that fits", "FILE_KIND"),
        ("a.odt", opendocument("presentation"), "FILE_KIND"),
        ("a.png", b"\x89PNG\r\n\x1a\n and then nothing that fits", "FILE_BROKEN"),
        ("a.docx", docx(**{"word/vbaProject.bin": b"x"}), "FILE_PROGRAM"),
        ("a.ods", opendocument("spreadsheet", **{"Basic/Standard/Module1.xml": b"x"}), "FILE_PROGRAM"),
    ],
)
def test_what_is_none_or_is_called_otherwise_is_refused(name, content, code):
    assert refusal(name, content) == code


def bomb(parts=3, megabytes=8):
    """A small office file that would be many megabytes of noughts."""
    noughts = b"\x00" * (megabytes * 1024 * 1024)
    return docx(**{f"word/media/{number}.xml": noughts for number in range(parts)})


def test_a_bomb_in_an_office_file_is_refused_without_being_unpacked():
    content = bomb()
    assert len(content) < 100_000
    tracemalloc.start()
    assert refusal("a.docx", content) == "FILE_BOMB"
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_one_that_is_large_without_being_tight_is_refused_too(monkeypatch):
    monkeypatch.setattr(packed, "MOST_UNPACKED", 1_000)
    assert refusal("a.docx", docx(**{"word/text.xml": bytes(range(256)) * 4})) == "FILE_BOMB"


def test_parts_that_lie_over_each_other_are_refused():
    """Every entry of the list leads to the same bytes."""
    noughts = zlib.compress(b"\x00" * 100_000)[2:-4]
    file = io.BytesIO(docx(**{"word/big.xml": b"\x00" * 100_000}))
    with zipfile.ZipFile(file, "a") as archive:
        big = archive.getinfo("word/big.xml")
        assert big.compress_size == pytest.approx(len(noughts), abs=200)
        for number in range(400):
            twin = zipfile.ZipInfo(f"word/{number}.xml")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, name, getattr(big, name))
            archive.filelist.append(twin)
            archive._didModify = True
    assert refusal("a.docx", file.getvalue()) == "FILE_BOMB"


def test_a_list_of_parts_that_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(packed, "LARGEST_DIRECTORY", 1_000)
    assert refusal("a.docx", docx(**{f"word/{number}.xml": b"x" for number in range(40)})) == "FILE_KIND"


def test_a_part_that_says_it_is_small_is_read_no_further_than_it_may_be(monkeypatch):
    monkeypatch.setattr(packed, "LONGEST_TOLD", 50)
    assert refusal("a.docx", docx()) == "FILE_KIND"


DATA = b"\x00\x00\x00\x00IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


def png_of(width, height):
    """Its beginning alone: as large as somebody says."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + DATA


@pytest.mark.parametrize("size", [(20_000, 20_000), (400_000_000, 1), (12_000, 11_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_any_is_read(size):
    tracemalloc.start()
    assert refusal("a.png", png_of(*size)) == "FILE_PIXELS"
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_what_is_offered_and_what_a_browser_may_choose_are_the_same():
    assert "Word (DOCX)" in kinds.offered()
    assert {".pdf", ".jpg", ".heic", ".csv", "image/*"} <= set(kinds.accepted().split(","))
