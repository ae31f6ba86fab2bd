"""Files on their way in, before anybody knows whose they are: none of them fills the disk or the memory."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from counterfoil.books.files.keeping import MOST_AT_ONCE


class BoundedUploadHandler(FileUploadHandler):
    """Lets other handlers keep a file up to the size that any may have, and of a larger one keeps only its size.

    The verbs then say that it is too large. All files of a form together are bounded too.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.size = self.total = 0

    def new_file(self, *arguments: Any, **named: Any) -> None:
        super().new_file(*arguments, **named)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 (Django's signature)
        self.size += len(raw_data)
        self.total += len(raw_data)
        return None if self._is_too_much else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:  # noqa: ARG002
        if not self._is_too_much:
            return None
        size = max(self.size, settings.LARGEST_ARRIVAL + 1)
        return UploadedFile(io.BytesIO(), self.file_name, self.content_type, size, self.charset)

    @property
    def _is_too_much(self) -> bool:
        most = settings.LARGEST_ARRIVAL
        return self.size > most or self.total > most * MOST_AT_ONCE
