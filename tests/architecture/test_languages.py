"""What is translated is translated for whoever reads it, not for whoever started the program."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .sources import files, place, tree

AT_ONCE = {"gettext", "ngettext", "pgettext"}


def names_of_translators(module: ast.Module) -> set[str]:
    """What the module calls the functions that translate at once."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in AT_ONCE
    }


def run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that is evaluated when the module is imported: not the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, *child.args.defaults, *filter(None, child.args.kw_defaults)):
                yield part
                yield from run_on_import(part)
            continue
        yield child
        yield from run_on_import(child)


def translated_on_import(file: Path) -> Iterator[str]:
    module = tree(file)
    translators = names_of_translators(module)
    for node in run_on_import(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in translators:
            yield place(file, node)


def test_no_text_is_translated_when_a_module_is_imported():
    found = [where for file in files() for where in translated_on_import(file)]
    assert not found, "Take gettext_lazy:\n" + "\n".join(found)
