"""What a verb says when it will not do what was asked. Nothing else is expected of a verb."""

from typing import Any


class Refused(Exception):
    """A rule of the business said no; nothing was changed.

    `code` is stable and for programs, `sentence` is translated and for the person. `field` names the form field that
    the sentence belongs beside, where there is one; `details` carries what a page needs to explain itself.
    """

    def __init__(self, code: str, sentence: Any, *, field: str | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.field = field
        self.details = details

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"
