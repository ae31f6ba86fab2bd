"""Lists, newest first, continued after the last id that was read."""

import sqlite3
from collections.abc import Mapping

from .refusals import missing, wrong

MOST = 100
FILTERS = {"intent": ("attempt",), "event": ("type",), "refund": ("intent_id",), "dispute": ("intent_id",)}


def page(
    db: sqlite3.Connection, table: str, account_id: str, query: Mapping[str, str]
) -> tuple[list[sqlite3.Row], bool]:
    """One page of the account's rows, and whether there are more. `table` is a key of FILTERS. Raises Refusal."""
    limit = _whole(query, "limit", 10)
    if not 1 <= limit <= MOST:
        raise wrong("limit", f"limit must be between 1 and {MOST}.")
    conditions, values = ["account_id = ?", "created >= ?"], [account_id, str(_whole(query, "created_gte", 0))]
    for name in FILTERS[table]:
        if name in query:
            conditions.append(f"{name} = ?")
            values.append(query[name])
    if table == "intent" and "changed_gte" in query:
        conditions.append("changed >= ?")
        values.append(str(_whole(query, "changed_gte", 0)))
    if "starting_after" in query:
        conditions.append("place < ?")
        values.append(str(_place(db, table, account_id, query["starting_after"])))
    select = f"select * from {table} where {' and '.join(conditions)} order by place desc limit ?"  # noqa: S608 (our own names)
    rows = db.execute(select, [*values, limit + 1]).fetchall()
    return rows[:limit], len(rows) > limit


def _place(db: sqlite3.Connection, table: str, account_id: str, row_id: str) -> int:
    select = f"select place from {table} where id = ? and account_id = ?"  # noqa: S608 (our own names)
    row = db.execute(select, [row_id, account_id]).fetchone()
    if row is None:
        raise missing(table, row_id)
    return int(row["place"])


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise wrong(name, f"{name} must be a whole number.")
    return int(text)
