"""The reference app on one stage that is put back before each scenario."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.app.config import load_config
from harness.checking import opened
from harness.explore.theatre import Theatre, theatre
from harness.model.invariants import INVARIANTS

ROOT = Path(__file__).parents[2]
SEED = 7


@pytest.fixture(scope="session")
def stages() -> Iterator[Theatre]:
    """The app in this process, told of every event; `stages.emptied()` is where a run begins."""
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    with opened(config, SEED, in_process=True) as bench:
        assert bench.running is not None
        with theatre(config, bench.running, SEED, in_process=True, events=["*"]) as built:
            yield built
