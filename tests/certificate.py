"""`python -m tests.certificate [sqlite] [postgres] [--departures 2] [--random 10000] [STORY...]`.

The reference app through every shipped story: all schedules near the friendly one, then so many
random ones, on each database. Prints a line for each story. Exit status 1 when a promise breaks or
a story could not be explored to the end.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from harness.app.config import Config, load_config
from harness.checking import opened
from harness.exploring import Wanted, explore, stories_for
from harness.model.invariants import INVARIANTS
from harness.report.exploration import ExplorationReport, exit_code_of
from harness.run_events import CheckStarted
from scenarios import Story
from tests.postgres import cluster

CONFIG = Path(__file__).parents[1] / "reference_app" / "carom.toml"
DATABASES = ("sqlite", "postgres")
A_DAY = 86_400.0


@contextmanager
def on(database: str, config: Config) -> Iterator[Config]:
    """The app's own configuration, on an empty database of that kind."""
    if database == "sqlite":
        yield config
        return
    with cluster() as server, server.database() as urls:
        env = {**config.launch.env, **urls.environment(), "DATABASE_OWNER_URL": urls.owner}
        yield replace(config, launch=replace(config.launch, env=env, command=()))


def certify(database: str, stories: Sequence[Story], departures: int, random: int) -> int:
    """Explores on one database; returns the exit code of `carom check`."""
    screen = Console(width=100)
    report = ExplorationReport(screen)
    strategies = ("near", "walk", "pct") if random else ("near",)
    wanted = Wanted(A_DAY, departures, strategies, 1, random_runs=random or None, executor="inline")
    screen.print(f"[bold]{database}[/bold]")
    began = time.monotonic()
    with (
        on(database, load_config(CONFIG, INVARIANTS)) as config,
        opened(config, seed=7, in_process=True) as bench,
    ):
        report(CheckStarted(config, 7, ()))
        explored = explore(bench, stories, wanted, report)
    screen.print(f"{database}: {explored.schedules} schedules, {time.monotonic() - began:.0f} s")
    return exit_code_of(explored)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.certificate")
    parser.add_argument("--departures", type=int, default=2)
    parser.add_argument("--random", type=int, default=10_000)
    parser.add_argument("words", nargs="*", help="databases and stories; all without any")
    asked = parser.parse_intermixed_args(arguments)
    logging.disable(logging.CRITICAL)
    every = stories_for([], load_config(CONFIG, INVARIANTS), shipped=True)
    named = [word for word in asked.words if word not in DATABASES]
    stories = [story for story in every if not named or story.name in named]
    databases = [word for word in asked.words if word in DATABASES] or DATABASES
    codes = [certify(each, stories, asked.departures, asked.random) for each in databases]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
