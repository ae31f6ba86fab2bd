"""The program with a stop-watch: each answer says in a header how long it took, and how many queries."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from counterfoil.config.wsgi import application as program

NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "PRAGMA")


class Watch:
    """Counts the queries of one request and the seconds that the database took for them."""

    def __init__(self) -> None:
        self.queries, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if not sql.startswith(NOT_QUERIES):
                self.queries += 1
            self.seconds += time.perf_counter() - begun


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What the server calls for each request."""
    watch, begun, cpu = Watch(), time.perf_counter(), time.thread_time()
    answered: list[Any] = []
    with connection.execute_wrapper(watch):
        answer = program(environ, lambda *args: answered.extend(args))  # type: ignore[arg-type]
    status, headers = answered[:2]
    took, worked = time.perf_counter() - begun, time.thread_time() - cpu
    asked = f'db;dur={watch.seconds * 1000:.3f};desc="{watch.queries}"'
    told = f"app;dur={took * 1000:.3f}, cpu;dur={worked * 1000:.3f}, {asked}"
    start_response(status, [*headers, ("Server-Timing", told)])
    return answer
