"""The end of an exploration in the terminal, at 80 columns."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from harness.explore.events import ExplorationStarted, SharingEnded
from harness.report import Summary
from harness.report.exploration import ExplorationReport
from harness.run_events import Event


@pytest.mark.parametrize("width", [80, 150])
def test_all_of_it_fits(events: list[Event], width: int) -> None:
    out = io.StringIO()
    screen = Console(file=out, width=width, highlight=False)
    summary, report = Summary(screen), ExplorationReport(screen)
    for event in events:
        summary(event)
        report(event)
    summary.close()
    lines = out.getvalue().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    assert "  the app restarting                                    in 4 of 34" in lines
    assert "  newer news before older                               never" in lines
    assert "  34 schedules, 250 more to shrink, in 2.0 s: 142 a second" in lines
    assert "exploration: broken, 2 findings" in lines


def test_it_is_told_why_an_exploration_gets_slower(events: list[Event]) -> None:
    (started,) = (event for event in events if isinstance(event, ExplorationStarted))
    out = io.StringIO()
    report = ExplorationReport(Console(file=out, width=80, highlight=False))
    report(SharingEnded(started.stories[0], 'step 2: first "pro", then "basic"'))
    told = " ".join(out.getvalue().split())
    assert f"{started.stories[0].name}: from here on no two schedules share" in told
    assert told.endswith('step 2: first "pro", then "basic"')
