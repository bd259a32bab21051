"""The database as bytes, and back."""

from __future__ import annotations

from pathlib import Path

from reference_app.database import Database
from reference_app.memory import Memory
from reference_app.tables import HandledEvent


def test_what_happened_after_a_snapshot_is_gone_when_it_is_restored(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/app.db")
    memory = Memory(database.engine)
    with database.writing() as session:
        session.add(HandledEvent(id="evt_1", type="invoice.paid"))
    kept = memory.snapshot()
    for number in (2, 3):
        with database.writing() as session:
            session.add(HandledEvent(id=f"evt_{number}", type="invoice.paid"))
        memory.restore(kept)
        with database.reading() as session:
            assert session.get(HandledEvent, "evt_1") is not None
            assert session.get(HandledEvent, f"evt_{number}") is None
    database.close()
