"""Questions that pages ask all the time. Django works out their SQL once, which takes longer than the answer does."""

import copy
import re
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from .ids import LARGEST


class Key(str):
    """A word by which rows are found, such as a session's: it stands for itself, as an id does."""

    __slots__ = ()


class Prepared:
    """A function that makes a queryset from ids and constants, called for its rows: `prepared(*arguments)` is a list.

    Whole numbers are the ids, whose places in the SQL are found by marks; they must reach it as they are, and so must
    a `Key`. The SQL is kept for each set of the other arguments, so these should be few, such as today's date.
    PostgreSQL keeps the plan as well. Use it as a decorator.
    """

    def __init__(self, question: Callable[..., QuerySet[Any]]) -> None:
        self.question = question
        self.__doc__ = question.__doc__
        self._compiled = lru_cache(maxsize=64)(self._compile)

    def __call__(self, *arguments: Hashable) -> list[Any]:
        marks = {place: _mark(place, one) for place, one in enumerate(arguments) if isinstance(one, (int, Key))}
        shape = tuple(marks.get(place, one) for place, one in enumerate(arguments))
        queryset, compiler, sql, params = self._compiled(connection.vendor, *shape)
        values = {mark: arguments[place] for place, mark in marks.items()}
        put = tuple(values[one] if isinstance(one, (int, Key)) and one in values else one for one in params)
        query = _Kept(queryset.query, compiler, sql, put)
        asked: QuerySet[Any] = QuerySet(queryset.model, query=query)
        asked._iterable_class = queryset._iterable_class  # rows, tuples or dictionaries
        if connection.vendor != "postgresql":
            return list(asked)
        with connection.planning_once():  # type: ignore[attr-defined]
            return list(asked)

    def _compile(self, vendor: str, *shape: Hashable) -> tuple[QuerySet[Any], SQLCompiler, str, tuple[Any, ...]]:
        queryset = self.question(*shape)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
        compiler.get_converters = lambda _expressions: converters
        marks = {one for one in shape if isinstance(one, (int, Key))}
        if not marks <= {one for one in params if isinstance(one, (int, Key))}:
            raise ValueError("The SQL of a prepared question has no place for an id that it is about.")
        if vendor == "postgresql":
            sql, params = _spelled_out(sql, params, marks)
        return queryset, compiler, sql, params


def _mark(place: int, value: Hashable) -> int | Key:
    return Key(f"mark {place}") if isinstance(value, Key) else LARGEST - place


def _spelled_out(sql: str, params: Sequence[Any], marks: set[int | Key]) -> tuple[str, tuple[Any, ...]]:
    """The SQL with its constants in it, and the marks that are left.

    A plan can only use the index of unpaid invoices if it stays right for whatever the parameters are.
    """
    left, kept = iter(params), []

    def written(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        one = next(left)
        if isinstance(one, (int, Key)) and one in marks:
            kept.append(one)
            return "%s"
        literal: str = connection.ops.compose_sql("%s", [one])  # type: ignore[attr-defined]
        return literal.replace("%", "%%")

    return re.sub("%%|%s", written, sql), tuple(kept)


class _Kept(Query):
    """A query whose SQL is known. Everything else that a queryset asks of it is as the original says."""

    def __init__(self, original: Query, compiler: SQLCompiler, sql: str, params: tuple[Any, ...]) -> None:
        self.__dict__.update(original.__dict__)
        self._known = compiler, sql, params

    def get_compiler(self, *_args: Any, **_kwargs: Any) -> SQLCompiler:
        compiler, sql, params = self._known
        ready = copy.copy(compiler)
        ready.connection = connection  # that of this thread
        ready.as_sql = lambda *_args, **_kwargs: (sql, params)  # type: ignore[method-assign]
        return ready
