"""Every guard that is listed still stands, and has its tests."""

import re

import pytest

from tests.safety.guards import GUARDS, Guard
from tests.safety.guards.guard import SOURCES

from .sources import ROOT

# Attacks on what isn't built yet.
NOT_YET = {20}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.subject}, {guard.holds}")
def test_each_line_of_a_guard_stands_once_and_its_tests_exist(guard: Guard) -> None:
    for cut in guard.cuts:
        assert cut.done_to(SOURCES) != (SOURCES / cut.file).read_text()
    for test in guard.tests:
        file, name = test.split("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / "tests" / file).read_text(), test


def test_every_attack_and_every_rule_has_its_guard() -> None:
    numbers: dict[str, set[int]] = {"attack": set(), "rule": set()}
    for guard in GUARDS:
        if found := re.match(r"(attack|rule) (\d+):", guard.subject):
            numbers[found[1]].add(int(found[2]))
    assert numbers["attack"] == set(range(1, 23)) - NOT_YET
    assert numbers["rule"] == set(range(1, 15))


def test_the_rules_for_money_name_tests_that_exist() -> None:
    page = (ROOT / "docs" / "money.md").read_text(encoding="utf-8")
    assert re.findall(r"^\*\*(\d+)\.", page, re.MULTILINE) == [str(number) for number in range(1, 15)]
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)", page)
    assert len(named) >= 20
    for file, name in named:
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(), name
