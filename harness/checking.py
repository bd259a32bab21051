"""Runs scenarios against an app: one simulator for all, a fresh account, app and customer for
each.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from harness.app.config import Config
from harness.app.protocol import AppUnavailable
from harness.explore.theatre import Theatre, theatre
from harness.run import Run
from harness.run_events import Listener, RunEvent, RunFinished, RunStarted
from harness.stage import Stage, set_stage
from scenarios import Scenario
from simulator import Running, Simulator, running


@dataclass(frozen=True, slots=True)
class Bench:
    """Where runs are made: the simulator's real address, the app's configuration, and the seed."""

    stripe_url: str
    config: Config
    seed: int
    in_process: bool = False
    running: Running | None = None

    @contextmanager
    def theatre(self) -> Iterator[Theatre]:
        """The app, ready to be explored."""
        assert self.running is not None
        with theatre(self.config, self.running, self.seed, in_process=self.in_process) as built:
            yield built

    @contextmanager
    def stage(self, scenario: Scenario) -> Iterator[Stage]:
        with set_stage(
            self.config, self.stripe_url, scenario.name, self.seed, in_process=self.in_process
        ) as stage:
            yield stage

    def run(self, scenario: Scenario, tell: Listener) -> RunFinished:
        """One run. An app that cannot be started gives no verdict, with the reason."""
        try:
            with self.stage(scenario) as stage:
                return Run(scenario, stage, self.seed, tell).play()
        except AppUnavailable as fault:
            finished = RunFinished(scenario, "no verdict", (), (), 0, 0, str(fault))
            tell(RunStarted(scenario, self.seed))
            tell(finished)
            return finished


@dataclass(frozen=True, slots=True)
class TheatreOpener:
    """Opens a theatre with a simulator of its own, in whatever process it is called."""

    config: Config
    seed: int
    in_process: bool

    @contextmanager
    def __call__(self) -> Iterator[Theatre]:
        before = logging.root.manager.disable
        # An app in this process logs what we do to it on purpose; nobody wants that in between.
        logging.disable(logging.CRITICAL if self.in_process else before)
        try:
            with (
                opened(self.config, self.seed, in_process=self.in_process) as bench,
                bench.theatre() as built,
            ):
                yield built
        finally:
            logging.disable(before)


@contextmanager
def opened(config: Config, seed: int, *, in_process: bool = False) -> Iterator[Bench]:
    """A bench with a simulator of its own, on a free port unless the configuration fixes one."""
    simulator = Simulator(seed=seed, clock="virtual", policy="held")
    with running(simulator, port=config.stripe.port or 0) as served:
        yield Bench(served.url, config, seed, in_process, served)


def run_all(bench: Bench, scenarios: Sequence[Scenario], jobs: int) -> Iterator[list[RunEvent]]:
    """All events of each run, in the order of the scenarios, however many run side by side."""

    def record(scenario: Scenario) -> list[RunEvent]:
        events: list[RunEvent] = []
        bench.run(scenario, events.append)
        return events

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        yield from pool.map(record, scenarios)


def at_once(config: Config, jobs: int, *, in_process: bool) -> int:
    """How many scenarios may run side by side: an app that is shared by all allows only one."""
    shared = in_process or not config.launch.command
    return 1 if shared else jobs


def is_ours(config: Config) -> bool:
    """Whether there can be several of the app, each beside a simulator of its own: it is started
    here, and not told a fixed port of ours.
    """
    launch = config.launch
    return config.stripe.port is None and bool(launch.command or launch.asgi)
