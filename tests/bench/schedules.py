"""The standard schedule: two acts in the portal, four deliveries, and a look at what the app shows
after each of the six steps. It begins after Checkout, where the app and the account are put back.

With the reference app, with a thin one, and with one that does nothing; in this process, and as a
process over loopback. In process it is processor time that counts, "a second and core", whatever
else the machine does; over loopback it is the wall's. What `near` makes of the same story comes
last: there, runs that begin alike are played once as far as they do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from harness.app.config import Config, MemoryHook, load_config
from harness.checking import opened
from harness.explore.explorer import Explorer, Options
from harness.explore.strategies import Prompt
from harness.explore.theatre import Theatre
from harness.model.invariants import INVARIANTS
from scenarios import Story, load_story
from tests.bench.figure import Figure, Measured

HERE = Path(__file__).resolve()
APP = HERE.parents[2] / "reference_app" / "carom.toml"
STANDARD = HERE.with_name("standard.yaml")
STEPS = 6
ROUNDS = 30
TARGETS = {
    ("thin", True): 500.0,
    ("reference", True): 150.0,
    ("thin", False): 150.0,
    ("reference", False): 60.0,
}


def measure() -> Measured:
    logging.disable(logging.CRITICAL)
    story = load_story(STANDARD)
    try:
        yield from _of_the_harness(story)
        for in_process in (True, False):
            for name in ("null", "thin", "reference"):
                yield _rate(story, name, in_process=in_process)
        yield from _explored(story)
    finally:
        logging.disable(logging.NOTSET)


def _rate(story: Story, name: str, *, in_process: bool) -> Figure:
    with theatre_with(name, in_process=in_process) as theatre:
        seconds = min(_schedules(theatre, story, process_time if in_process else perf_counter))
    where = "in process" if in_process else "over loopback"
    target = TARGETS.get((name, in_process))
    return Figure(f"{name} app, {where}", 1 / seconds, "/s", target, "at least")


def _of_the_harness(story: Story) -> Iterator[Figure]:
    """What is left of a schedule without the app's requests, the portal's and Stripe's answers."""
    with theatre_with("null", in_process=True) as theatre:
        spent = [0.0]
        assert theatre.stage.launched is not None
        watched: list[tuple[Any, str]] = [
            (theatre.stage.launched, "send"),
            (theatre.stripe.pages(), "send"),
            (theatre.stripe, "call"),
        ]
        for whose, name in watched:
            setattr(whose, name, _timed(getattr(whose, name), spent))
        left = []
        for seconds in _schedules(theatre, story, process_time, lambda: spent.__setitem__(0, 0.0)):
            left.append(seconds - spent[0])
    yield Figure("the harness itself, a schedule", min(left) * 1e3, "ms", 0.7)


def _timed(work: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*given: Any) -> Any:
        started = process_time()
        try:
            return work(*given)
        finally:
            spent[0] += process_time() - started

    return timed


def _explored(story: Story) -> Iterator[Figure]:
    rates = []
    for branches in (True, False):
        with theatre_with("reference", in_process=True) as theatre:
            theatre.branches = branches
            options = Options(departures=1, strategies=("near",))
            started = process_time()
            explored = Explorer(theatre, options).explore([story])
            assert not explored.findings
            rates.append(explored.schedules / (process_time() - started))
    yield Figure("explored to 1 departure, reference app, in process", rates[0], "/s")
    yield Figure("... than with every run played in full", rates[0] / rates[1], "times")


def _schedules(
    theatre: Theatre,
    story: Story,
    clock: Callable[[], float],
    before: Callable[[], object] = lambda: None,
) -> Iterator[float]:
    """Seconds that each of several runs takes, played in full; `before` is called before each."""
    theatre.branches = False
    friendly = theatre.remember(story)
    assert len(friendly.steps) == STEPS, friendly.transcript
    assert not friendly.breaks, friendly.breaks
    for _ in range(ROUNDS):
        prompt = Prompt(1)
        prompt.next_run()
        before()
        started = clock()
        played = theatre.play(story, prompt)
        yield clock() - started
        assert played.transcript == friendly.transcript


@contextmanager
def theatre_with(name: str, *, in_process: bool) -> Iterator[Theatre]:
    """One of the three apps, `null`, `thin` or `reference`, ready to be explored."""
    config = _config(name)
    with opened(config, 7, in_process=in_process) as bench, bench.theatre() as theatre:
        yield theatre


def _config(name: str) -> Config:
    config = load_config(APP, INVARIANTS)
    if name == "reference":
        return config
    launch = replace(
        config.launch,
        asgi=f"tests.bench.small_app:{name}",
        command=("{python}", "-m", "tests.bench.small_app", name, "{port}"),
        memory=MemoryHook("/memory", {}),
    )
    return replace(config, launch=launch)
