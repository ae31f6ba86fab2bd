"""Random histories of money at the real servers, compared with what a plain list of operations says must be true.

Two server processes take what people do, a worker is killed while it asks the gateway, and the gateway fails on order
and tells what happened late, twice, in the wrong order or never. After each operation the customer's rows and legs are
compared with the model; at the end of each history the gateway's own store is too.

`SIMULATION=4711 ./counterfoil test tests/simulation` draws another seed, SIMULATION=4711:37 replays one history of it.
"""

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from counterfoil.books.ledger import verify
from tests.support.races import at_once

from . import comparing, drawing, model
from .lane import Acting, Lane
from .model import Expected
from .operations import Operation
from .working import Working

SHORT, LONG = 12, 1_000  # histories
KNOWN_SEED = "638"  # of the short run, in which everything happens that can happen
LANES = 4
WORKER_ENDS = 5  # seconds
PATIENCE = 6 * 3600


class Simulation:
    """Runs histories in lanes that work at the same time, and counts what it did."""

    def __init__(self, site: Any, folder: Path, *, seed: str, lanes: int) -> None:
        site.start("web", "worker")
        self.site, self.seed, self.working = site, seed, Working(site)
        self.lanes = [Lane(number, site, folder / f"lane-{number}", self.working) for number in range(lanes)]
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self, numbers: list[int]) -> None:
        """Every lane takes the next history until none is left or one went wrong."""
        waiting = iter(numbers)

        def work(place: int) -> None:
            while not self.wrong and (number := next(waiting, None)) is not None:
                self._history(self.lanes[place], number)

        for outcome in at_once(len(self.lanes), work, timeout=PATIENCE):
            if outcome.error:
                raise outcome.error

    def _history(self, lane: Lane, number: int) -> None:
        seed = f"{self.seed}:{number}"
        operations = drawing.history(seed)
        done: list[Operation] = []
        try:
            acting = lane.customer(f"Customer {number}")
            for operation in operations:
                done.append(operation)
                acting.do(operation, model.after(done[:-1]))
                expected = model.after(done)
                _agree(acting, expected, patience=WORKER_ENDS if operation.what == "ask" else 0)
            assert comparing.gateway(acting, expected) == comparing.expected_at_gateway(expected)
            there = sum(left for _count, _taken, left in comparing.gateway(acting, expected).values())
            assert comparing.ledger_of_gateway(acting) == there
        except BaseException as wrong:
            story = "\n".join(f"  {operation}" for operation in done)
            said = f"History {seed} went wrong in its last operation. SIMULATION={seed} replays it.\n{story}\n{wrong}"
            self.wrong.append(said)
            raise AssertionError(said) from wrong
        self.done.update(operation.what for operation in done)
        self.done["histories"] += 1

    def stop(self) -> None:
        for lane in self.lanes:
            lane.sandbox.end()


def _agree(acting: Acting, expected: Expected, *, patience: float) -> None:
    """The books are as the list says; soon, where the worker may still be at its last commit."""
    until, figures = time.monotonic() + patience, expected.figures()
    while (books := comparing.books(acting)) != figures and time.monotonic() < until:
        time.sleep(0.05)
    assert books == figures


@pytest.fixture
def simulate(
    site_of_its_own: Any, tmp_path: Path, record_property: Callable[[str, object], None], both_databases: str
) -> Any:
    """`simulate(seed, numbers)` runs those histories and says what it saw."""
    running: list[Simulation] = []

    def run(seed: str, numbers: list[int]) -> Simulation:
        begun = time.monotonic()
        site = site_of_its_own(
            web_processes=2, interruptible=("worker",), extra_environment={"COUNTERFOIL_MAIL_HOST": ""}
        )
        lanes = min(LANES, len(numbers))
        simulation = Simulation(site, tmp_path, seed=seed, lanes=lanes)
        running.append(simulation)
        simulation.run(numbers)
        connection.close()
        assert not verify.differences()
        assert "Traceback" not in site.log("web") + site.log("worker")
        record_property("said", _summary(simulation, both_databases, time.monotonic() - begun))
        return simulation

    yield run
    for simulation in running:
        simulation.stop()


def _summary(simulation: Simulation, engine: str, seconds: float) -> str:
    done = dict(sorted(simulation.done.items()))
    histories = done.pop("histories", 0)
    kinds = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in done.items())
    return (
        f"Simulation with seed {simulation.seed} on {engine}: {histories} histories in {len(simulation.lanes)} lanes, "
        f"{sum(done.values())} operations ({kinds}), {simulation.working.deaths} deaths of the worker, "
        f"{seconds:.0f} s. Gateway, ledger and list agree, and verify is clean."
    )


def _asked(histories: int, seed: str) -> tuple[str, list[int]]:
    """The seed and the histories that SIMULATION asks for, else these."""
    asked, _colon, number = os.environ.get("SIMULATION", "").partition(":")
    return asked or seed, [int(number)] if number else list(range(histories))


def test_a_few_histories_come_out_as_the_list_says(simulate: Any) -> None:
    seed, numbers = _asked(SHORT, KNOWN_SEED)
    simulation = simulate(seed, numbers)
    assert simulation.done["histories"] == len(numbers)
    assert simulation.working.deaths or seed != KNOWN_SEED


@pytest.mark.long
def test_a_thousand_histories_come_out_as_the_list_says(simulate: Any) -> None:
    """A new seed each time, which is printed."""
    seed, numbers = _asked(LONG, str(secrets.randbelow(10**9)))
    simulation = simulate(seed, numbers)
    assert simulation.done["histories"] == len(numbers)
