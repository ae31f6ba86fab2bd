"""What `bench` makes of what it measured: limits, tables, and the page that keeps them."""

from dataclasses import replace

import pytest

from counterfoil.bench import figures, limits, tables
from counterfoil.bench.figures import PageFigures, ProcessFigures, Run
from counterfoil.config.failures import CannotRun

GOOD = PageFigures("home", "portal", 8, 8.0, 9.0, 5.0, 1.0, 3_600, 12_800, {"1": 100, "8": 400})
DOCUMENT = "# Speed\n\n<!-- figures sqlite -->\nold\n<!-- end -->\n\n<!-- figures postgresql -->\nkept\n<!-- end -->\n"


def a_run(page: PageFigures = GOOD, **more: object) -> Run:
    run = Run("SQLite 3.40.1", 1_000, {"invoice": 1_000}, 5.0, 1.0, 0, [page])
    return replace(run, **more)  # type: ignore[arg-type]


def said(run: Run, small: Run | None = None) -> list[str]:
    return limits.in_words(limits.missed(run, small))


def test_a_page_that_reaches_everything_misses_nothing():
    assert said(a_run()) == []


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (replace(GOOD, queries=9), "portal: home, queries: 9, not 8"),
        (replace(GOOD, median_ms=8.1), "portal: home, median: 8.1 ms, not 8 ms"),
        (replace(GOOD, per_second={"1": 100, "8": 399}), "portal: home, at 8 clients: 399/s, not 400/s"),
        (replace(GOOD, name="list, deep", median_ms=12.5), "portal: list, deep, median: 12.5 ms, not 12 ms"),
        (replace(GOOD, door="office", queries=13), "office: home, queries: 13, not 12"),
        (replace(GOOD, name=limits.STATEMENT, median_ms=1_001), "statement, median: 1001 ms, not 1000 ms"),
        (replace(GOOD, name=limits.STATEMENT_PDF, median_ms=3_001), "PDF of a statement, median: 3001 ms, not 3000 ms"),
        (replace(GOOD, name="PDF", median_ms=61), "PDF, warm, median: 61 ms, not 60 ms"),
    ],
)
def test_each_limit_that_a_page_misses_is_named(page: PageFigures, words: str):
    assert said(a_run(page)) == [words]


def test_the_other_limits_are_named_too():
    assert said(a_run(page_p95_during_pdfs_ms=101)) == [
        "invoice page while eight PDFs are made, p95: 101 ms, not 100 ms"
    ]
    web, other = ProcessFigures("web, process 1", 131, 80), ProcessFigures("worker", 200, 200)
    assert said(a_run(processes=[web, other])) == ["memory of web, process 1: 131 MB, not 130 MB"]
    assert said(a_run(differences=2)) == ["verify: 2 differences, not none"]


def test_growth_is_judged_by_the_run_of_a_thousand():
    small = a_run(replace(GOOD, median_ms=5))
    assert said(a_run(replace(GOOD, median_ms=6.5)), small) == []
    assert said(a_run(replace(GOOD, median_ms=6.6)), small) == ["portal: home, growth: 1.32 times, not 1.3 times"]
    # A statement of ten thousand transactions has not so many where there are a thousand invoices.
    longer = replace(GOOD, name=limits.STATEMENT, median_ms=50)
    assert said(a_run(longer), a_run(replace(longer, median_ms=5))) == []


def test_figures_survive_being_written(tmp_path):
    run = a_run(processes=[ProcessFigures("web", 30, 20)])
    figures.write(tmp_path / "figures.json", {"cores": 2}, [run])
    assert figures.read(tmp_path / "figures.json") == ({"cores": 2}, [run])


def test_tables_go_between_the_marks_of_their_database(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text(DOCUMENT)
    large = replace(a_run(replace(GOOD, median_ms=16)), invoices=100_000)
    for _ in range(2):
        tables.into_document(page, figures.machine(), [large, a_run()])
    text = page.read_text()
    assert "old" not in text
    assert "kept" in text
    assert text.index("### 1,000 invoices on SQLite 3.40.1") < text.index("### 100,000 invoices on SQLite 3.40.1")
    assert text.count("###") == 2
    assert "| portal: home | 8 | 16.0 |" in text
    assert "| 2.00 |" in text
    assert "Missed: portal: home, growth: 2.00 times, not 1.3 times." in text


def test_a_page_without_such_marks_is_left_alone(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text("# Speed\n")
    with pytest.raises(CannotRun, match="no place marked for sqlite"):
        tables.into_document(page, figures.machine(), [a_run()])
    assert page.read_text() == "# Speed\n"


def test_a_table_says_how_fast_the_machine_was_meanwhile():
    assert "of 300,000 steps: 18 ms, between 15 and 30." in tables.for_people(a_run(paces_ms=[30, 15, 18]), None)
    assert figures.pace_ms() > 0


def test_what_was_measured_while_the_machine_was_slow_is_measured_again(monkeypatch: pytest.MonkeyPatch):
    """Before and after each: at the second try it keeps its pace; a machine that never does gives its quickest try."""
    paces, measured = [10.0], iter(range(100))
    monkeypatch.setattr(figures, "pace_ms", lambda: paces[0] if len(paces) == 1 else paces.pop(0))
    steadily = figures.Steadily()
    paces[:] = [20, 20, 20, 10, 10, 10, 10, 10, 10, 11, 11, 11, 99]
    assert steadily(lambda: replace(GOOD, queries=next(measured))) == (11, replace(GOOD, queries=1))
    paces[:] = [*[20] * 6, *[13] * 6, *[30] * 6, *[20] * 7]
    assert steadily(lambda: replace(GOOD, queries=next(measured))) == (13, replace(GOOD, queries=3))
    assert next(measured) == 6
