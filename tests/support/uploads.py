"""Files as people send them, true and false ones, and what is uploaded of them through the verbs."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from PIL import Image

OPEN = "application/vnd.oasis.opendocument"
MICROSOFT = "application/vnd.openxmlformats-officedocument"
PAGE = b"<!doctype html><script>alert(document.domain)</script>"
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@dataclass(frozen=True)
class Sent:
    """A file in a form, as often as the form is sent."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"

    def read(self) -> bytes:
        return self.content


def upload(name: str, content: bytes) -> Any:
    """As the verbs are given it."""
    from counterfoil.books.files.keeping import Upload

    return Upload(name, len(content), io.BytesIO(content))


def put(subject: Any, *files: tuple[str, bytes], by: Any, **more: Any) -> Any:
    """Upload files to a document or a customer's account; the first of them."""
    from counterfoil.books.files import keeping
    from counterfoil.books.sharing import shared_files

    with keeping.taken_in([upload(*one) for one in files or [("plan.pdf", PDF)]]) as kept:
        return shared_files.add(subject, kept, by=by, **more)[0]


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 300), **saving: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **saving)
    return file.getvalue()


def packed(parts: dict[str, bytes], *, tight: bool = True) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if tight else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(**more: bytes) -> bytes:
    return _microsoft("wordprocessingml.document", more)


def xlsx(**more: bytes) -> bytes:
    return _microsoft("spreadsheetml.sheet", more)


def _microsoft(kind: str, more: dict[str, bytes]) -> bytes:
    types = f'<Types><Override PartName="/main.xml" ContentType="{MICROSOFT}.{kind}.main+xml"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), "main.xml": b"<document/>"} | more)


def opendocument(kind: str, **more: bytes) -> bytes:
    return packed({"mimetype": f"{OPEN}.{kind}".encode(), "content.xml": b"<office/>"} | more)
