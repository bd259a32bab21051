"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a socket of its own.

Each process that asks gets its own cluster, so parallel workers share nothing; it takes about a
second. It listens on no port and syncs nothing to disk. Where PostgreSQL is not installed the tests
that need it are skipped with a notice, but fail where CI is set: there it must not be missing.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from reference_app import schema

MISSING = "no PostgreSQL: apt-get install postgresql, to run these tests"
# Nothing here outlives the tests, so nothing is made to last.
OPTIONS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "16MB",
    "max_connections": "200",
}
OWNER, WEB, WRITER = "baize_owner", "baize_web", "baize_writer"
TEMPLATE = "baize_template"
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Urls:
    """One database under its three roles."""

    web: str
    writer: str
    owner: str

    def environment(self) -> dict[str, str]:
        """As the reference app reads it, without the owner, whom a server does not know."""
        return {"DATABASE_URL": self.web, "DATABASE_WRITER_URL": self.writer}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server. `folder` has its socket."""

    folder: Path
    numbers: count[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def database(self) -> Iterator[Urls]:
        """A database with the reference app's empty tables and its roles, gone after the block."""
        name = f"baize_{next(self.numbers)}"
        self.execute("CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)
        try:
            yield self.urls(name)
        finally:
            self.execute("DROP DATABASE {} WITH (FORCE)", name)

    def urls(self, database: str) -> Urls:
        return Urls(*(self._url(role, database) for role in (WEB, WRITER, OWNER)))

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url("postgres", "postgres"), autocommit=True) as connection:
            quoted = (sql.Identifier(name) for name in names)
            connection.execute(sql.SQL(statement).format(*quoted))  # type: ignore[arg-type]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new server until the block ends. Skips the test, or fails it under CI, without one."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    # Not below pytest's own folder: root's is closed to the user whom the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="carom-postgres-"))
    data, log = str(folder / "data"), str(folder / "log")
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8")
        options = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
        options += f" -c unix_socket_directories={folder}"
        _run(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            made = Cluster(folder)
            _prepare(made)
            yield made
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _prepare(cluster: Cluster) -> None:
    """The template: a database with the tables and the grants, made by the app's own command."""
    cluster.execute("CREATE ROLE {} LOGIN CREATEROLE", OWNER)
    cluster.execute("CREATE DATABASE {} OWNER {}", TEMPLATE, OWNER)
    urls = cluster.urls(TEMPLATE)
    owner = {"DATABASE_OWNER_URL": urls.owner, "APP_INSTANCE": "first"}
    assert schema.main({**urls.environment(), **owner}) == 0


def _programs() -> Path | None:
    """The folder of `initdb`. Debian keeps it out of PATH, below the version."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda it: int(re.sub(r"\D", "", it.parts[-3])), default=None)
    return newest.parent if newest is not None else None


def _run(program: Path, *arguments: str) -> None:
    """Run it as the user `postgres` where we are root: PostgreSQL refuses to be run by root."""
    as_user: dict[str, int | list[int]] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    # To files and not to pipes: the server inherits them, and a pipe would stay open.
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(
            [str(program), *arguments],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd="/",
            timeout=PATIENCE,
            check=False,
            **as_user,  # type: ignore[arg-type]
        )
        if ended.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{program.name} failed: {output.read().decode()}")
