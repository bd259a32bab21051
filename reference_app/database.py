"""The engine and its two kinds of transaction.

`reading()` sees one moment of the database. `writing()` on SQLite begins with `BEGIN IMMEDIATE`, so
the write lock is held from the first statement: two writers run one after the other, and none of
them fails half way for having read before it wrote. On PostgreSQL the same places take row locks
(`with_for_update`), which SQLite ignores.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from reference_app.tables import Installation, Table

# Longer than a patient call to Stripe: a webhook may hold the lock while it fetches.
LOCK_WAIT_SECONDS = 30


class Database:
    """One database, made on first use."""

    def __init__(self, url: str, instance: str | None = None) -> None:
        engine = _engine(url)
        self.engine = engine
        self._reading = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(engine.execution_options(write=True), expire_on_commit=False)
        Table.metadata.create_all(engine)
        self.instance = self._installation(instance)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks."""
        with self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or changes nothing if it raises."""
        with self._writing.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()

    def _installation(self, instance: str | None) -> str:
        with self.writing() as session:
            row = session.get(Installation, 1)
            if row is None:
                row = Installation(id=1, name=instance or secrets.token_hex(8))
                session.add(row)
            return row.name


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    in_memory = make_url(url).database in (None, "", ":memory:")
    engine = create_engine(
        url,
        poolclass=QueuePool,
        # A database in memory lives in its connection, so there must be exactly one, used in turn.
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else 40,
        connect_args={"check_same_thread": False, "timeout": LOCK_WAIT_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")  # readers go on while somebody writes
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
