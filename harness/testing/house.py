"""What all tests of one process share: one simulator, and for each seed one app, started once.

A test begins where the app and its account were before anybody had signed up. An app that gives its
memory (`[app.memory]`, or `snapshot` and `restore` in process) is put back; any other goes on with
what it knows, and meets new users and ids at Stripe that were never given out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.app.config import Config, load_config
from harness.explore.game import Played
from harness.explore.theatre import Theatre, told_of
from harness.local_stripe import LocalControl, LocalStripe
from harness.model.invariants import INVARIANTS
from harness.stage import Customer, Stage, set_stage
from harness.testing.stripe_sim import StripeSim
from scenarios import Story
from simulator import Running, Simulator, running

SEED = 7

BEGINNING = "before anybody has signed up"


@dataclass(slots=True)
class Premises:
    """An app on its stage. `tests` counts those that were played on it."""

    stage: Stage
    stripe: LocalStripe
    running: Running
    tests: int = 0
    _app: Any = None
    _theatre: Theatre | None = None
    _friendly: dict[object, Played] = field(default_factory=dict)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Within the block Stripe answers on the caller's thread: quickly, and to nobody else."""
        if self.running.is_here:
            yield
        else:
            with self.running.here():
                yield

    def keep_beginning(self) -> None:
        with self.lent():
            self.stripe.local.snapshot(BEGINNING)
            memory = self.stage.launched.memory if self.stage.launched else None
            self._app = memory.snapshot() if memory is not None else None

    def fresh(self) -> Stage:
        """The stage, as it was at the beginning, with a customer who is nobody yet."""
        self.tests += 1
        self._go_back()
        customer = Customer(self.named("ada"))
        return replace(self.stage, customer=customer, webhooks=[], lost=set(), products={})

    def sim(self) -> StripeSim:
        """The app's account."""
        return StripeSim(self.running, self.stripe.key, self.stripe.local)

    def named(self, user: str) -> str:
        """The user's name, which is nobody else's at an app that is not put back."""
        return user if self._memory is not None else f"{user}{self.tests}"

    def theatre_for(self, story: Story) -> Theatre:
        """Where the story can be played in other orders, once its friendly run is known."""
        self.friendly(story)
        return self.open_theatre()

    def friendly(self, story: Story) -> Played:
        """The friendly run of the story, played once. Raises `GivenFailed`."""
        theatre = self.open_theatre()
        if story.key not in self._friendly:
            with self.lent():
                self._friendly[story.key] = theatre.remember(story)
        return self._friendly[story.key]

    def open_theatre(self) -> Theatre:
        """Where stories are played, on an account that tells the app what bears on it."""
        with self.lent():
            if self._theatre is None:
                self._theatre = self._build_theatre()
            return self._theatre

    @property
    def _memory(self) -> Any:
        return self.stage.launched.memory if self.stage.launched is not None else None

    def _go_back(self) -> None:
        memory = self._memory
        with self.lent():
            branch = None if memory is not None else f"test {self.tests}"
            self.stripe.local.restore(BEGINNING, branch)
            self.stripe.forget()
            if memory is not None:
                memory.restore(self._app)
            self.stripe.begin()

    def _build_theatre(self) -> Theatre:
        self.tests += 1
        self._go_back()
        wanted = told_of(self.stage.config)
        # Every type more multiplies the orders.
        for endpoint in self.stripe.call("GET", "/v1/webhook_endpoints")["data"]:
            form = {f"enabled_events[{n}]": name for n, name in enumerate(wanted)}
            self.stripe.call("POST", f"/v1/webhook_endpoints/{endpoint['id']}", form)
        theatre = Theatre(self.stage, self.stripe)
        theatre.open()
        return theatre


class House:
    """`config` is the path of `carom.toml`, `in_process` whether an app that can be called in this
    process is; both matter only to tests that need an app.
    """

    def __init__(self, config: Path, *, in_process: bool) -> None:
        self._path = config
        self._in_process = in_process
        self._stack = ExitStack()
        self._running: Running | None = None
        self._premises: dict[int, Premises] = {}
        self._config: Config | None = None

    @property
    def config(self) -> Config:
        """Raises `ConfigError`, with the line that is at fault."""
        if self._config is None:
            self._config = load_config(self._path, INVARIANTS)
        return self._config

    @property
    def running(self) -> Running:
        if self._running is None:
            simulator = Simulator(clock="virtual", policy="prompt")
            self._running = self._stack.enter_context(running(simulator))
        return self._running

    def account(self, key: str, *, seed: int, policy: str, start: int) -> StripeSim:
        """A fresh account, in the place of what the key opened before."""
        local = LocalControl(self.running, key)
        local.reset(seed, policy, start, self.running.url)
        return StripeSim(self.running, key, local)

    def premises(self, seed: int = SEED) -> Premises:
        """The app, started when it is first asked for. Raises `AppUnavailable`."""
        if seed not in self._premises:
            config, running = self.config, self.running
            in_process = self._in_process and config.launch.asgi is not None
            stage = self._stack.enter_context(
                set_stage(
                    config,
                    running.url,
                    f"pytest_{seed}",
                    seed,
                    in_process=in_process,
                    side=lambda _, key: LocalStripe(running, key),
                    running=running,
                )
            )
            assert isinstance(stage.stripe, LocalStripe)
            opened = Premises(stage, stage.stripe, running)
            opened.keep_beginning()
            self._premises[seed] = opened
        return self._premises[seed]

    def close(self) -> None:
        self._stack.close()
