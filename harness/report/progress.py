"""How far a check is, on one line that goes away: scenario, story, schedules, schedules a second.

Only on a terminal: in a log nobody wants to read how it went on.
"""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from harness.explore.events import (
    ExplorationFinished,
    ExplorationStarted,
    ScheduleRun,
    ShrinkProgress,
    StoryStarted,
)
from harness.run_events import CheckFinished, CheckStarted, Event, RunFinished


class _Schedules(ProgressColumn):
    """How many schedules were run, and how many a second since the exploration began."""

    def render(self, task: Task) -> Text:
        if not task.completed or not task.elapsed:
            return Text("")
        told = f"{task.completed:.0f} schedules, {task.completed / task.elapsed:.0f} a second"
        return Text(told, style="dim")


class CheckProgress:
    """A consumer of events that draws; nothing is drawn where `to` is no terminal."""

    def __init__(self, to: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", style="cyan"),
            _Schedules(),
            console=to,
            transient=True,
            disable=not to.is_terminal,
            get_time=time.monotonic,
        )
        self._task = self._progress.add_task("starting", total=None)
        self._scenarios = 0
        self._finished = 0

    def __call__(self, event: Event) -> None:
        match event:
            case CheckStarted():
                self._scenarios = len(event.scenarios)
                self._progress.start()
                self._scenario()
            case RunFinished():
                self._finished += 1
                self._scenario()
            case ExplorationStarted():
                self._progress.reset(self._task, description="exploring")
            case StoryStarted():
                self._progress.update(self._task, description=event.story.name)
            case ScheduleRun():
                words = f"{event.story.name} ({event.strategy})"
                self._progress.update(self._task, description=words, completed=event.number)
            case ShrinkProgress() if not event.runs:
                words = f"shrinking {event.invariant} ({event.steps} steps)"
                self._progress.update(self._task, description=words)
            case ExplorationFinished() | CheckFinished():
                self._progress.stop()

    def _scenario(self) -> None:
        words = f"{self._finished} of {self._scenarios} scenarios"
        self._progress.update(self._task, description=words, refresh=True)
