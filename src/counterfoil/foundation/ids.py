"""One 63-bit id for each row: milliseconds since 2020, then bits of the process, then a counter.

Ids of one process only grow, need no coordination between servers, and give no count away: the counter advances by
random steps. They are addresses, not secrets. The real clock is used even when tests move time.
"""

import os
import secrets
import threading
import time
from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState

EPOCH_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z
PROCESS_BITS = 10
COUNTER_BITS = 12
LARGEST_STEP = 8
LARGEST = (1 << 63) - 1  # of what a column of whole numbers holds

_lock = threading.Lock()
_process_id = -1
_process = 0
_millisecond = 0
_counter = 0


def new_id() -> int:
    """A fresh id, larger than every id this process made before."""
    global _millisecond, _counter
    with _lock:
        now = time.time_ns() // 1_000_000 - EPOCH_MS
        if now > _millisecond:
            _millisecond, _counter = now, secrets.randbelow(LARGEST_STEP)
        else:
            _counter += 1 + secrets.randbelow(LARGEST_STEP)
            if _counter >= 1 << COUNTER_BITS:
                _millisecond, _counter = _millisecond + 1, secrets.randbelow(LARGEST_STEP)
        return (_millisecond << (PROCESS_BITS + COUNTER_BITS)) | (_process_number() << COUNTER_BITS) | _counter


def first_id_at(moment: datetime) -> int:
    """The smallest id that could have been made at a moment, by the real clock."""
    since = int(moment.timestamp() * 1000) - EPOCH_MS
    return min(max(since, 0) << (PROCESS_BITS + COUNTER_BITS), LARGEST)


def whole_number(text: str) -> int | None:
    """The id, revision or place that a text from an address or a form names; None for anything else."""
    is_plain = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    return number if is_plain and (number := int(text)) <= LARGEST else None


def _process_number() -> int:
    """Random bits of this process, drawn again after a fork."""
    global _process_id, _process
    if _process_id != os.getpid():
        _process_id, _process = os.getpid(), secrets.randbelow(1 << PROCESS_BITS)
    return _process


class IdField(models.BigIntegerField):
    """A primary key. On SQLite its type is exactly `integer`, so that it is the row's own id."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("default", new_id)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)

    def db_type(self, connection: Any) -> str:
        return "integer" if connection.vendor == "sqlite" else "bigint"

    def rel_db_type(self, connection: Any) -> str:
        return self.db_type(connection)


class Row(models.Model):
    """The base of every table of ours."""

    id = IdField()

    class Meta:
        abstract = True

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs are of a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """A row as it was read. Django's way asks for every field of each row what becomes of it: a tenth of a list.

        None of our fields does anything when it is set, and nobody waits for the signals of a row that is made.
        """
        row = cls.__new__(cls)
        row._state = ModelState()
        row._state.adding, row._state.db = False, db
        row.__dict__.update(zip(field_names, values, strict=True))
        return row

    @classmethod
    def told_as(cls) -> str:
        """What events call a row of this table that they are about."""
        return str(cls._meta.model_name)
