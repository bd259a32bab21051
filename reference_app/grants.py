"""The two roles of the app in PostgreSQL, and what each is granted: the wall itself.

Run by `schema.py` as the owner of the tables; `engines.py` says which role is for what.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import URL, Engine

from reference_app.settings import BadSettings
from reference_app.tables import BILLING_TABLES, Installation, Organisation, Table

OWNED_BY_THE_WEB = frozenset(Table.metadata.tables) - BILLING_TABLES - {Installation.__tablename__}
# What a webhook notes at the organisation itself: that a purchase is over, or the customer gone.
NOTED = ("checkout_session", "deleted_customer", "stripe_customer")


def separate(owner: Engine, web: URL, writer: URL) -> None:
    """Give the two roles what they need, and take from them what they do not.

    Roles that do not exist are made. Raises `BadSettings` if the web's could still write what it
    must not, and changes nothing then.
    """
    names = [_role(owner.url, url) for url in (web, writer)]
    if len({*names, owner.url.username}) < 3:
        raise BadSettings(
            "DATABASE_OWNER_URL, DATABASE_URL and DATABASE_WRITER_URL must name three roles: "
            "an owner may always write its tables."
        )
    with owner.begin() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        for name, url in zip(names, (web, writer), strict=True):
            _create_role(driver, name, url.password)
        _grant(driver, *names)
        for table in sorted(BILLING_TABLES):
            _must_not_write(driver, names[0], table)


def _role(owner: URL, url: URL) -> str:
    if not url.username:
        raise BadSettings(f"{url!r} names no role: postgresql://ROLE@HOST/DATABASE")
    if url.database != owner.database:
        raise BadSettings(f"{url!r} is not the database of the owner, {owner.database!r}.")
    return url.username


def _create_role(driver: psycopg.Connection[Any], name: str, password: object) -> None:
    if driver.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        return
    create = sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name))
    if password:
        create += sql.SQL(" PASSWORD {}").format(sql.Literal(str(password)))
    driver.execute(create)


def _grant(driver: psycopg.Connection[Any], web: str, writer: str) -> None:
    def run(statement: LiteralString, **names: sql.Composable) -> None:
        known = {"web": sql.Identifier(web), "writer": sql.Identifier(writer), **names}
        driver.execute(sql.SQL(statement).format(**known))

    found = driver.execute("SELECT current_schema()").fetchone()
    assert found is not None
    schema = sql.Identifier(found[0])
    run("REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {web}, {writer}", schema=schema)
    run("GRANT USAGE ON SCHEMA {schema} TO {web}, {writer}", schema=schema)
    run("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {web}, {writer}", schema=schema)
    run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {web}", schema=schema)
    run("GRANT INSERT, UPDATE, DELETE ON {tables} TO {web}", tables=_listed(OWNED_BY_THE_WEB))
    run("GRANT INSERT, UPDATE, DELETE ON {tables} TO {writer}", tables=_listed(BILLING_TABLES))
    run(
        "GRANT UPDATE ({columns}) ON {table} TO {writer}",
        columns=_listed(NOTED),
        table=sql.Identifier(Organisation.__tablename__),
    )


def _listed(names: Iterable[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(name) for name in sorted(names))


def _must_not_write(driver: psycopg.Connection[Any], role: str, table: str) -> None:
    """Superusers, and members of a role that may write, may write whatever is revoked."""
    question = "SELECT has_table_privilege(%s, %s, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    if driver.execute(question, [role, table]).fetchone() == (True,):
        raise BadSettings(
            f"The role {role!r} of DATABASE_URL can write {table!r} whatever is granted: it is a "
            "superuser, or a member of a role that can. Use another role."
        )
