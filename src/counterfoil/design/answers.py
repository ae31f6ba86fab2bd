"""Answers that are no pages."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF to keep."""
    return file_answer(content, name, "application/pdf")


def file_answer(content: bytes, name: str, mime: str) -> HttpResponse:
    """A file to keep, under a name without anything that a header or file system could misread."""
    safe = "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in name)
    answer = HttpResponse(content, content_type=mime)
    answer.headers["Content-Disposition"] = content_disposition_header(True, safe)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
