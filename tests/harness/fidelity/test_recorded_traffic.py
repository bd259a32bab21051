"""Recorded traffic of the real API, replayed: the shares that are right today hold tomorrow.

Set CAROM_RECORDINGS to a folder of recordings (docs/recordings.md). The minimums are raised when
more is right; they are never lowered.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.fidelity import load_all
from harness.fidelity.commands import too_low, verified
from harness.fidelity.score import Measure
from harness.fidelity.telling import total

RECORDINGS = os.environ.get("CAROM_RECORDINGS", "")

MINIMUMS: dict[Measure, float] = {"status": 100.0, "keys": 100.0, "values": 100.0, "exact": 100.0}

pytestmark = pytest.mark.skipif(
    not RECORDINGS, reason="CAROM_RECORDINGS names no folder of recorded traffic"
)


def test_recorded_traffic_is_answered_as_stripe_answered_it() -> None:
    verdicts = verified(load_all(Path(RECORDINGS)))
    assert too_low(total(verdicts), MINIMUMS) == []
