"""`python -m reference_app.schema`: the tables and, in PostgreSQL, who may write which.

Run it as the owner of the database, before the app starts, as often as you like. It reads three
URLs of one database from the environment:

- DATABASE_OWNER_URL, the role that owns the tables. The app itself never needs it.
- DATABASE_URL, the role of the web: all pages, and no write to the tables of billing.
- DATABASE_WRITER_URL, the role of the webhook handler.

Roles that do not exist are created with the password of their URL, if the owner may do that. With
SQLite there is nothing to separate, and the app makes the tables by itself. A product that changes
its tables over the years would use a migration tool such as Alembic, and keep the grants in it.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from reference_app.engines import address, connect, is_sqlite
from reference_app.settings import DEFAULT_DATABASE, BadSettings
from reference_app.tables import Installation, Table


def install(engine: Engine, instance: str | None) -> None:
    """Make the tables that are missing, and give the database its name; `instance`, or drawn."""
    Table.metadata.create_all(engine)
    with Session(engine) as session:
        if session.get(Installation, 1) is None:
            session.add(Installation(id=1, name=instance or secrets.token_hex(8)))
            try:
                session.commit()
            except IntegrityError:
                session.rollback()  # another process has named it since we looked


def main(environment: Mapping[str, str]) -> int:
    """Make the tables of the environment's database. Returns the exit status."""

    def given(name: str) -> URL:
        value = environment.get(name, "").strip()
        if not value:
            raise BadSettings(f"{name} is not set: on PostgreSQL each role has a URL of its own.")
        return address(value)

    instance = environment.get("APP_INSTANCE", "").strip() or None
    web = address(environment.get("DATABASE_URL", "").strip() or DEFAULT_DATABASE)
    try:
        if is_sqlite(web):
            _with(web, instance)
        else:
            _with(given("DATABASE_OWNER_URL"), instance, web, given("DATABASE_WRITER_URL"))
    except (BadSettings, DBAPIError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"The tables are in {web!r}.")
    return 0


def _with(owner: URL, instance: str | None, *roles: URL) -> None:
    engine = connect(owner, 1)
    try:
        install(engine, instance)
        if roles:
            # Here, for who runs on SQLite need not wait until psycopg is loaded.
            from reference_app.grants import separate

            separate(engine, *roles)
    finally:
        engine.dispose()


if __name__ == "__main__":
    raise SystemExit(main(os.environ))
