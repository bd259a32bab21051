"""The whole database as bytes, and back: for a test bench that tries many futures of one past.

Only for SQLite. A server in production has no use for it, and nothing in the app calls it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import Engine


class Memory:
    """What is in the database behind `engine`, as a value."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def snapshot(self) -> bytes:
        with closing(sqlite3.connect(":memory:")) as copy, self._engine.connect() as connection:
            _driver(connection.connection.driver_connection).backup(copy)
            kept = bytearray(copy.serialize())
        # A copy in memory has no write-ahead log, whatever the file it came from has; these two
        # bytes of the header say so (https://www.sqlite.org/fileformat.html).
        kept[18:20] = b"\x01\x01"
        return bytes(kept)

    def restore(self, kept: bytes) -> None:
        """Be as the snapshot was. Nobody else may use the database meanwhile."""
        with closing(sqlite3.connect(":memory:")) as copy, self._engine.connect() as connection:
            copy.deserialize(kept)
            copy.backup(_driver(connection.connection.driver_connection))


def _driver(connection: object) -> sqlite3.Connection:
    assert isinstance(connection, sqlite3.Connection)
    return connection
