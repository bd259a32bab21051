"""The wall in the database: the web cannot write what billing owns, whatever its code tries."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from reference_app import accounts
from reference_app.database import Database, DatabaseBusy
from reference_app.locks import locked
from reference_app.settings import BadSettings, Settings
from reference_app.tables import HandledEvent, Organisation, PlanEntitlement
from tests.postgres import Cluster

REFUSED = r"permission denied|not authorized|must be owner|read-only"
WRITES = {
    "insert": "INSERT INTO plan_entitlements (organisation_id, plan, status, cancel_at_period_end,"
    " updated_by_event, updated_at) VALUES (1, 'pro', 'active', false, 'the web', 0)",
    "update": "UPDATE plan_entitlements SET status = 'active'",
    "delete": "DELETE FROM plan_entitlements",
    "drop": "DROP TABLE plan_entitlements",
    "rename": "ALTER TABLE plan_entitlements RENAME TO mine",
    "forget": "DELETE FROM handled_events",
    "remember": "INSERT INTO handled_events (id, type) VALUES ('evt_2', 'invoice.paid')",
}


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """One organisation whose plan has ended, by the only way there is."""
    made = Database(settings.database_url, settings.database_writer_url)
    with made.writing() as session:
        accounts.sign_up(session, "ada@example.com", "correct horse", "Ada's Arms")
    with made.settling() as session:
        session.add(entitlement("canceled"))
        session.add(HandledEvent(id="evt_1", type="customer.subscription.deleted"))
    yield made
    made.close()


def entitlement(status: str) -> PlanEntitlement:
    return PlanEntitlement(
        organisation_id=1,
        plan="pro",
        status=status,
        cancel_at_period_end=False,
        updated_by_event="evt_1",
        updated_at=4_000_000_000,  # in 2096: times outlive 32 bits
    )


def status(database: Database) -> str:
    with database.reading() as session:
        return session.get_one(PlanEntitlement, 1).status


@pytest.mark.parametrize("write", WRITES)
def test_the_webs_write_is_refused_by_the_database(database: Database, write: str) -> None:
    with pytest.raises(DBAPIError, match=REFUSED), database.writing() as session:
        session.execute(text(WRITES[write]))
    assert status(database) == "canceled"


def test_the_same_statements_are_the_writers_to_make(database: Database) -> None:
    """So it is the role that is refused, not a mistake in the statement."""
    with database.settling() as session:
        for write in ("delete", "insert", "update", "forget", "remember"):
            session.execute(text(WRITES[write]))
    assert status(database) == "active"


def test_the_refusal_reaches_through_the_orm_and_undoes_the_rest(database: Database) -> None:
    def overreach() -> None:
        with database.writing() as session:
            session.get_one(Organisation, 1).name = "Not to be"
            session.flush()
            session.get_one(PlanEntitlement, 1).status = "active"

    with pytest.raises(DBAPIError, match=REFUSED):
        overreach()
    with database.reading() as session:
        assert session.get_one(Organisation, 1).name == "Ada's Arms"
    assert status(database) == "canceled"


def test_a_statement_that_the_writer_compiled_is_refused_to_the_web() -> None:
    """In memory both share one connection, and SQLite keeps what it compiled."""
    database = Database("sqlite://")
    with database.writing() as session:
        accounts.sign_up(session, "ada@example.com", "correct horse", "Ada's Arms")
    for _ in range(2):
        with database.settling() as session:
            session.execute(text(WRITES["delete"]))
        with pytest.raises(DBAPIError, match=REFUSED), database.writing() as session:
            session.execute(text(WRITES["delete"]))
    database.close()


@pytest.mark.parametrize("table", ["users", "organisations", "memberships", "installation"])
def test_the_writer_signs_nobody_up_and_throws_nobody_out(postgres: Cluster, table: str) -> None:
    with postgres.database() as urls:
        database = Database(urls.web, urls.writer)
        with pytest.raises(DBAPIError, match=REFUSED), database.settling() as session:
            session.execute(text(f"DELETE FROM {table}"))
        database.close()


def test_reading_sees_one_moment(database: Database) -> None:
    """A page that looked twice could otherwise see a plan from before a webhook and a purchase from
    after it: neither pending nor paid.
    """
    with database.reading() as session:
        before = session.scalar(text("SELECT status FROM plan_entitlements"))
        with database.settling() as other:
            other.get_one(PlanEntitlement, 1).status = "active"
        assert session.scalar(text("SELECT status FROM plan_entitlements")) == before == "canceled"
    assert status(database) == "active"


def test_under_the_lock_is_seen_what_the_holder_before_left(database: Database) -> None:
    """Also of a row that the session had read before it waited."""
    waiting, seen = threading.Event(), []

    def second() -> None:
        with database.writing() as session:
            if database.engine.dialect.name != "sqlite":
                session.get_one(Organisation, 1)
            waiting.set()
            found = locked(session, Organisation.id == 1)
            assert found is not None
            seen.append(found.stripe_customer)

    thread = threading.Thread(target=second)
    with database.writing() as session:
        first = locked(session, Organisation.id == 1)
        assert first is not None
        thread.start()
        if database.engine.dialect.name != "sqlite":
            assert waiting.wait(10)
        first.stripe_customer = "cus_1"
    thread.join(10)
    assert seen == ["cus_1"]


def test_an_organisation_that_is_locked_keeps_no_other_waiting(postgres: Cluster) -> None:
    with postgres.database() as urls:
        database = Database(urls.web, urls.writer)
        with database.writing() as session:
            for name in ("ada", "bob"):
                accounts.sign_up(session, f"{name}@example.com", "correct horse", name)
        with database.settling() as session:
            assert locked(session, Organisation.id == 1) is not None
            with database.settling() as other:
                assert locked(other, Organisation.id == 2) is not None
            with database.writing() as other:
                # Nor is anybody kept from joining the one that is locked.
                user = accounts.register(other, "eve@example.com", "correct horse")
                accounts.join(other, user, other.get_one(Organisation, 1), "member")
        database.close()


def test_a_lock_that_is_not_to_be_had_is_busy_and_not_broken(postgres: Cluster) -> None:
    with postgres.database() as urls:
        database = Database(urls.web, urls.writer)
        with database.writing() as session:
            accounts.sign_up(session, "ada@example.com", "correct horse", "Ada's Arms")

        def impatient() -> None:
            with database.writing() as other:
                other.execute(text("SET LOCAL lock_timeout = '50ms'"))
                locked(other, Organisation.id == 1)

        with database.settling() as session:
            assert locked(session, Organisation.id == 1) is not None
            with pytest.raises(DatabaseBusy):
                impatient()
        database.close()


@pytest.mark.parametrize("name", ["lock_timeout", "statement_timeout"])
def test_no_statement_waits_for_ever(postgres: Cluster, name: str) -> None:
    with postgres.database() as urls:
        database = Database(urls.web, urls.writer)
        for transaction in (database.reading, database.writing, database.settling):
            with transaction() as session:
                assert session.scalar(text(f"SHOW {name}")) in ("30s", "35s")
        database.close()


def test_without_tables_it_says_how_to_make_them(postgres: Cluster) -> None:
    bare = postgres.urls("postgres")
    with pytest.raises(BadSettings, match=r"reference_app\.schema"):
        Database(bare.web, bare.writer)


def test_a_database_that_is_not_there_is_named(postgres: Cluster) -> None:
    nowhere = f"postgresql://baize_web@/nowhere?host={postgres.folder}"
    with pytest.raises(BadSettings, match=r'cannot be reached: .*"nowhere" does not exist'):
        Database(nowhere, nowhere)
