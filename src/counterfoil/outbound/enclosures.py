"""What is enclosed with a mail: made when it is sent, since it can be made again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .models import Mail


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a mail."""

    name: str
    content: bytes
    mime: str


def of(mail: Mail) -> Sequence[Enclosure]:
    """The files of a mail, by what it is about."""
    make = _MAKERS.get(mail.template)
    return make(mail) if make else ()


_MAKERS: dict[str, Callable[[Mail], Sequence[Enclosure]]] = {}
