"""The database as a value, and back."""

from __future__ import annotations

from reference_app import accounts
from reference_app.database import Database
from reference_app.memory import memory_of
from reference_app.settings import Settings
from reference_app.tables import HandledEvent, Organisation


def test_what_happened_after_a_snapshot_is_gone_when_it_is_restored(settings: Settings) -> None:
    database = Database(settings.database_url, settings.database_writer_url)
    memory = memory_of(settings, database)
    assert memory is not None
    empty = memory.snapshot()
    with database.writing() as session:
        accounts.sign_up(session, "ada@example.com", "correct horse", "Ada’s Arms")
    with database.settling() as session:
        session.add(HandledEvent(id="evt_1", type="invoice.paid"))
    kept = memory.snapshot()
    for number in (2, 3):
        with database.settling() as session:
            session.add(HandledEvent(id=f"evt_{number}", type="invoice.paid"))
        with database.writing() as session:
            joined = accounts.sign_up(session, "bob@example.com", "correct horse", "Bob’s")
            assert joined.organisation.id == 2, "ids go on from where the snapshot was"
        memory.restore(kept)
        with database.reading() as session:
            assert session.get(HandledEvent, "evt_1") is not None
            assert session.get(HandledEvent, f"evt_{number}") is None
            assert session.get_one(Organisation, 1).name == "Ada’s Arms"
    memory.restore(empty)
    with database.writing() as session:
        assert session.get(Organisation, 1) is None
        assert accounts.sign_up(session, "eve@example.com", "x" * 8, "Eve’s").organisation.id == 1
    database.close()
