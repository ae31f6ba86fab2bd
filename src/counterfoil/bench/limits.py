"""What the pages must reach, and which of it a run misses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .figures import PageFigures, ProcessFigures, Run

QUERIES = {"portal": 8, "office": 12}
GROWTH = 1.3  # at most so many times the figure at a thousand invoices
WEB_MB = 130
PDF_MS, PDF_P95_MS = 60, 100
SPEED = {  # milliseconds, a second at 8 clients
    "home": (8, 400),
    "invoice": (8, 400),
    "document": (8, 400),
    "list": (12, 300),
    "customer": (12, 0),
}
SMALL = 1_000
# Of ten thousand transactions, where there are so many; with a thousand invoices there are fewer, so that it grows.
STATEMENT, STATEMENT_PDF = "statement", "PDF of a statement"
STATEMENT_MS, STATEMENT_PDF_MS = 1_000, 3_000


@dataclass(frozen=True)
class Limit:
    """One thing that was to be reached."""

    what: str
    measured: str
    limit: str
    is_kept: bool


def of(run: Run, small: Run | None = None) -> list[Limit]:
    """Every limit, with what was measured. `small` is the run of a thousand invoices, for the growth."""
    found = [limit for page in run.pages for limit in _of_page(page)]
    found += _of_pdfs(run)
    found += _of_statements(run)
    found += [_most(f"memory of {one.name}", one.rss_mb, WEB_MB, "MB") for one in run.processes if _is_web(one)]
    if run.differences:
        found.append(Limit("verify", f"{run.differences} differences", "none", is_kept=False))
    return found + (list(_of_growth(run, small)) if small else [])


def missed(run: Run, small: Run | None = None) -> list[Limit]:
    return [limit for limit in of(run, small) if not limit.is_kept]


def ratios(run: Run, small: Run) -> dict[tuple[str, str], float]:
    """Each page's median over that at the smaller size."""
    pairs = [(page, small.page(page.door, page.name)) for page in run.pages]
    return {(page.door, page.name): page.median_ms / was.median_ms for page, was in pairs if was and was.median_ms}


def _is_web(process: ProcessFigures) -> bool:
    return process.name.startswith("web, process")


def _of_page(page: PageFigures) -> Iterator[Limit]:
    name = f"{page.door}: {page.name}"
    if page.door in QUERIES and page.per_second:
        yield _most(f"{name}, queries", page.queries, QUERIES[page.door], "")
    milliseconds, rate = SPEED.get(page.name.partition(",")[0], (0, 0))
    if milliseconds and page.door in QUERIES:
        yield _most(f"{name}, median", page.median_ms, milliseconds, "ms")
        if rate:
            reached = page.per_second.get("8", 0)
            yield Limit(f"{name}, at 8 clients", f"{reached:.0f}/s", f"{rate}/s", reached >= rate)


def _of_pdfs(run: Run) -> Iterator[Limit]:
    warm = run.page("portal", "PDF")
    if warm:
        yield _most("PDF, warm, median", warm.median_ms, PDF_MS, "ms")
    if run.page_p95_during_pdfs_ms:
        yield _most("invoice page while eight PDFs are made, p95", run.page_p95_during_pdfs_ms, PDF_P95_MS, "ms")


def _of_statements(run: Run) -> Iterator[Limit]:
    for name, most in ((STATEMENT, STATEMENT_MS), (STATEMENT_PDF, STATEMENT_PDF_MS)):
        if page := run.page("portal", name):
            yield _most(f"{name}, median", page.median_ms, most, "ms")


def _of_growth(run: Run, small: Run) -> Iterator[Limit]:
    for (door, name), ratio in ratios(run, small).items():
        if door in QUERIES and name not in (STATEMENT, STATEMENT_PDF):
            yield Limit(f"{door}: {name}, growth", f"{ratio:.2f} times", f"{GROWTH} times", ratio <= GROWTH)


def _most(what: str, measured: float, limit: float, unit: str) -> Limit:
    return Limit(what, f"{measured:g} {unit}".strip(), f"{limit:g} {unit}".strip(), measured <= limit)


def in_words(limits: Sequence[Limit]) -> list[str]:
    return [f"{one.what}: {one.measured}, not {one.limit}" for one in limits]
