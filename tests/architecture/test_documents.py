"""What the documents name is there: files, links, and commands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.config.commands import HELP

from .sources import ROOT, SOURCES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)[^)]*\)")
FILE = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)(?:: ?\w+)?`")
ENDINGS = (".py", ".md", ".html", ".txt", ".po", ".toml", ".lock", ".typ", ".css", ".js")
COMMAND = re.compile(r"\./counterfoil ([a-z]+)")
NO_CODE = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)


def named_files(document: Path) -> Iterator[str]:
    """Names between backticks that can only be files or folders of ours."""
    prose = NO_CODE.sub("", document.read_text(encoding="utf-8"))
    for name in FILE.findall(prose):
        is_of_a_package = name.endswith("/") and (SOURCES / name.split("/", maxsplit=1)[0]).is_dir()
        if is_of_a_package or name.startswith(("src/", "tests/", "docs/")) or name.endswith(ENDINGS):
            yield name


def is_there(name: str, document: Path) -> bool:
    """From the top, beside the document, or as the short names of the program's and the tests' own folders."""
    return any(
        (folder / name).exists() for folder in (ROOT, document.parent, SOURCES, SOURCES / "books", ROOT / "tests")
    )


def by_name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_file_that_is_named_is_there(document):
    missing = [name for name in named_files(document) if not is_there(name, document)]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_link_leads_to_a_file(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_command_is_one(document):
    named = set(COMMAND.findall(document.read_text(encoding="utf-8")))
    assert named <= HELP.keys()


def test_the_guides_name_files():
    """What is looked for is found: a guide without names would pass everything."""
    assert len(set(named_files(ROOT / "CONTRIBUTING.md"))) > 40
    assert len(set(named_files(ROOT / "docs" / "architecture.md"))) > 10


def test_every_decision_has_its_number_once():
    numbers = [
        re.match(r"# (\d+)\. ", file.read_text()).group(1) for file in sorted((ROOT / "docs/decisions").glob("*.md"))
    ]
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
