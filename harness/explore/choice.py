"""What can be done next, as a value with a name that stays the same from run to run.

The enabled choices of a moment come in the prompt order, the one of a friendly world; choosing any
but the first is a departure and costs 1. Strategies, shrinker and reports all speak of departures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "deliver", "retry", "act", "finish", "end",
    "again", "arrive", "close", "double", "lose", "miss", "probe", "pry", "refuse", "restart",
    "revisit", "stall", "trespass", "twice",
]  # fmt: skip

FAULTS: frozenset[Kind] = frozenset(
    {
        "again",
        "arrive",
        "close",
        "double",
        "lose",
        "miss",
        "probe",
        "pry",
        "refuse",
        "restart",
        "revisit",
        "stall",
        "trespass",
        "twice",
    }
)
"""Kinds that no friendly world has; they come last in the prompt order."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be done now.

    `name` is unique among what is enabled; `lane` says to whose line of work it belongs: a
    customer's, or the handling of one event. `odds` are those that a random run may do it at all,
    where it could: less than 1 for what takes long.
    """

    name: str
    kind: Kind
    lane: str
    odds: float = field(default=1.0, compare=False)

    @property
    def fault(self) -> bool:
        return self.kind in FAULTS


END = Choice("the end: everything is delivered", "end", "end")
"""Nobody does anything any more. It is a choice, so that a fault can come after all else."""
