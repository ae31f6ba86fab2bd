"""Answers that are no pages."""

from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from counterfoil.foundation.csv_files import lines

IN_MEMORY = 1_000_000  # bytes of a file; a larger one waits on the disk until it is sent


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


def csv_answer(rows: Iterable[Sequence[object]], name: str) -> FileResponse:
    """A table to keep, called `name`.csv, the headings first.

    It is written before any of it is sent: what a slow visitor reads for minutes is still as of one moment.
    """
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (closed with the answer)
    file.writelines(line.encode() for line in lines(rows))
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=f"{name}.csv", content_type="text/csv; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
