"""What is said of a guard."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "src" / "counterfoil"


@dataclass(frozen=True)
class Cut:
    """One way to take something out: in this file of the program, this text, which stands there once."""

    file: str
    text: str
    instead: str = ""

    def done_to(self, sources: Path) -> str:
        """The file's text without the guard. Raises LookupError when the guard isn't there, or is there twice."""
        text = (sources / self.file).read_text(encoding="utf-8")
        if text.count(self.text) != 1:
            raise LookupError(f"{self.file} has this {text.count(self.text)} times: {self.text}")
        return text.replace(self.text, self.instead)


@dataclass(frozen=True)
class Guard:
    """`holds` is what it is for. Where a second guard stands behind the first, both are taken out together.

    `tests` are node ids below `tests/`. `database` is where they can see it: locks do nothing on SQLite.
    """

    subject: str  # such as "attack 13" or "rule 6"
    holds: str
    cuts: tuple[Cut, ...]
    tests: tuple[str, ...]
    database: Literal["sqlite", "postgresql"] = "sqlite"
