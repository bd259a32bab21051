"""`python -m reference_app.schema`: tables, roles and grants, and what it will not accept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from reference_app import schema
from reference_app.database import Database
from tests.postgres import OWNER, Cluster, Urls


@pytest.fixture
def bare(postgres: Cluster, request: pytest.FixtureRequest) -> Any:
    """A database without tables, of the ordinary owner."""
    name = f"bare_{request.node.name[:40].replace('[', '_').replace(']', '')}"
    postgres.execute("CREATE DATABASE {} OWNER {}", name, OWNER)
    yield postgres.urls(name)
    postgres.execute("DROP DATABASE {} WITH (FORCE)", name)


def run(urls: Urls, **changes: str) -> int:
    return schema.main({**urls.environment(), "DATABASE_OWNER_URL": urls.owner, **changes})


def test_it_can_be_run_again_and_keeps_the_name_of_the_database(bare: Urls) -> None:
    names = set()
    for _ in range(2):
        assert run(bare) == 0
        database = Database(bare.web, bare.writer)
        names.add(database.instance)
        database.close()
    assert len(names) == 1


def test_it_takes_back_what_was_granted_by_hand(bare: Urls) -> None:
    assert run(bare) == 0
    grant = "GRANT ALL ON plan_entitlements TO baize_web, PUBLIC"
    forbidden = "DELETE FROM plan_entitlements"
    with psycopg.connect(bare.owner) as owner:
        owner.execute(grant)
    with psycopg.connect(bare.web) as web:
        web.execute(forbidden)
    assert run(bare) == 0
    with psycopg.connect(bare.web) as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(forbidden)


def test_roles_that_are_missing_are_made_with_the_password_of_their_url(
    bare: Urls,
) -> None:
    names = ("strange %s web", "strange writer")
    web, writer = (
        bare.web.replace("baize_web@", f"{name.replace('%', '%25').replace(' ', '%20')}:p%27w@")
        for name in names
    )
    root = bare.owner.replace(OWNER, "postgres")
    try:
        assert run(bare, DATABASE_URL=web, DATABASE_WRITER_URL=writer) == 0
        Database(web, writer).close()
        stored = "SELECT rolpassword LIKE 'SCRAM%%' FROM pg_authid WHERE rolname = %s"
        with psycopg.connect(root) as connection:
            assert [connection.execute(stored, [name]).fetchone() for name in names] == [
                (True,)
            ] * 2
    finally:
        for name in names:
            with psycopg.connect(root) as connection:
                role = sql.Identifier(name)
                connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(role))


def test_the_owner_cannot_be_the_web(bare: Urls, capsys: Any) -> None:
    for name in ("DATABASE_URL", "DATABASE_WRITER_URL"):
        assert run(bare, **{name: bare.owner}) == 2
        assert "must name three roles" in capsys.readouterr().err
    assert run(bare, DATABASE_WRITER_URL=bare.web) == 2


def test_a_web_that_no_grant_can_stop_is_refused(bare: Urls, capsys: Any) -> None:
    almighty = bare.web.replace("baize_web", "postgres")
    assert run(bare, DATABASE_URL=almighty) == 2
    assert "'postgres' of DATABASE_URL can write" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["DATABASE_OWNER_URL", "DATABASE_WRITER_URL"])
def test_a_missing_role_is_named(bare: Urls, capsys: Any, name: str) -> None:
    assert run(bare, **{name: ""}) == 2
    assert f"{name} is not set" in capsys.readouterr().err


def test_two_databases_are_not_one(bare: Urls, capsys: Any) -> None:
    assert run(bare, DATABASE_WRITER_URL=bare.writer.replace("/bare_", "/other_")) == 2
    assert "is not the database of the owner" in capsys.readouterr().err


def test_a_password_is_not_printed(bare: Urls, capsys: Any) -> None:
    assert run(bare, DATABASE_URL=bare.web.replace("baize_web@", "baize_web:hush@")) == 0
    assert run(bare, DATABASE_URL="postgresql://baize_web:hush@/elsewhere") == 2
    printed = capsys.readouterr()
    assert "hush" not in printed.out + printed.err


def test_sqlite_needs_nothing_else(tmp_path: Path, capsys: Any) -> None:
    assert schema.main({"DATABASE_URL": f"sqlite:///{tmp_path}/app.db"}) == 0
    assert "The tables are in sqlite:///" in capsys.readouterr().out
