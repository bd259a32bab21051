"""A running simulator and a client of its control API."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from simulator import ControlClient, Running, Simulator, running

_keys = count(1)


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    with running(Simulator(seed=7)) as served:
        yield served


@pytest.fixture
def carom(served: Running) -> Iterator[ControlClient]:
    """The control API of an account of its own."""
    with ControlClient(served.url, f"sk_test_control{next(_keys)}") as client:
        yield client
