"""A file is shown under the name that was typed, without what could mislead."""

import pytest

from counterfoil.books.files.names import LONGEST, displayable, ending_of


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\plan.pdf", "plan.pdf"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u200fפרויקט.pdf", "פרויקט.pdf"),
        ("a\u2066b\u2069c\u200b.pdf", "abc.pdf"),
        ("line\nbreak\r\n\x00.pdf", "line break .pdf"),
        ("tab\tand\u2028more.pdf", "tab and more.pdf"),
        ("  . plan.pdf . ", "plan.pdf"),
        ("云杉 合同.pdf", "云杉 合同.pdf"),
        ("e\u0301te.png", "éte.png"),
        ("", "file"),
        ("../..", "file"),
        ("\u202e\u200f", "file"),
    ],
)
def test_a_name_is_made_harmless(typed, shown):
    assert displayable(typed) == shown


def test_a_long_name_keeps_its_ending():
    shown = displayable("x" * 5_000 + ".jpeg")
    assert len(shown) == LONGEST
    assert shown.endswith("x.jpeg")
    assert len(displayable("x" * 5_000)) == LONGEST
    assert len(displayable("x" * 200 + "." + "y" * 200)) == LONGEST


def test_the_ending_is_what_follows_the_last_full_stop():
    assert [ending_of(name) for name in ("a.PDF", "a.tar.Gz", "a", "a.")] == ["pdf", "gz", "", ""]
