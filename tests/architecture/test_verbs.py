"""Only verbs change data, each in one transaction; a view parses, calls one verb, and renders."""

import ast

from .sources import decorators, files, name, place, tree, verbs

WRITING = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "asave",
    "acreate",
    "aupdate",
    "adelete",
}
# What has these names without being a row: a dictionary, a digest, a session, a form's own upload.
NOT_ROWS = {"digest", "session", "request.session", "context", "attributes", "headers", "parameters", "values", "data"}
FLOAT_ALLOWED = {"foundation/clock.py", "foundation/ids.py"}  # seconds, not money


def test_every_verb_of_the_books_is_one_transaction():
    loose = [
        f"{place(file, function)} {function.name}"
        for file, function in verbs()
        if "transaction.atomic" not in decorators(function)
    ]
    assert not loose, "A verb takes `by`, so it must be @transaction.atomic:\n" + "\n".join(loose)


def test_no_door_writes_a_row_itself():
    writes = [
        f"{place(file, node)} {ast.unparse(node.func)}"
        for file in files("portal", "office", "api")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITING
        and not _is_verb(node.func, tree(file))
        and ast.unparse(node.func.value) not in NOT_ROWS
    ]
    assert not writes, "A view calls a verb instead of writing:\n" + "\n".join(writes)


def test_there_are_no_floats_in_the_books():
    found = [
        f"{place(file, node)} {ast.unparse(node)}"
        for file in files("books", "foundation")
        if name(file) not in FLOAT_ALLOWED
        for node in ast.walk(tree(file))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float)) or _calls_float(node)
    ]
    assert not found, "Amounts are whole minor units or Decimal:\n" + "\n".join(found)


def _is_verb(call: ast.Attribute, module: ast.Module) -> bool:
    """`quotes.create(…)` where quotes is a module of the books: a verb, not a manager's method."""
    return isinstance(call.value, ast.Name) and call.value.id in _modules_of_the_books(module)


def _modules_of_the_books(module: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("counterfoil.books")
        for alias in node.names
        if alias.name.islower()
    }


def _calls_float(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
