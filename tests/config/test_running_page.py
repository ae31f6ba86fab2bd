"""docs/running.md says of every environment variable what the program does with it."""

import re
from pathlib import Path

import pytest

from counterfoil.config.environment import KNOWN, Environment, read

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(COUNTERFOIL_[A-Z_]+)` \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE))
# Their defaults depend on the data folder, so the page says them in words.
IN_WORDS = {"COUNTERFOIL_DATA", "COUNTERFOIL_SECRET_KEY", "COUNTERFOIL_DATABASE_URL"}


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    return {"COUNTERFOIL_DATA": str(tmp_path)}


def with_default(told: dict[str, str], name: str) -> Environment:
    """What is read when a variable is given the default that the page says it has."""
    written = ROWS[name]
    return read(told | {name: "" if written == "empty" else written.strip("`")})


def test_the_table_has_every_variable_and_no_other():
    assert ROWS.keys() == KNOWN.keys()


@pytest.mark.parametrize("name", sorted(KNOWN.keys() - IN_WORDS))
def test_the_default_in_the_table_is_the_default(told, name):
    assert ROWS[name] == "empty" or re.fullmatch(r"`\S+`", ROWS[name])
    assert with_default(told, name) == read(told)


def test_defaults_in_words_are_true(told, tmp_path):
    assert ROWS["COUNTERFOIL_DATABASE_URL"] == "`counterfoil.sqlite3` in the data folder"
    assert read(told).database["NAME"] == str(tmp_path / "counterfoil.sqlite3")
    assert ROWS["COUNTERFOIL_SECRET_KEY"] == "made at first use, in the data folder"
    assert (tmp_path / "secret-key").read_text() == read(told).secret_key


def test_no_variable_is_named_that_does_not_exist():
    assert set(re.findall(r"COUNTERFOIL_[A-Z_]+[A-Z]", PAGE)) <= KNOWN.keys()
