"""How long something takes: the best of several rounds, since noise only ever adds time."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

ROUNDS = 25
ROUND = 0.01
"""Seconds that one round should last."""


def seconds_a_call(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds that one call takes."""
    work()
    calls = max(1, int(ROUND / max(_round(work, 1), 1e-9)))
    return min(_round(work, calls) for _ in range(rounds))


def best(measure: Callable[[], float], rounds: int = ROUNDS) -> float:
    """The least of what `measure` gives; for work that times itself."""
    return min(measure() for _ in range(rounds))


def _round(work: Callable[[], object], calls: int) -> float:
    started = perf_counter()
    for _ in range(calls):
        work()
    return (perf_counter() - started) / calls
