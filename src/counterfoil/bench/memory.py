"""How much memory a process and its children use, as Linux tells it."""

import re
from contextlib import suppress
from glob import glob
from pathlib import Path

from .figures import ProcessFigures


def of_tree(name: str, pid: int) -> list[ProcessFigures]:
    """The process and everything that it started; nothing where the system doesn't tell."""
    found = []
    for place, one in enumerate([pid, *_children(pid)]):
        try:
            told = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        amounts = {word: int(kb) / 1024 for word, kb in re.findall(r"^(Rss|Pss):\s+(\d+) kB", told, re.MULTILINE)}
        label = name if not place else f"{name}, process {place}"
        found.append(ProcessFigures(label, round(amounts["Rss"], 1), round(amounts["Pss"], 1)))
    return found


def _children(pid: int) -> list[int]:
    """What any thread of it has started, such as the typesetter, and what that has started."""
    direct: list[int] = []
    for told in glob(f"/proc/{pid}/task/*/children"):
        with suppress(OSError):  # the thread has ended meanwhile
            direct += [int(one) for one in Path(told).read_text().split()]
    return [found for child in sorted(direct) for found in (child, *_children(child))]
