"""What importing a file would do: what is new, what would change, what is here already, and what stands in the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from counterfoil.books.organizations.models import Organization
from counterfoil.foundation.actors import Actor

from .columns import Mapped
from .records import Problems

SOURCE = "zoho"


@dataclass(frozen=True)
class Setting:
    """For whom a file is imported, by whom, and what the person chose about it."""

    organization: Organization
    actor: Actor
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Plan:
    """What would be done, in numbers and by name; `write` does it, within the transaction that it was planned in."""

    problems: Problems
    new: int = 0
    changed: int = 0
    same: int = 0
    left_out: int = 0
    linked: int = 0  # here already, and now known by its id elsewhere too
    changes: list[tuple[int, str, str]] = field(default_factory=list)  # line, name, what
    notes: list[str] = field(default_factory=list)  # sentences that a person should know of
    steps: list[Callable[[], object]] = field(default_factory=list)

    @property
    def mapped(self) -> Mapped:
        return self.problems.mapped

    def change(self, line: int, name: str, what: str) -> None:
        self.changed += 1
        self.changes.append((line, name, what))

    def write(self) -> None:
        for step in self.steps:
            step()
