"""What is in a PostgreSQL database as a value, and back: `memory.py` says what for."""

from __future__ import annotations

import json
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from reference_app.engines import address, connect
from reference_app.tables import Table

# Parents before children: the order in which rows can be put back.
TABLES = tuple(table.name for table in Table.metadata.sorted_tables)
SEQUENCES = """
    SELECT quote_ident(sequencename), coalesce(last_value, start_value), last_value IS NOT NULL
    FROM pg_sequences WHERE schemaname = current_schema()
"""


class PostgresMemory:
    """The rows of each table in COPY's text form and where each sequence stands, as JSON."""

    def __init__(self, owner_url: str) -> None:
        self._engine = connect(address(owner_url), 1)

    def snapshot(self) -> bytes:
        with self._engine.begin() as connection:
            cursor = _driver(connection.connection.driver_connection).cursor()
            rows = {}
            for table in TABLES:
                with cursor.copy(_about(table, "COPY {} TO STDOUT")) as copy:
                    rows[table] = b"".join(bytes(piece) for piece in copy).decode()
            sequences = cursor.execute(SEQUENCES).fetchall()
        return json.dumps({"rows": rows, "sequences": sequences}).encode()

    def restore(self, kept: bytes) -> None:
        """Be as the snapshot was, in one transaction."""
        state = json.loads(kept)
        with self._engine.begin() as connection:
            cursor = _driver(connection.connection.driver_connection).cursor()
            # For a handful of rows DELETE is several times faster than TRUNCATE, which makes a new
            # file for each table and index.
            for table in reversed(TABLES):
                cursor.execute(_about(table, "DELETE FROM {}"))
            for table in TABLES:
                if state["rows"][table]:
                    with cursor.copy(_about(table, "COPY {} FROM STDIN")) as copy:
                        copy.write(state["rows"][table])
            for sequence in state["sequences"]:
                cursor.execute("SELECT setval(%s, %s, %s)", sequence)

    def close(self) -> None:
        self._engine.dispose()


def _about(table: str, command: LiteralString) -> sql.Composed:
    return sql.SQL(command).format(sql.Identifier(table))


def _driver(connection: object) -> psycopg.Connection[Any]:
    assert isinstance(connection, psycopg.Connection)
    return connection
