"""A file to keep has the name of what it is, in any language, and nothing that a header or a disk could misread."""

import pytest

from counterfoil.design.answers import pdf_answer


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("INV-000001.pdf", 'attachment; filename="INV-000001.pdf"'),
        ("2026/0001.pdf", 'attachment; filename="2026-0001.pdf"'),
        ('a"b\r\nc;.pdf', 'attachment; filename="a-b--c-.pdf"'),
        ("../../etc/passwd.pdf", 'attachment; filename="..-..-etc-passwd.pdf"'),
        ("发票-0001.pdf", "attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8-0001.pdf"),
    ],
)
def test_a_pdf_is_kept_under_its_number(name, header):
    answer = pdf_answer(b"%PDF", name)
    assert answer.headers["Content-Disposition"] == header
    assert answer.headers["Content-Type"] == "application/pdf"
