"""The database and its three kinds of transaction.

- `reading()` sees one moment of the database, and can change nothing.
- `writing()` is the web's: it can write everything but the tables of billing.
- `settling()` is the webhook handler's: the only one that can write `plan_entitlements`.

On SQLite the latter two begin with `BEGIN IMMEDIATE`, so the write lock is held from the first
statement: two writers run one after the other, and none of them fails half way for having read
before it wrote. On PostgreSQL only those wait for one another who work on the same organisation:
see `locks.py`. More isolation is not needed there: whoever changes an organisation holds its lock
from before the first look at it, so READ COMMITTED shows what the holder before left behind.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from reference_app import schema
from reference_app.engines import WEBHOOKS_AT_ONCE, Actor, address, connect, in_memory, is_sqlite
from reference_app.errors import AppError
from reference_app.settings import BadSettings
from reference_app.tables import Installation

# The error codes of SQLite whose lower byte is this say that somebody else holds the lock.
SQLITE_BUSY = 5


class DatabaseBusy(AppError):
    """A lock, or the server, was not to be had in time. Nothing was changed."""

    status = 503
    code = "database_busy"

    def __init__(self) -> None:
        super().__init__("This takes too long just now, and nothing was changed. Please try again.")


class Database:
    """One database under two roles. `writer_url` is the same database for the billing writer;
    SQLite needs none. The tables must be there, but for SQLite, which makes them on first use.
    """

    def __init__(
        self, url: str, writer_url: str | None = None, *, instance: str | None = None
    ) -> None:
        web, writer = address(url), address(writer_url or url)
        self.engine = connect(web)
        self.writer = self.engine if in_memory(web) else connect(writer, WEBHOOKS_AT_ONCE)
        if is_sqlite(web):
            schema.install(self.writer, instance)
            moment = {}
        else:
            # One snapshot for all statements of a page, and a server that refuses to write.
            moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = sessionmaker(
            self.engine.execution_options(role=Actor.WEB, **moment), expire_on_commit=False
        )
        self._writing = sessionmaker(
            self.engine.execution_options(role=Actor.WEB, write=True), expire_on_commit=False
        )
        self._settling = sessionmaker(
            self.writer.execution_options(role=Actor.WRITER, write=True), expire_on_commit=False
        )
        self.instance = self._installation()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only looks."""
        with _patient(), self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or changes nothing if it raises."""
        with _patient(), self._writing.begin() as session:
            yield session

    @contextmanager
    def settling(self) -> Iterator[Session]:
        """The same, in the role of the billing writer. For the webhook handler alone."""
        with _patient(), self._settling.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()
        self.writer.dispose()

    def _installation(self) -> str:
        try:
            with self.reading() as session:
                return session.scalars(select(Installation.name)).one()
        except DatabaseBusy as error:
            self.close()
            raise BadSettings(f"The database cannot be reached: {error.__cause__}") from error
        except ProgrammingError as error:
            self.close()
            raise BadSettings(
                "The database has no tables, or this role may not read them. "
                "Make both with: python -m reference_app.schema"
            ) from error


@contextmanager
def _patient() -> Iterator[None]:
    """Turns "not now" of either database into `DatabaseBusy`."""
    try:
        yield
    except OperationalError as error:
        cause = error.orig
        if isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF != SQLITE_BUSY:
            raise
        raise DatabaseBusy from error
