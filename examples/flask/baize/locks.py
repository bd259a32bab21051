"""One at a time for each organisation, across threads and processes of one machine.

A file lock and not a transaction: while Stripe is asked nobody else waits for the database, and
the kernel lets go of it when a process dies. With several machines, lock a row of a database that
they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path


@contextmanager
def locked(beside: Path, organisation: int) -> Iterator[None]:
    """Until the block ends, nobody else is in a block for this organisation."""
    folder = beside.with_suffix(".locks")
    folder.mkdir(exist_ok=True)
    with (folder / str(organisation)).open("w") as file:
        flock(file, LOCK_EX)  # until the file is closed
        yield
