"""What an exploration tells while it goes: stories begun, schedules run, findings shrunk.

Values without times or ids, so that two equal explorations tell the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios import Story

if TYPE_CHECKING:
    from harness.explore.explorer import Explored
    from harness.explore.finding import Finding


@dataclass(frozen=True, slots=True)
class ExplorationStarted:
    stories: tuple[Story, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class StoryStarted:
    """The friendly schedule of this story comes next, twice."""

    story: Story


@dataclass(frozen=True, slots=True)
class ScheduleRun:
    """One schedule was run. `number` counts those of all stories, from 1; shrinking has its own."""

    story: Story
    strategy: str
    number: int
    departures: int
    steps: int


@dataclass(frozen=True, slots=True)
class TreeEstimated:
    """About so many schedules has the whole tree of this story, which is to be searched next."""

    story: Story
    schedules: float


@dataclass(frozen=True, slots=True)
class SharingEnded:
    """A run of this story that had been played in parts was not the same when it was played in
    full: `difference` is the first step that was not. From then on every run is played in full.
    """

    story: Story
    difference: str


@dataclass(frozen=True, slots=True)
class ShrinkProgress:
    """A finding of so many steps after so many runs; the first of them comes before any run."""

    story: Story
    invariant: str
    runs: int
    steps: int
    departures: int


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, shrunk and written to `path`."""

    finding: Finding
    path: Path


@dataclass(frozen=True, slots=True)
class ExplorationFinished:
    """`seconds` are wall time."""

    explored: Explored
    seconds: float


ExploreEvent = (
    ExplorationStarted
    | StoryStarted
    | ScheduleRun
    | TreeEstimated
    | SharingEnded
    | ShrinkProgress
    | Found
    | ExplorationFinished
)
Watcher = Callable[
    [StoryStarted | ScheduleRun | TreeEstimated | SharingEnded | ShrinkProgress], None
]
"""Hears of what explorers do; findings are told on their own, once they are written."""
