"""What the scenarios are for: each of these broken twins of the reference app breaks the promise
that its scenario is about.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import scenarios
from harness.app.config import load_config
from harness.checking import opened
from harness.explore.theatre import Theatre, theatre
from harness.model.invariants import INVARIANTS
from harness.run import Run

ROOT = Path(__file__).parents[2]
SEED = 7


@pytest.fixture(scope="module")
def built() -> Iterator[Theatre]:
    logging.disable(logging.CRITICAL)
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    with opened(config, SEED, in_process=True) as bench:
        assert bench.running is not None
        with theatre(config, bench.running, SEED, in_process=True, events=["*"]) as found:
            yield found
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    ("twin", "name", "invariant"),
    [
        ("answered_before_done", "stripe_refuses_the_app", "truthful-ack"),
        ("checkout_revives", "checkout_completion_last", "no-phantom-grant"),
        ("downgrade_before_its_time", "downgrade_scheduled", "converges"),
        ("first_decline_revokes", "renewal_declined_then_recovered", "paid-access-kept"),
        ("first_item_is_the_plan", "add_on_beside_the_plan", "converges"),
        ("legacy_price_unknown", "legacy_price", "paid-access-kept"),
        ("second_checkout", "checkout_two_tabs", "one-subscription"),
        ("failure_after_recovery", "failure_and_recovery_crossed", "expectation"),
        ("unsigned_accepted", "forged_events", "authentic"),
    ],
)
def test_a_twin_is_caught(built: Theatre, twin: str, name: str, invariant: str) -> None:
    stage = built.recast({"APP_MUTANT": twin}).emptied()
    finished = Run(scenarios.find(name), stage, SEED, lambda _: None).play()
    assert finished.verdict == "broken"
    assert invariant in [broken.invariant for broken in finished.broken]
