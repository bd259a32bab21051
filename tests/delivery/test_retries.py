"""Three retries over a few hours in test mode (docs.stripe.com/webhooks#retries)."""

from __future__ import annotations

from simulator.delivery.retries import next_attempt_at


def test_three_retries_and_no_more() -> None:
    assert [next_attempt_at(n, 0) for n in (1, 2, 3, 4)] == [60, 600, 3600, None]


def test_the_table_can_be_set() -> None:
    assert next_attempt_at(1, 100, table=(5,)) == 105
    assert next_attempt_at(2, 100, table=(5,)) is None
