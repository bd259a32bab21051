"""The whole database as bytes, and back: for a test bench that tries many futures of one past.

A server in production has no use for it, and nothing in the app calls it. On PostgreSQL it needs
the owner's role, which such a server does not have.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Protocol

from sqlalchemy import Engine

from reference_app.database import Database
from reference_app.settings import Settings


class Memory(Protocol):
    """`snapshot` gives the database as bytes, `restore` takes it back. Nobody else may use the
    database meanwhile.
    """

    def snapshot(self) -> bytes: ...

    def restore(self, kept: bytes) -> None: ...


def memory_of(settings: Settings, database: Database) -> Memory | None:
    """The memory of this database; `None` for a PostgreSQL whose owner the app does not know."""
    if database.engine.dialect.name == "sqlite":
        return SqliteMemory(database.engine)
    if settings.database_owner_url is None:
        return None
    # Here, for who runs on SQLite need not wait until psycopg is loaded.
    from reference_app.postgres_memory import PostgresMemory

    return PostgresMemory(settings.database_owner_url)


class SqliteMemory:
    """What is in the SQLite database behind `engine`, as bytes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def snapshot(self) -> bytes:
        with closing(sqlite3.connect(":memory:")) as copy, self._engine.connect() as connection:
            _sqlite(connection.connection.driver_connection).backup(copy)
            kept = bytearray(copy.serialize())
        # A copy in memory has no write-ahead log, whatever the file it came from has; these two
        # bytes of the header say so (https://www.sqlite.org/fileformat.html).
        kept[18:20] = b"\x01\x01"
        return bytes(kept)

    def restore(self, kept: bytes) -> None:
        with closing(sqlite3.connect(":memory:")) as copy, self._engine.connect() as connection:
            copy.deserialize(kept)
            copy.backup(_sqlite(connection.connection.driver_connection))


def _sqlite(connection: object) -> sqlite3.Connection:
    assert isinstance(connection, sqlite3.Connection)
    return connection
