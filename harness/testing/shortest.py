"""From a failure in a test to the shortest schedule that fails in the same way, and its file.

It is shrunk by the names of its steps, which takes seconds where Hypothesis, which cannot know what
its choices mean, takes minutes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from hypothesis import Phase, settings
from rich.console import Console

from harness.app.protocol import AppUnavailable
from harness.explore.explorer import GivenFailed
from harness.explore.finding import Finding
from harness.explore.game import Break
from harness.explore.shrink import AllBut, Runs, Shrinker
from harness.explore.strategies import Script, Tape
from harness.report.exploration import finding_lines
from harness.testing.house import Premises
from harness.testing.promise import Section
from scenarios import Story

SHRINK_RUNS = 1000
SHRINK_SECONDS = 5.0
WIDTH = 100
TITLE = "carom: the shortest schedule"

calm = settings(deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target))
"""Settings of Hypothesis for tests that have an app behind them: no limit for one example, and no
shrinking but our own."""


def shortest(
    premises: Premises, story: Story, names: Sequence[str], broken: Break, seed: int
) -> list[Section]:
    """The part of a report that tells it; none if these steps do not break the promise again.

    Nothing is raised that would hide the failure that is being told.
    """
    try:
        finding = _shrunk(premises, story, names, broken, seed)
        if finding is None:
            return []
        lines = finding_lines(finding, finding.write(), Console(width=WIDTH))
    except (AppUnavailable, GivenFailed, OSError) as fault:
        return [(TITLE, f"cannot be found: {fault}")]
    return [(TITLE, "\n".join(line for line, _ in lines))]


def _shrunk(
    premises: Premises, story: Story, names: Sequence[str], broken: Break, seed: int
) -> Finding | None:
    deadline = time.monotonic() + SHRINK_SECONDS
    budget = Runs(SHRINK_RUNS, lambda: time.monotonic() >= deadline)
    theatre = premises.theatre_for(story)
    with premises.lent():
        played = theatre.play(story, Script(names), AllBut(broken.identity))
        if broken.identity not in played.identities:
            return None
        smallest = Shrinker(theatre, broken.identity, budget).smallest(story, played)
    found = (each for each in smallest.played.breaks if each.identity == broken.identity)
    return Finding(
        story=smallest.story,
        played=smallest.played,
        broken=next(found),
        seed=seed,
        strategy=Tape.name,
        departures=played.departures,
        schedules=1,
        checked=smallest.checked,
        proved=smallest.proved,
        any_order=smallest.any_order,
    )
