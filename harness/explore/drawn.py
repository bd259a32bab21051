"""Schedules as Hypothesis draws them: a story out of those that are given, and one flat tape.

Hypothesis shrinks both: to the first story, and to a short tape with small numbers, which means few
departures from the friendly order. `Shrinker` takes it from there, by names of steps.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from harness.explore.game import MOST_STEPS
from harness.explore.strategies import Tape
from scenarios import Story


def tapes(most: int = MOST_STEPS) -> st.SearchStrategy[Tape]:
    """Tapes with at most so many decisions."""
    return st.lists(st.integers(0, 255), max_size=most).map(Tape)


def schedules(
    stories: Sequence[Story], most: int = MOST_STEPS
) -> st.SearchStrategy[tuple[Story, Tape]]:
    """A story, simplest first as they are given, and what chooses in it."""
    return st.tuples(st.sampled_from(stories), tapes(most))
