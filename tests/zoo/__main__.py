"""`python -m tests.zoo [TWIN...]`: explores each twin over all stories until its first finding.

Prints a table of twin, promise, schedules tried, seconds, steps before and after shrinking. Exit
status 1 when a twin is not found, or when the correct app is said to be broken.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.app.config import Config, load_config
from harness.checking import opened
from harness.explore.explorer import Explorer, Options
from harness.explore.theatre import Theatre
from harness.exploring import stories_for
from harness.model.invariants import INVARIANTS
from reference_app import mutants
from reference_app.mutants._credits import CREDITS
from reference_app.mutants._extras import TABLES
from scenarios import Story, find, names

CONFIG = Path(__file__).parents[2] / "reference_app" / "carom.toml"
PATIENCE = 60.0
CORRECT = "(the correct app)"
EXTRAS = {"granted": "/credits", "seats": "/seats", "limit": "/limit", "amount": "/amount"}
"""What some twins show beside the entitlement, and the correct app does not."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one twin was found; `schedules` were run in all until then."""

    twin: str
    invariant: str
    story: str
    departures: int
    schedules: int
    seconds: float
    shrinking: float
    steps: int
    proved: bool


def config_of_the_zoo() -> Config:
    """That of the app, and where those twins that count credits show them; the app has none."""
    config = load_config(CONFIG, INVARIANTS)
    view = replace(config.entitlement, pointers={**config.entitlement.pointers, **EXTRAS})
    profile = replace(config.profile, grant=CREDITS)
    plans = {name: replace(plan, limit=TABLES[name]) for name, plan in config.plans.items()}
    promises = tuple(INVARIANTS)
    return replace(config, entitlement=view, profile=profile, plans=plans, promises=promises)


def row(theatre: Theatre, twin: str, stories: Sequence[Story]) -> Row:
    """Explores one twin until the first finding, or until nobody waits any longer."""
    began = time.monotonic()
    found_at: list[float] = []

    def left() -> float:
        return PATIENCE - (time.monotonic() - began)

    plain = Options(departures=1, strategies=("near",), max_findings=1, shrink_runs=0, left=left)
    first = Explorer(theatre, plain, lambda _: found_at.append(time.monotonic())).explore(stories)
    if not first.findings:
        took = time.monotonic() - began
        return Row(twin, "none", "", 0, first.schedules, took, 0.0, 0, False)
    finding = first.findings[0]
    took = found_at[0] - began
    again = Options(departures=1, strategies=("near",), max_findings=1)
    story = next(each for each in stories if each.name == finding.story.name)
    shrunk = Explorer(theatre, again).explore([story]).findings[0]
    shrinking = time.monotonic() - found_at[0]
    return Row(
        twin=twin,
        invariant=shrunk.broken.invariant,
        story=shrunk.story.name,
        departures=shrunk.played.departures,
        schedules=first.schedules,
        seconds=took,
        shrinking=shrinking,
        steps=len(shrunk.played.steps),
        proved=shrunk.proved,
    )


def main(wanted: Sequence[str]) -> int:
    logging.disable(logging.CRITICAL)
    config = config_of_the_zoo()
    stories = stories_for([find(name) for name in names()], config, shipped=True)
    heads = f"{'twin':<30}{'promise':<22}{'story':<34}{'k':>2}{'schedules':>11}{'s':>7}"
    print(f"{heads}{'shrink s':>10}{'steps':>7}  smallest")
    missed = 0
    with opened(config, seed=7, in_process=True) as bench, bench.theatre() as theatre:
        for twin in wanted or [*mutants.names(), CORRECT]:
            theatre = theatre.recast({"APP_MUTANT": "" if twin == CORRECT else twin})
            each = row(theatre, twin, stories)
            missed += (each.invariant == "none") != (twin == CORRECT)
            print(
                f"{each.twin:<30}{each.invariant:<22}{each.story:<34}{each.departures:>2}"
                f"{each.schedules:>11}{each.seconds:>7.1f}{each.shrinking:>10.1f}{each.steps:>7}"
                f"  {'proved' if each.proved else ''}",
                flush=True,
            )
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
