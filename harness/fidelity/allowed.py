"""Differences that are none: what may differ between two runs at Stripe itself, each with why.

A drawn name (an id, a fingerprint, a URL) is not listed here: those are compared by kind and
identity (`kinds.py`). The list is kept short; whatever Carom could get right does not belong on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from harness.fidelity.difference import Difference, Kind

PATIENCE = 3
"""Seconds by which an instant may differ, counted from the answer.

An answer's `Date` is when it was sent. What it shows was made in the seconds before, one step after
the other: a subscription, its invoice a second later, its payment two seconds later.
"""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Differences of one kind at paths that match a pattern, where both values match another."""

    path: str
    kind: Kind
    reason: str
    value: str = "*"

    def covers(self, difference: Difference) -> bool:
        return (
            difference.kind == self.kind
            and fnmatchcase(difference.path, self.path)
            and all(
                fnmatchcase(str(value), self.value)
                for value in (difference.recorded, difference.ours)
            )
        )


ALLOWED = (
    Allowed(
        "charge.outcome.risk_score",
        "value",
        "Radar's score of a test payment is drawn at random between 0 and 64.",
    ),
    Allowed(
        "coupon.times_redeemed",
        "value",
        "Counts what the recording account did with its coupon before the recording.",
    ),
    Allowed(
        "error.message",
        "value",
        "A recording keeps no key, so it names another unusable one than was sent.",
        "Invalid API Key provided: *",
    ),
)


def allowed(difference: Difference) -> Allowed | None:
    """The rule that excuses a difference, if there is one."""
    return next((rule for rule in ALLOWED if rule.covers(difference)), None)
