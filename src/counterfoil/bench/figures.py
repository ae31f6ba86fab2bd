"""What is measured, in a shape that is printed, kept as JSON, and read again."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PACED = 300_000  # steps
SLOWER, TRIES = 1.15, 4


@dataclass
class PageFigures:
    """One page. Milliseconds in the server, of one client; requests a second by clients."""

    name: str
    door: str
    queries: int = 0
    median_ms: float = 0
    p95_ms: float = 0
    cpu_ms: float = 0
    database_ms: float = 0
    wire_bytes: int = 0
    raw_bytes: int = 0
    per_second: dict[str, float] = field(default_factory=dict)  # by number of clients


@dataclass
class ProcessFigures:
    """Memory of one process in MB: all that it uses, and with what it shares divided among the sharers."""

    name: str
    rss_mb: float
    pss_mb: float


@dataclass
class Run:
    """One size on one database."""

    database: str
    invoices: int
    rows: dict[str, int]
    build_seconds: float
    verify_seconds: float
    differences: int
    pages: list[PageFigures] = field(default_factory=list)
    processes: list[ProcessFigures] = field(default_factory=list)
    page_p95_during_pdfs_ms: float = 0  # as its reader waits, while eight PDFs are made without a pause
    paces_ms: list[float] = field(default_factory=list)  # of the machine, before each page

    def page(self, door: str, name: str) -> PageFigures | None:
        return next((one for one in self.pages if (one.door, one.name) == (door, name)), None)


def percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def pace_ms() -> float:
    """How long the same little work takes now, in milliseconds of a processor: machines are not always as fast."""
    begun, total = time.thread_time(), 0
    for number in range(PACED):
        total += number * number % 7
    return round((time.thread_time() - begun) * 1000, 1)


class Steadily:
    """Measures while the machine keeps its pace: again, a few times, while it is slower than it was at its best.

    A processor that others use too is half as fast for seconds or minutes, which says nothing about a page.
    """

    def __init__(self) -> None:
        self.best_ms = min(pace_ms() for _ in range(20))

    def __call__(self, measure: Callable[[], PageFigures]) -> tuple[float, PageFigures]:
        """The pace, and what was measured then: the first that kept it, or else that at the best pace."""
        tries: list[tuple[float, PageFigures]] = []
        while not tries or (tries[-1][0] > SLOWER * self.best_ms and len(tries) < TRIES):
            before, measured = self._now(), measure()
            tries.append((max(before, self._now()), measured))
        return min(tries, key=lambda one: one[0])

    def _now(self) -> float:
        now = statistics.median(pace_ms() for _ in range(3))
        self.best_ms = min(self.best_ms, now)
        return now


def of_answers(answers: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """From what a client saw to the figures of a page."""
    app = [answer[3] for answer in answers]
    return {
        "queries": max(answer[6] for answer in answers),
        "median_ms": round(statistics.median(app), 2),
        "p95_ms": round(percentile(app, 0.95), 2),
        "cpu_ms": round(statistics.median(answer[4] for answer in answers), 2),
        "database_ms": round(statistics.median(answer[5] for answer in answers), 2),
        "wire_bytes": int(statistics.median(answer[2] for answer in answers)),
    }


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def write(path: Path, told: dict[str, Any], runs: Sequence[Run]) -> None:
    path.write_text(json.dumps({"machine": told, "runs": [asdict(run) for run in runs]}, indent=1, ensure_ascii=False))


def read(path: Path) -> tuple[dict[str, Any], list[Run]]:
    told = json.loads(path.read_text())
    return told["machine"], [_run(one) for one in told["runs"]]


def _run(told: dict[str, Any]) -> Run:
    return Run(
        **told
        | {
            "pages": [PageFigures(**one) for one in told["pages"]],
            "processes": [ProcessFigures(**one) for one in told["processes"]],
        }
    )
