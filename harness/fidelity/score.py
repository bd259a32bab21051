"""How much of the recordings Carom gets right: counts that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from harness.fidelity.compare import Comparison
from harness.fidelity.difference import Difference

Measure = Literal["status", "keys", "values", "exact"]
MEASURES: tuple[Measure, ...] = ("status", "keys", "values", "exact")


@dataclass(frozen=True, slots=True)
class Score:
    """Right and all, of answers (by status, and in everything), of keys and of values."""

    answers: int = 0
    status_right: int = 0
    exact: int = 0
    keys: int = 0
    keys_right: int = 0
    values: int = 0
    values_right: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.answers + other.answers,
            self.status_right + other.status_right,
            self.exact + other.exact,
            self.keys + other.keys,
            self.keys_right + other.keys_right,
            self.values + other.values,
            self.values_right + other.values_right,
        )

    def share(self, measure: Measure) -> float:
        """Percent right; 100 where there was nothing to get right."""
        right, whole = {
            "status": (self.status_right, self.answers),
            "keys": (self.keys_right, self.keys),
            "values": (self.values_right, self.values),
            "exact": (self.exact, self.answers),
        }[measure]
        return 100.0 * right / whole if whole else 100.0

    def shown(self) -> dict[str, Any]:
        """The counts and the shares, for a machine to read."""
        counts: dict[str, Any] = {
            "answers": self.answers,
            "status_right": self.status_right,
            "exact": self.exact,
            "keys": self.keys,
            "keys_right": self.keys_right,
            "values": self.values,
            "values_right": self.values_right,
        }
        return counts | {
            "percent": {measure: round(self.share(measure), 2) for measure in MEASURES}
        }


def scored(comparisons: Iterable[Comparison]) -> Score:
    """The score of some answers together."""
    total = Score()
    for found in comparisons:
        total += Score(
            answers=1,
            status_right=int(found.status_right),
            exact=int(found.exact),
            keys=found.keys,
            keys_right=found.keys_right,
            values=found.values,
            values_right=found.values_right,
        )
    return total


def grouped(differences: Iterable[Difference]) -> list[tuple[Difference, int]]:
    """One example of each kind at each path, with how often it came up; most frequent first."""
    examples: dict[tuple[str, str], Difference] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for difference in differences:
        key = (difference.path, difference.kind)
        examples.setdefault(key, difference)
        counts[key] += 1
    order = sorted(counts, key=lambda key: (-counts[key], key))
    return [(examples[key], counts[key]) for key in order]
