"""What `carom check` explores, and `carom replay`: stories chosen, findings written and told."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from harness.app.config import Config
from harness.checking import Bench
from harness.explore.explorer import Explored, Explorer, Options
from harness.explore.finding import FOLDER, SUFFIX, Finding, read_finding
from harness.replay import Replayed, replay
from harness.report.exploration import ExplorationReport
from scenarios import STORIES, Scenario, Story, load_story, story_names, story_of

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked of the exploration. `budget` is seconds."""

    budget: float
    departures: int
    strategies: tuple[str, ...]
    max_findings: int
    findings: Path = FOLDER


def seconds(text: str) -> float:
    """`60s`, `2m`, `90` as seconds; `ValueError` with what is right otherwise."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no time; say for example 60s, 2m or 1h.')
    return float(found.group(1)) * _UNITS[found.group(2)]


def stories_for(scenarios: Sequence[Scenario], config: Config, *, shipped: bool) -> list[Story]:
    """The stories of these scenarios, those that come with Carom if `shipped`, each told once.

    A story about plans that the app does not have is left out.
    """
    told = [load_story(STORIES / f"{name}.yaml") for name in story_names()] if shipped else []
    told += [story_of(scenario) for scenario in scenarios]
    once: dict[object, Story] = {}
    for story in told:
        acts = tuple((who, tuple(s.name for s in steps)) for who, steps in story.acts.items())
        once.setdefault((tuple(step.name for step in story.given), acts), story)
    return [story for story in once.values() if story.plans <= set(config.plans) and story.size]


def explore(
    bench: Bench, stories: Sequence[Story], wanted: Wanted, to: Console
) -> tuple[Explored, float]:
    """Explores, writes and tells each finding, and closes the report. Seconds are wall time."""
    report = ExplorationReport(to)

    def found(finding: Finding) -> None:
        report.finding(finding, finding.write(wanted.findings))

    with bench.theatre() as theatre:
        began = time.monotonic()
        options = Options(
            seed=bench.seed,
            departures=wanted.departures,
            strategies=wanted.strategies,
            max_findings=wanted.max_findings,
            over=lambda: time.monotonic() - began > wanted.budget,
        )
        explored = Explorer(theatre, options, found).explore(stories)
        took = time.monotonic() - began
    report.close(explored, bench.config, took)
    return explored, took


def finding_files(folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def replay_all(bench: Bench, paths: Sequence[Path], *, follow: bool) -> list[Replayed]:
    """Each finding on one app, from its own beginning."""
    findings = [read_finding(path) for path in paths]
    with bench.theatre() as theatre:
        return [replay(finding, theatre, follow=follow) for finding in findings]
