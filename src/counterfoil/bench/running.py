"""`./counterfoil bench`: build, start, measure, and say what was found."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from counterfoil.config.failures import CannotRun

from . import figures, limits, site, tables
from .figures import Run
from .measuring import Bench, measure


def bench(
    *,
    invoices: int,
    engine: str,
    database_url: str,
    data: Path | None,
    compare: bool,
    workers: int,
    seconds: float,
    json_file: Path | None,
    quiet: bool,
) -> int:
    """Measure one size, or with `compare` that and a thousand side by side. Returns 1 if a limit is missed."""
    if compare and database_url:
        raise CannotRun("--compare needs two databases, and --database-url names one.")
    if compare and invoices == limits.SMALL:
        raise CannotRun(f"--compare compares with {limits.SMALL:,} invoices. Choose another number.")
    sizes = [limits.SMALL, invoices] if compare else [invoices]
    told, say = figures.machine(), _silent if quiet else _say
    with ExitStack() as stack:
        folder = data.resolve() if data else Path(stack.enter_context(_passing_folder()))
        make = stack.enter_context(site.database(engine, folder, database_url))
        benches = []
        for size in sizes:
            url = make(f"bench_{size}")
            one = stack.enter_context(
                site.running(folder / f"{engine}-{size}", size, database_url=url, workers=workers, quiet=quiet)
            )
            benches.append(Bench.at(one, site.version(engine, url)))
        measure(benches, seconds=seconds, say=say)
        runs = [bench.run for bench in benches]
    if json_file:
        figures.write(json_file, told, runs)
    return _say_results(runs)


def document(files: Sequence[Path], path: Path) -> int:
    """Write the tables of these files of figures into a page that has places for them."""
    for file in files:
        tables.into_document(path, *figures.read(file))
    return 0


def _say_results(runs: Sequence[Run]) -> int:
    small = next((run for run in runs if run.invoices == limits.SMALL), None)
    missed = 0
    for run in runs:
        beside = small if run is not small else None
        print(tables.for_people(run, beside), end="\n\n")
        missed += len(limits.missed(run, beside))
    print("Every limit was kept." if not missed else f"{missed} limits were missed; they are named above.")
    return 1 if missed else 0


@contextmanager
def _passing_folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as folder:
        Path(folder).chmod(0o755)  # the database server may be another user's
        yield folder


def _say(words: str) -> None:
    print(f"bench: {words}", file=sys.stderr, flush=True)


def _silent(_words: str) -> None:
    pass
