"""Files as people have them: in any letters, with any separator, broken, and too large."""

import codecs

import pytest

from counterfoil.foundation.refusal import Refused
from counterfoil.imports import reading

TEXT = 'Display Name,Notes\r\n云杉设计有限公司,"hangs, dry\nand rinsed"\r\nCafé Müller,=1+1\r\n'
ROWS = [(2, ["云杉设计有限公司", "hangs, dry\nand rinsed"]), (4, ["Café Müller", "=1+1"])]
CHINESE = TEXT.replace("Café Müller", "竹溪茶业")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
    ],
)
def test_unicode_is_read_with_and_without_its_mark(content: bytes, encoding: str) -> None:
    table = reading.read(content)
    assert (table.encoding, table.header, table.rows) == (encoding, ["Display Name", "Notes"], ROWS)


def test_gbk_and_western_letters_are_told_apart() -> None:
    assert reading.read(CHINESE.encode("gbk")).rows[1][1][0] == "竹溪茶业"
    western = "Display Name\nCafé Müller\nHörnle & Söhne, Åre\n".replace(", ", " ")
    table = reading.read(western.encode("cp1252"))
    assert (table.encoding, table.rows[1][1][0]) == ("cp1252", "Hörnle & Söhne Åre")


def test_what_a_person_says_about_the_letters_is_believed() -> None:
    assert reading.read("Name\nMüller".encode("cp1252"), encoding="gb18030").rows[0][1] != ["Müller"]
    assert reading.read("Name\nMüller".encode("cp1252"), encoding="cp1252").rows[0][1] == ["Müller"]
    with pytest.raises(Refused, match="NOT_TEXT"):
        reading.read("Name\nMüller".encode("cp1252"), encoding="utf-8")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_each_separator_is_recognized(separator: str) -> None:
    table = reading.read(f"Name{separator}Rate\nSign{separator}12\n".encode())
    assert (table.separator, table.header, table.rows) == (separator, ["Name", "Rate"], [(2, ["Sign", "12"])])


def test_what_looks_like_a_formula_stays_a_text() -> None:
    cells = ["=cmd|' /C calc'!A0", "+44 20 7946 0958", "-1", "@SUM(A1)"]
    table = reading.read(("a;b;c;d\n" + ";".join(cells)).encode())
    assert table.rows[0][1] == cells


def test_lines_without_anything_are_passed_over_and_short_ones_are_filled() -> None:
    table = reading.read(b"\n\nName,Rate,,\n\n,,\nSign\n")
    assert (table.header, table.rows) == (["Name", "Rate"], [(6, ["Sign", ""])])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b" \n ", "EMPTY"),
        (b"Name,Rate\n", "NO_ROWS"),
        (b"PK\x03\x04 a spreadsheet", "SPREADSHEET"),
        (b"\xd0\xcf\x11\xe0 an older one", "SPREADSHEET"),
        (b"Name\n\x00\x01\x02", "NOT_TEXT"),
        (b'Name\n"never closed', "BROKEN"),
        (b'Name\n"closed" and on', "BROKEN"),
        (b"Name\nSign,and more than there are columns", "BROKEN"),
        (b"Name\n" + b"x" * (reading.LONGEST_CELL + 1), "BROKEN"),
        (",".join(f"c{place}" for place in range(reading.MOST_COLUMNS + 1)).encode() + b"\n1", "NO_HEADER"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        reading.read(content)
    assert (refused.value.code, str(refused.value.sentence)[-1]) == (code, ".")


def test_a_broken_line_is_named() -> None:
    with pytest.raises(Refused) as refused:
        reading.read(b'Name\nSign\n"a\nb"\nPoster,2\n')
    assert refused.value.details["line"] == 5
    assert "Line 5" in str(refused.value.sentence)


def test_more_rows_or_bytes_than_can_be_checked_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(reading.read(b"Name\n1\n2\n3\n").rows) == 3
    with pytest.raises(Refused, match="TOO_MANY_ROWS"):
        reading.read(b"Name\n1\n2\n3\n4\n")
    monkeypatch.setattr(reading, "MOST_BYTES", 9)
    assert reading.read(b"Name\n1\n2\n").rows
    with pytest.raises(Refused, match="TOO_LARGE"):
        reading.read(b"Name\n1\n2\n3")
