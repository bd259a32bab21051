"""The database, and its three kinds of connection: one looks, the web's writes, but not what was
bought, and that one is the webhook handler's.

That there is one writer is not a habit but a rule, which SQLite keeps (`sqlite3.set_authorizer`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

BILLING_TABLES = {"entitlements", "events"}
WRITES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
PATIENCE = 10.0  # seconds; no transaction is open while Stripe is asked


class Database:
    """One SQLite file. Each block has a connection of its own, and is one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(self._connection()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(Path(__file__).with_name("schema.sql").read_text())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One moment of it, without waiting for anybody."""
        with closing(self._connection()) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """For everybody: an attempt to write an entitlement is an error."""
        with closing(self._connection()) as connection:
            connection.set_authorizer(_no_billing)
            with _transaction(connection):
                yield connection

    @contextmanager
    def settling(self) -> Iterator[sqlite3.Connection]:
        """For the webhook handler alone."""
        with closing(self._connection()) as connection, _transaction(connection):
            yield connection

    def _connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    # IMMEDIATE: who has read may write, without finding that somebody else wrote in between.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _no_billing(action: int, table: str | None, *_: str | None) -> int:
    forbidden = action in WRITES and table in BILLING_TABLES
    return sqlite3.SQLITE_DENY if forbidden else sqlite3.SQLITE_OK
