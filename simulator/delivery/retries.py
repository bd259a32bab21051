"""When a failed delivery is tried again.

Stripe retries three times over a few hours in test mode, and with growing pauses for three days in
live mode (docs.stripe.com/webhooks#retries). The single delays are not published: these are
plausible, and settable.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.engine.clock import HOUR, MINUTE

TEST_MODE: tuple[int, ...] = (1 * MINUTE, 10 * MINUTE, 1 * HOUR)
"""Seconds of account time between one scheduled attempt and the next."""


def next_attempt_at(
    scheduled_attempts: int, failed_at: int, table: Sequence[int] = TEST_MODE
) -> int | None:
    """When the next attempt is due after the n-th scheduled one failed; `None`: Stripe gives up.

    >>> next_attempt_at(1, 1000), next_attempt_at(3, 1000), next_attempt_at(4, 1000)
    (1060, 4600, None)
    """
    assert scheduled_attempts >= 1, "a retry follows an attempt"
    if scheduled_attempts > len(table):
        return None
    return failed_at + table[scheduled_attempts - 1]
