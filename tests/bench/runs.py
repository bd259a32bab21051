"""One scenario against the reference app: in this process, and as a process of its own.

Each run has a fresh account, catalog and app: what its set-up command takes is in the figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from harness.app.config import Config, load_config
from harness.checking import opened
from harness.model.invariants import INVARIANTS
from scenarios import find
from tests.bench.figure import Figure, Measured, Notice
from tests.bench.timing import best

SCENARIO = "cancel_at_period_end"
APP = Path(__file__).resolve().parents[2] / "reference_app" / "carom.toml"
FACTORY = "reference_app.asgi:create"


def measure() -> Measured:
    config = load_config(APP, INVARIANTS)
    inside = replace(config.launch, asgi=FACTORY, command=())
    yield from _run("in process", replace(config, launch=inside), in_process=True)
    yield from _run("as a process", config, in_process=False)


def _run(where: str, config: Config, *, in_process: bool) -> Iterator[Figure | Notice]:
    scenario = find(SCENARIO)
    name = f"{SCENARIO}, the app {where}"
    with opened(config, 7, in_process=in_process) as bench:

        def run() -> float:
            started = perf_counter()
            finished = bench.run(scenario, lambda _: None)
            assert finished.problem is None, finished.problem
            return perf_counter() - started

        try:
            yield Figure(name, best(run, rounds=3), "s")
        except AssertionError as problem:
            yield Notice(f"{name}: {problem}")
