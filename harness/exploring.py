"""What `carom check` explores, and `carom replay`: stories chosen, findings written and told."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from harness.app.config import Config
from harness.checking import Bench, TheatreOpener, is_ours
from harness.explore.events import ExplorationFinished, ExplorationStarted, Found
from harness.explore.executors import Executor, executor_named
from harness.explore.explorer import Explored, Explorer, Options
from harness.explore.finding import FOLDER, SUFFIX, Finding
from harness.run_events import Tell
from scenarios import STORIES, Scenario, Story, load_story, story_names, story_of

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked of the exploration. `budget` is seconds; `random_runs` is the number of
    random schedules, if it is not to be the budget that ends them.
    """

    budget: float
    departures: int
    strategies: tuple[str, ...]
    max_findings: int
    findings: Path = FOLDER
    random_runs: int | None = None
    executor: str = "processes"
    jobs: int = 1


def seconds(text: str) -> float:
    """`60s`, `2m`, `90` as seconds; `ValueError` with what is right otherwise."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no time; say for example 60s, 2m or 1h.')
    return float(found.group(1)) * _UNITS[found.group(2)]


def seed_of(text: str) -> int:
    """A number, or a commit of 40 digits, so that each run of a pipeline has a seed of its own
    that can be had again. `ValueError` says what is right otherwise.
    """
    if re.fullmatch(r"[0-9a-f]{40}", text):
        # Small enough for every reader of JSON.
        return int(text[:13], 16)
    if not re.fullmatch(r"\d{1,15}", text):
        raise ValueError(f'"{text}" is no seed; say a number, or a commit in full (40 digits).')
    return int(text)


def stories_for(scenarios: Sequence[Scenario], config: Config, *, shipped: bool) -> list[Story]:
    """The stories that come with Carom if `shipped`, else those that the scenarios tell, each once.

    A shipped scenario tells at length what some story has in a few acts, and a long story has more
    orders than anybody looks through. A story about plans that the app does not have is left out.
    """
    if shipped:
        told = [load_story(STORIES / f"{name}.yaml") for name in story_names()]
    else:
        told = [story_of(scenario) for scenario in scenarios]
    once: dict[object, Story] = {}
    for story in told:
        once.setdefault(story.key, story)
    return [story for story in once.values() if story.plans <= set(config.plans) and story.size]


def explore(bench: Bench, stories: Sequence[Story], wanted: Wanted, tell: Tell) -> Explored:
    """Explores, and writes each finding; `tell` hears of all of it, from beginning to end."""
    tell(ExplorationStarted(tuple(stories), bench.seed))

    def found(finding: Finding) -> None:
        tell(Found(finding, finding.write(wanted.findings)))

    with executor_of(bench, wanted) as executor:
        began = time.monotonic()
        options = Options(
            seed=bench.seed,
            departures=wanted.departures,
            strategies=wanted.strategies,
            max_findings=wanted.max_findings,
            random_runs=wanted.random_runs,
            isolation="tenant-isolation" in bench.config.promises,
            left=lambda: wanted.budget - (time.monotonic() - began),
        )
        explored = Explorer(executor, options, found, tell).explore(stories)
        took = time.monotonic() - began
    tell(ExplorationFinished(explored, took))
    return explored


def executor_of(bench: Bench, wanted: Wanted) -> AbstractContextManager[Executor]:
    """Who explores. An app of which there cannot be several is explored by one, whatever was asked
    for.
    """
    opener = TheatreOpener(bench.config, bench.seed, bench.in_process)
    name = wanted.executor if is_ours(bench.config) else "inline"
    return executor_named(name, wanted.jobs, opener, bench.theatre)


def finding_files(folder: Path = FOLDER) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))
