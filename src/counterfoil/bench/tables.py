"""Figures as tables: for whoever looks at the terminal, and for docs/speed.md."""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from counterfoil.config.failures import CannotRun

from . import limits
from .figures import PACED, PageFigures, Run

HEAD = (
    "page",
    "queries",
    "median ms",
    "95 % ms",
    "CPU ms",
    "database ms",
    "1 client /s",
    "8 clients /s",
    "KB sent",
    "KB raw",
)
PLACES = re.compile(r"(<!-- figures (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def for_people(run: Run, small: Run | None) -> str:
    """One run as lines of fixed width."""
    head, rows = _table(run, small)
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (head, *rows)
    ]
    return "\n".join([_title(run), "", *lines, "", *_below(run, small)])


def into_document(path: Path, told: Mapping[str, Any], runs: Sequence[Run]) -> None:
    """Put the runs between the marks of their database. Raises CannotRun where a database has no marks."""
    text = path.read_text()
    for database in dict.fromkeys(run.database.split()[0].lower() for run in runs):
        if f"<!-- figures {database} -->" not in text:
            raise CannotRun(f"{path} has no place marked for {database}.")
    path.write_text(PLACES.sub(lambda found: found[1] + _section(found, told, runs) + found[3], text))


def _section(found: "re.Match[str]", told: Mapping[str, Any], runs: Sequence[Run]) -> str:
    """What stands between two marks: as it was, if there is no run of that database."""
    own = sorted((run for run in runs if run.database.lower().startswith(found[2])), key=lambda run: run.invoices)
    if not own:
        return found[0][len(found[1]) : -len(found[3])]
    small = next((run for run in own if run.invoices == limits.SMALL), None)
    parts = [_machine(told)]
    parts += [_markdown(run, small if run is not small else None) for run in own]
    return "\n".join(parts)


def _machine(told: Mapping[str, Any]) -> str:
    return (
        f"Measured on {told['cores']} cores of {told['processor']}, {told['memory_gb']} GB, {told['system']}, "
        f"Python {told['python']}; the load before was {told['load']}.\n"
    )


def _markdown(run: Run, small: Run | None) -> str:
    head, rows = _table(run, small)
    lines = [f"### {_title(run)}", "", _row(head), _row(["---", *["---:"] * (len(head) - 1)]), *map(_row, rows), ""]
    return "\n".join([*lines, *(f"- {line}" if line else "" for line in _below(run, small)), ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _title(run: Run) -> str:
    return f"{run.invoices:,} invoices on {run.database}"


def _table(run: Run, small: Run | None) -> tuple[list[str], list[list[str]]]:
    ratios = limits.ratios(run, small) if small else {}
    head = [*HEAD, *(["times that of 1,000"] if small else [])]
    rows = []
    for page in run.pages:
        ratio = ratios.get((page.door, page.name))
        rows.append([*_cells(page), *([f"{ratio:.2f}" if ratio else ""] if small else [])])
    return head, rows


def _cells(page: PageFigures) -> list[str]:
    def figure(value: float, form: str = ".1f") -> str:
        return format(value, form) if value else ""

    return [
        f"{page.door}: {page.name}",
        figure(page.queries, "d"),
        figure(page.median_ms),
        figure(page.p95_ms),
        figure(page.cpu_ms),
        figure(page.database_ms),
        figure(page.per_second.get("1", 0), ".0f"),
        figure(page.per_second.get("8", 0), ".0f"),
        figure(page.wire_bytes / 1000),
        figure(page.raw_bytes / 1000),
    ]


def _below(run: Run, small: Run | None) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in run.rows.items())
    yield f"Rows: {counts}."
    verified = f"verify found {run.differences} differences in {run.verify_seconds:.0f} s"
    yield f"Built in {run.build_seconds:.0f} s; {verified}."
    yield f"Invoice page while eight PDFs are made at once, 95 %: {run.page_p95_during_pdfs_ms} ms."
    if run.paces_ms:
        fast, usual, slow = min(run.paces_ms), statistics.median(run.paces_ms), max(run.paces_ms)
        yield f"The machine's pace, a loop of {PACED:,} steps: {usual:.0f} ms, between {fast:.0f} and {slow:.0f}."
    for process in run.processes:
        alone = f"with only its part of what is shared {process.pss_mb:.0f} MB"
        yield f"Memory of {process.name}: {process.rss_mb:.0f} MB; {alone}."
    missed = limits.missed(run, small)
    yield f"Limits missed: {len(missed)} of {len(limits.of(run, small))}."
    for line in limits.in_words(missed):
        yield f"Missed: {line}."
