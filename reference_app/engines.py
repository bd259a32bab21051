"""How the database is connected to, and what each of its two roles may not do.

- `web` serves the pages. It may write everything but the tables of billing (`BILLING_TABLES`).
- `writer` belongs to the webhook handler, and is the only one that may write those.

The database itself refuses, so a page that writes an entitlement by mistake fails in its first
test. In PostgreSQL the two are login roles, and `schema.py` grants and revokes. SQLite has no
roles, but asks an authorizer (https://www.sqlite.org/c3ref/set_authorizer.html) about every
statement that it compiles.
"""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url

from reference_app.tables import BILLING_TABLES

# Longer than a patient call to Stripe: a webhook may hold the lock while it fetches.
LOCK_WAIT_SECONDS = 30
# A statement does its work within a moment; what else it takes is the wait for a lock.
STATEMENT_SECONDS = LOCK_WAIT_SECONDS + 5
# A handler asks Stripe inside its transaction. One that was cut off must not hold its lock for
# ever, so the server ends a transaction in which nothing has been said for this long.
IDLE_SECONDS = 2 * LOCK_WAIT_SECONDS

# Threads that serve pages, and so connections that they may need (Starlette's own number is 40).
PAGES_AT_ONCE = 40
# Deliveries handled at once; more of them wait their turn without a thread or a connection. Half a
# hundred about one organisation must not keep all others from being served.
WEBHOOKS_AT_ONCE = 16

WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
# Dropping or altering a table is a write to SQLite's own list of them.
WALLED_OFF = BILLING_TABLES | {"sqlite_master"}


class Actor(StrEnum):
    """In whose name a transaction runs."""

    WEB = "web"
    WRITER = "writer"


def address(url: str) -> URL:
    """`url` for SQLAlchemy. `postgres://` and `postgresql://` mean psycopg 3 here."""
    found = make_url(url)
    if found.drivername in ("postgres", "postgresql"):
        return found.set(drivername="postgresql+psycopg")
    return found


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def in_memory(url: URL) -> bool:
    """Whether this is an SQLite database that lives in its connection, and dies with it."""
    return is_sqlite(url) and url.database in (None, "", ":memory:")


def connect(url: URL, at_once: int = PAGES_AT_ONCE) -> Engine:
    """An engine whose pool holds up to `at_once` connections."""
    return _sqlite(url, at_once) if is_sqlite(url) else _postgresql(url, at_once)


def _postgresql(url: URL, at_once: int) -> Engine:
    limits = {
        "lock_timeout": LOCK_WAIT_SECONDS,
        "statement_timeout": STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    return create_engine(
        url,
        pool_size=min(5, at_once),
        max_overflow=at_once - min(5, at_once),
        pool_pre_ping=True,  # the server may have been restarted since the last request
        connect_args={
            "connect_timeout": 10,
            "options": " ".join(f"-c {name}={value}s" for name, value in limits.items()),
        },
    )


def _sqlite(url: URL, at_once: int) -> Engine:
    alone = in_memory(url)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        # A database in memory lives in its connection, so there must be exactly one, used in turn.
        pool_size=1 if alone else 5,
        max_overflow=0 if alone else at_once,
        connect_args={"check_same_thread": False, "timeout": LOCK_WAIT_SECONDS},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions on its own
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")  # readers go on while somebody writes
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    _take_role(connection, options.get("role", Actor.WRITER))
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")


def _take_role(connection: Connection, role: Actor) -> None:
    """Put the wall up or down. Setting an authorizer makes SQLite ask again about statements that
    it compiled before, so it is done only when the role changes: never, but in memory.
    """
    if connection.info.get("role") == role:
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_authorizer(_refuse if role is Actor.WEB else None)
    connection.info["role"] = role


def _refuse(action: int, table: str | None, *_rest: object) -> int:
    walled_off = action in WRITES and table in WALLED_OFF
    return sqlite3.SQLITE_DENY if walled_off else sqlite3.SQLITE_OK
