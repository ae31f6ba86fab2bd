"""The gateway's own books: one SQLite file, in which what was answered is on the disk."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = """
create table if not exists account (
  id text primary key, name text not null, secret_hash text not null unique, publishable_key text not null unique,
  webhook_secret text not null, webhook_url text not null default '', created real not null
) strict;
create table if not exists origin (
  account_id text not null references account, origin text not null, primary key (account_id, origin)
) strict;
create table if not exists method (
  id text primary key, account_id text not null references account, brand text not null, last4 text not null,
  exp_month integer not null, exp_year integer not null, outcome text not null, created real not null
) strict;
create table if not exists intent (
  place integer primary key autoincrement, id text not null unique, account_id text not null references account,
  amount integer not null check (amount > 0), currency text not null,
  status text not null check (status in
    ('requires_payment_method', 'requires_action', 'processing', 'succeeded', 'canceled')),
  description text not null, return_url text not null, locale text not null, metadata text not null,
  attempt text not null, base_url text not null, client_secret text not null unique, created real not null,
  canceled_at real, last_error text, method_id text references method, settle_at real, settle_outcome text
) strict;
create index if not exists intent_of_attempt on intent (account_id, attempt);
create index if not exists intent_to_settle on intent (settle_at) where settle_at is not null;
create table if not exists charge (
  id text primary key, intent_id text not null unique references intent (id), amount integer not null,
  currency text not null, brand text not null, last4 text not null, exp_month integer not null,
  exp_year integer not null, created real not null
) strict;
create table if not exists event (
  place integer primary key autoincrement, id text not null unique, account_id text not null references account,
  intent_id text not null references intent (id), type text not null, body text not null, created real not null
) strict;
create table if not exists delivery (
  event_id text primary key references event (id), due real not null, tries integer not null default 0,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'given_up')), last_answer text
) strict;
create index if not exists delivery_due on delivery (due) where state = 'waiting';
create table if not exists answer (
  account_id text not null, key text not null, fingerprint text not null, status integer not null,
  body text not null, created real not null, primary key (account_id, key)
) strict;
create table if not exists refund (
  place integer primary key autoincrement, id text not null unique, account_id text not null references account,
  intent_id text not null references intent (id), amount integer not null check (amount > 0), currency text not null,
  status text not null check (status in ('pending', 'succeeded', 'failed')), failure_reason text,
  metadata text not null, created real not null, settle_at real, settle_outcome text
) strict;
create index if not exists refund_of_intent on refund (intent_id);
create table if not exists dispute (
  place integer primary key autoincrement, id text not null unique, account_id text not null references account,
  intent_id text not null references intent (id), amount integer not null check (amount > 0), currency text not null,
  status text not null check (status in ('needs_response', 'won', 'lost')), created real not null
) strict;
create index if not exists dispute_of_intent on dispute (intent_id);
create table if not exists setting (name text primary key, value text not null) strict;
"""

# What came later: a file from before gets these columns when it is opened.
LATER = {
    "account": {
        "reference_transactions": "integer not null default 1",
        "recurring": "integer not null default 1",
        "minimum": "text not null default '{}'",
        "bank_debits": "integer not null default 1",
        "partial_refunds": "integer not null default 1",
        "currencies": "text not null default '[]'",
    },
    "method": {
        "kind": "text not null default 'card'",
        "holder": "text not null default ''",
        "address": "text not null default '{}'",
        "kept_at": "real",
        "forgotten_at": "real",
    },
    "intent": {
        "saves": "integer not null default 0",
        "billing": "text not null default '{}'",
        "expected_at": "real",
        "dispute_at": "real",
        "changed": "real not null default 0",
        "key": "text not null default ''",
        "methods": 'text not null default \'["card", "bank"]\'',
        "asks_address": "integer not null default 0",
    },
    "charge": {"kind": "text not null default 'card'"},
}


class Store:
    """Connections to the file, one a thread, and transactions, one at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mine = threading.local()
        # SQLite lets one write and makes the others poll; waiting here is fair and wakes at once.
        self._turn = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self.reading().executescript(SCHEMA)
        self._add_columns()
        self.clock_ahead = float(self.setting("clock_ahead") or 0)

    def _add_columns(self) -> None:
        with self.writing() as db:
            for table, columns in LATER.items():
                there = {row["name"] for row in db.execute(f"pragma table_info({table})")}
                for name, kind in columns.items():
                    if name not in there:
                        db.execute(f"alter table {table} add column {name} {kind}")

    def reading(self) -> sqlite3.Connection:
        """This thread's connection, outside a transaction."""
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=20, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.executescript("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;")
            self._mine.connection = connection
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on the disk when the block ends, undone when it raises."""
        connection = self.reading()
        with self._turn:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    def now(self) -> float:
        """Seconds since 1970, by a clock that tests can put forward."""
        return time.time() + self.clock_ahead

    def today(self) -> datetime:
        return self.at(self.now())

    def at(self, seconds: float) -> datetime:
        """A point in time, of its seconds since 1970."""
        return datetime.fromtimestamp(seconds, UTC)

    def put_clock_forward(self, seconds: float) -> None:
        self.clock_ahead += seconds
        with self.writing() as db:
            set_setting(db, "clock_ahead", str(self.clock_ahead))

    def setting(self, name: str) -> str | None:
        row = self.reading().execute("select value from setting where name = ?", [name]).fetchone()
        return row["value"] if row else None


def set_setting(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute(
        "insert into setting values (?, ?) on conflict (name) do update set value = excluded.value", [name, value]
    )
