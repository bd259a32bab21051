"""What one scenario is played on: a fresh account at Stripe, the app, and one customer with a
browser.

Pages and app have public origins that are the same in each run, `http://stripe.carom.test` and
`http://app.carom.test`; where they really listen is known to the browser's routes alone. So no
port, and nothing that depends on one, gets into an event, a webhook body or a transcript.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

from harness.app.adapter import ConfiguredApp
from harness.app.asgi import AsgiApp, AsgiTransport
from harness.app.browser import Browser
from harness.app.config import Config, Launch
from harness.app.http import SocketTransport
from harness.app.inline import Inline
from harness.app.lean import LeanTransport
from harness.app.loops import OwnLoop
from harness.app.memory import Memory, hooked_memory, memory_of
from harness.app.placeholders import fill, fill_all
from harness.app.process import environment, free_port, run_setup, started, with_lines
from harness.app.protocol import (
    App,
    AppRefused,
    AppUnavailable,
    Exchange,
    Reply,
    Request,
    Transport,
)
from harness.model.oracle import Products
from harness.stripe_side import Obj, StripeSide

if TYPE_CHECKING:
    from simulator import Running

MakeSide = Callable[[str, str], StripeSide]

APP_ORIGIN = "http://app.carom.test"
STRIPE_ORIGIN = "http://stripe.carom.test"
START = 1_767_960_000
"""Where the virtual clock starts: 2026-01-09 12:00:00 UTC. Every run begins at the same instant."""

SEARCH_LAG = 60
"""Seconds until Stripe's search finds what is new (docs.stripe.com/search#data-freshness)."""

PROCESS_RESTARTS = 1 / 16
"""How many of the random schedules that might restart a process do: starting it takes as long as
ten schedules or more, and there is little to see that the orders near the friendly one do not show.
"""

PATIENCE = 0.25
"""Seconds after which the app is taken to be waiting for a handler that is held up."""


@dataclass(slots=True)
class Customer:
    """The one customer of a story: a browser, and what it has open.

    `other_checkout` is a Checkout page in another tab; `return_to` is the address to which "return"
    leads; `stripe_id` becomes known with the first Checkout, and again with the first after it was
    `deleted` at Stripe.
    """

    name: str
    browser: Browser | None = None
    checkout_url: str | None = None
    checkout_session: str | None = None
    other_checkout: str | None = None
    portal_url: str | None = None
    return_to: str | None = None
    stripe_id: str | None = None
    deleted: bool = False


@dataclass(slots=True)
class Stage:
    config: Config
    app: App
    stripe: StripeSide
    customer: Customer
    webhooks: list[Obj] = field(default_factory=list)
    launched: LaunchedApp | None = None
    endpoint_secret: str = ""
    lost: set[str] = field(default_factory=set)
    products: Products = field(default_factory=dict)

    @property
    def webhook_secret(self) -> str | None:
        return self.config.stripe.webhook_secret

    @property
    def secret(self) -> str:
        """What the app verifies signatures with."""
        return self.webhook_secret or self.endpoint_secret


def scenario_seed(seed: int, name: str) -> int:
    """A seed of its own for each scenario, so that ids of one never come up in another."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


@contextmanager
def set_stage(
    config: Config,
    stripe_url: str,
    name: str,
    seed: int,
    *,
    in_process: bool = False,
    side: MakeSide = StripeSide,
    events: Sequence[str] = (),
    running: Running | None = None,
) -> Iterator[Stage]:
    """Resets an account, runs the app's setup, starts the app; all is gone when the block ends.

    `side` makes the harness's own access to Stripe. `events` are what the app's endpoint is told
    of, if it is not to be all that `carom.toml` says. `running` is the simulator, if its loop will
    be borrowed (`Running.here`).

    Raises `AppUnavailable` when the app cannot be started, with the last it printed.
    """
    with ExitStack() as stack:
        # An app that runs on keeps its users and the events it has seen: it must meet new ones.
        once = secrets.token_hex(4) if config.launch.url else ""
        key = config.stripe.key or f"sk_test_carom_{name}"
        stripe = side(stripe_url, key)
        stack.callback(stripe.close)
        stripe.control.reset(
            seed=scenario_seed(seed, name + once),
            policy="held",
            start=START,
            public_url=STRIPE_ORIGIN,
        )
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="carom-"))
        values = _words(config.launch, scratch, stripe_url, key)
        found = _set_up(config.launch, values)
        wanted = events or config.webhook_events
        secret = _register_endpoint(config, stripe, values["app_url"], wanted)
        values["webhook_secret"] = secret
        env = {**fill_all(config.launch.env, values), **found}
        transport = LaunchedApp(config.launch, values, env, in_process=in_process, running=running)
        stack.callback(transport.close)
        pages = stripe.pages()
        stack.callback(pages.close)
        routes = {values["app_url"]: transport, STRIPE_ORIGIN: pages}
        app = ConfiguredApp(config, values["app_url"], transport, routes)
        products = stripe.products(config.plans)
        stripe.control.change_settings(search_lag=SEARCH_LAG)
        stripe.begin()
        yield Stage(
            config,
            app,
            stripe,
            Customer(f"ada{once}"),
            launched=transport,
            endpoint_secret=secret,
            products=products,
        )


def _words(launch: Launch, scratch: str, stripe_url: str, key: str) -> dict[str, str]:
    """What the placeholders of a launch stand for; the webhook secret is not known yet."""
    return {
        "app_url": launch.url or APP_ORIGIN,
        "port": str(free_port()),
        "python": sys.executable,
        "scratch": scratch,
        "stripe_key": key,
        "stripe_url": stripe_url,
        "webhook_secret": "",
    }


def _set_up(launch: Launch, values: Mapping[str, str]) -> dict[str, str]:
    command = [fill(word, values) for word in launch.setup]
    return run_setup(command, launch.directory, fill_all(launch.env, values), launch.setup_env)


def _register_endpoint(
    config: Config, stripe: StripeSide, app_url: str, events: Sequence[str]
) -> str:
    """Registers the app's webhook endpoint and returns its secret.

    It comes after setup, so that the catalog's own events are nobody's news.
    """
    form = {"url": app_url + config.webhook_path}
    form |= {f"enabled_events[{n}]": name for n, name in enumerate(events)}
    return str(stripe.call("POST", "/v1/webhook_endpoints", form)["secret"])


class LaunchedApp:
    """The app, wherever it runs: the transport that leads to it, and how to start it anew.

    `hear`, if set, is told of every exchange with it. With `running`, requests can overlap: see
    `start` and `stuck`.
    """

    def __init__(
        self,
        launch: Launch,
        values: Mapping[str, str],
        env: Mapping[str, str],
        *,
        in_process: bool,
        running: Running | None = None,
    ) -> None:
        self._launch = launch
        self._values = values
        self._env = env
        self._in_process = in_process
        self._running = running
        self._stack = ExitStack()
        self._memory: Memory | None = None
        self._printed: Sequence[str] | None = None
        self._inline: Inline | None = None
        self._stuck: Callable[[], None] | None = None
        self.hear: Callable[[Exchange], None] | None = None
        self._transport = self._start()

    @property
    def memory(self) -> Memory | None:
        """What can be kept of the app's state and put back, if the app offers that."""
        return self._memory

    @property
    def can_restart(self) -> bool:
        return bool(self._launch.command) or self._launch.asgi is not None

    @property
    def restart_odds(self) -> float:
        """Those that a random schedule may restart the app (`Choice.odds`); 0 where none can."""
        if not self.can_restart:
            return 0.0
        return 1.0 if isinstance(self._transport, AsgiTransport) else PROCESS_RESTARTS

    @property
    def stuck(self) -> Callable[[], None] | None:
        """What is done when the app makes somebody wait (`PATIENCE`): it lets a handler that is
        held up go. While it is set, what the app does overlaps.
        """
        return self._stuck

    @stuck.setter
    def stuck(self, let_go: Callable[[], None] | None) -> None:
        self._stuck = let_go
        if self._inline is not None:
            self._inline.threads = let_go is not None

    def send(self, request: Request) -> Reply:
        try:
            reply = self._patiently(request) if self._stuck else self._transport.send(request)
        except AppUnavailable as fault:
            raise AppUnavailable(self.with_last_words(str(fault))) from fault
        if self.hear is not None:
            self.hear((request, reply))
        return reply

    def start(self, request: Request) -> Future[Reply]:
        """The answer to come. Needs `stuck`, for it may come only when that was called."""
        assert self._stuck is not None
        return self._begin(request)

    def _patiently(self, request: Request) -> Reply:
        assert self._running is not None
        answer = self._begin(request)
        self._running.wait(answer, seconds=PATIENCE)
        if not answer.done() and self._stuck is not None:
            self._stuck()
        self._running.wait(answer)
        return answer.result()

    def _begin(self, request: Request) -> Future[Reply]:
        assert isinstance(self._transport, AsgiTransport | LeanTransport)
        return self._transport.start(request)

    def with_last_words(self, problem: str) -> str:
        """The problem, and what the app printed last if it is a process of ours."""
        return with_lines(problem, self._printed) if self._printed is not None else problem

    def restart(self, changes: Mapping[str, str] | None = None) -> None:
        """Ends the app and starts it again on the same data, with changes to its environment."""
        self._stack.close()
        self._env = {**self._env, **(changes or {})}
        # An app may call Stripe while it starts, and this thread does nothing but wait for it.
        with self._running.elsewhere() if self._running else nullcontext():
            self._transport = self._start()

    def close(self) -> None:
        self._stack.close()

    def _start(self) -> Transport:
        launch = self._launch
        if launch.url is not None and not launch.command:
            transport = self._over_a_socket(launch.url)
        elif self._in_process or not launch.command:
            transport = self._start_in_process()
        else:
            url = f"http://127.0.0.1:{self._values['port']}"
            command = [fill(word, self._values) for word in launch.command]
            ready = url + launch.ready
            self._printed = self._stack.enter_context(
                started(command, launch.directory, self._env, ready, launch.ready_within)
            )
            transport = self._over_a_socket(url)
            if launch.memory is not None:
                self._memory = hooked_memory(launch.memory, APP_ORIGIN, transport, self._values)
        self._stack.callback(transport.close)
        return transport

    def _over_a_socket(self, url: str) -> Transport:
        within = self._launch.answers_within
        if self._running is None:
            return SocketTransport(url, "the app", within)
        return LeanTransport(url, "the app", within, self._running)

    def _start_in_process(self) -> Transport:
        """On the simulator's loop if the app asks Stripe without a socket, else on its own."""
        launch, running = self._launch, self._running
        if launch.asgi is None:
            raise AppUnavailable("[app] has no asgi factory, so it cannot run in this process")
        app, took_it = _call_factory(launch.asgi, launch.directory, self._env, running)
        self._memory = memory_of(app)
        if running is None:
            return AsgiTransport(app, launch.answers_within)
        if took_it:
            self._inline = self._stack.enter_context(Inline(running.loop))
            return AsgiTransport(app, launch.answers_within, running)
        own = OwnLoop(running.wait)
        self._stack.callback(own.close)
        return AsgiTransport(app, launch.answers_within, own)


def _call_factory(
    named: str, directory: Path, env: Mapping[str, str], running: Running | None
) -> tuple[AsgiApp, bool]:
    """The app that `module:callable` makes, called in the app's environment, and whether it took
    the HTTP client: one that has a parameter `http_client` gets it, and no other argument.
    """
    module_name, _, attribute = named.partition(":")
    if str(directory) not in sys.path:
        sys.path.insert(0, str(directory))
    before, wanted = dict(os.environ), environment(env)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        factory: Callable[..., AsgiApp] = getattr(importlib.import_module(module_name), attribute)
        if running is None or "http_client" not in signature(factory).parameters:
            return factory(), False
        # Loaded only when asked for, because Stripe's SDK takes longer to load than all the rest.
        client = importlib.import_module("harness.app.stripe_client").InProcessClient(running)
        return factory(http_client=client), True
    except (ImportError, AttributeError) as fault:
        raise AppUnavailable(f"[app] asgi = {named!r} cannot be loaded: {fault}") from fault
    except Exception as fault:
        # Anything can go wrong in code that is not ours, and none of it is a fault of the harness.
        problem = f"[app] asgi = {named!r} raised {type(fault).__name__}: {fault}"
        raise AppUnavailable(problem) from fault
    finally:
        os.environ.clear()
        os.environ.update(before)


def browser_of(customer: Customer) -> Browser:
    if customer.browser is None:
        raise AppRefused("the customer has not signed up yet")
    return customer.browser
