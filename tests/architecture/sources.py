"""The program's sources as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "counterfoil"

Function = ast.FunctionDef | ast.AsyncFunctionDef

# Parts of verbs: they take the customer's balance row, which only a transaction that is open already can have locked.
WITHIN_A_VERB = {
    "books/ledger/ledger.py",
    "books/sales/crediting.py",
    "books/payments/applying.py",
    "books/payments/own_credit.py",
    "books/payments/retaining.py",
    "books/payments/returning.py",
}


def files(*packages: str) -> list[Path]:
    """The Python files of these packages, such as "books/sales", without migrations; of all without any."""
    folders = [SOURCES / package for package in packages] or [SOURCES]
    return [file for folder in folders for file in sorted(folder.rglob("*.py")) if "migrations" not in file.parts]


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def name(file: Path) -> str:
    """As in "books/ledger/ledger.py"."""
    return file.relative_to(SOURCES).as_posix()


def place(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def public_functions(file: Path) -> Iterator[Function]:
    """Functions of the module itself, which other modules may call."""
    for node in tree(file).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def keywords(function: Function) -> set[str]:
    """The parameters that must be given by name."""
    return {argument.arg for argument in function.args.kwonlyargs}


def verbs() -> Iterator[tuple[Path, Function]]:
    """What changes the books in somebody's name, each with its file: the functions that take `by`."""
    for file in files("books"):
        for function in public_functions(file):
            if "by" in keywords(function) and name(file) not in WITHIN_A_VERB:
                yield file, function


def decorators(function: Function) -> set[str]:
    """Their names as written: "transaction.atomic", "needs('quotes.decide')" gives "needs"."""
    return {ast.unparse(node.func if isinstance(node, ast.Call) else node) for node in function.decorator_list}
