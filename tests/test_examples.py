"""The files in examples/ run as they stand, with nothing but the public packages they name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from simulator import Simulator, running

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_the_round_trip_needs_nothing_but_the_stripe_package_and_a_base_address() -> None:
    with running(Simulator(clock="real")) as carom:
        done = subprocess.run(
            [sys.executable, EXAMPLES / "sdk_round_trip.py", carom.url],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("Every webhook was verified.\n")
    assert "customer.subscription.deleted" in done.stdout
