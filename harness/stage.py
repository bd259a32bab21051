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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.app.adapter import ConfiguredApp
from harness.app.asgi import AsgiApp, AsgiTransport
from harness.app.browser import Browser
from harness.app.config import Config, Launch
from harness.app.http import SocketTransport
from harness.app.placeholders import fill, fill_all
from harness.app.process import environment, free_port, run_setup, started
from harness.app.protocol import App, AppRefused, AppUnavailable, Reply, Request, Transport
from harness.stripe_side import Obj, StripeSide

MakeSide = Callable[[str, str], StripeSide]

APP_ORIGIN = "http://app.carom.test"
STRIPE_ORIGIN = "http://stripe.carom.test"
START = 1_767_960_000
"""Where the virtual clock starts: 2026-01-09 12:00:00 UTC. Every run begins at the same instant."""


@dataclass(slots=True)
class Customer:
    """The one customer of a story: a browser, and what it has open.

    `return_to` is the address to which "return" leads; `stripe_id` becomes known with the first
    Checkout.
    """

    name: str
    browser: Browser | None = None
    checkout_url: str | None = None
    checkout_session: str | None = None
    portal_url: str | None = None
    return_to: str | None = None
    stripe_id: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """An app's whole state: `snapshot` gives it as a value, `restore` takes it back."""

    snapshot: Callable[[], Any]
    restore: Callable[[Any], None]


@dataclass(slots=True)
class Stage:
    config: Config
    app: App
    stripe: StripeSide
    customer: Customer
    webhooks: list[Obj] = field(default_factory=list)
    launched: LaunchedApp | None = None
    endpoint_secret: str = ""

    @property
    def webhook_secret(self) -> str | None:
        return self.config.stripe.webhook_secret


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
) -> Iterator[Stage]:
    """Resets an account, runs the app's setup, starts the app; all is gone when the block ends.

    `side` makes the harness's own access to Stripe. `events` are what the app's endpoint is told
    of, if it is not to be all that `carom.toml` says.

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
        values = {
            "app_url": config.launch.url or APP_ORIGIN,
            "port": str(free_port()),
            "python": sys.executable,
            "scratch": scratch,
            "stripe_key": key,
            "stripe_url": stripe_url,
            "webhook_secret": "",
        }
        found = _set_up(config.launch, values)
        wanted = events or config.webhook_events
        secret = _register_endpoint(config, stripe, values["app_url"], wanted)
        values["webhook_secret"] = secret
        env = {**fill_all(config.launch.env, values), **found}
        transport = LaunchedApp(config.launch, values, env, in_process=in_process)
        stack.callback(transport.close)
        pages = stripe.pages()
        stack.callback(pages.close)
        routes = {values["app_url"]: transport, STRIPE_ORIGIN: pages}
        app = ConfiguredApp(config, values["app_url"], transport, routes)
        stripe.begin()
        customer = Customer(f"ada{once}")
        yield Stage(config, app, stripe, customer, launched=transport, endpoint_secret=secret)


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
    """The app, wherever it runs: the transport that leads to it, and how to start it anew."""

    def __init__(
        self,
        launch: Launch,
        values: Mapping[str, str],
        env: Mapping[str, str],
        *,
        in_process: bool,
    ) -> None:
        self._launch = launch
        self._values = values
        self._env = env
        self._in_process = in_process
        self._stack = ExitStack()
        self._memory: Memory | None = None
        self._transport = self._start()

    @property
    def memory(self) -> Memory | None:
        """What can be kept of the app's state and put back, if the app offers that."""
        return self._memory

    @property
    def can_restart(self) -> bool:
        return bool(self._launch.command) or self._launch.asgi is not None

    def send(self, request: Request) -> Reply:
        return self._transport.send(request)

    def restart(self, changes: Mapping[str, str] | None = None) -> None:
        """Ends the app and starts it again on the same data, with changes to its environment."""
        self._stack.close()
        self._env = {**self._env, **(changes or {})}
        self._transport = self._start()

    def close(self) -> None:
        self._stack.close()

    def _start(self) -> Transport:
        launch = self._launch
        if launch.url is not None and not launch.command:
            transport: Transport = SocketTransport(launch.url, "the app")
        elif self._in_process or not launch.command:
            if launch.asgi is None:
                raise AppUnavailable("[app] has no asgi factory, so it cannot run in this process")
            app = _call_factory(launch.asgi, launch.directory, self._env)
            self._memory = memory_of(app)
            transport = AsgiTransport(app)
        else:
            url = f"http://127.0.0.1:{self._values['port']}"
            command = [fill(word, self._values) for word in launch.command]
            ready = url + launch.ready
            self._stack.enter_context(
                started(command, launch.directory, self._env, ready, launch.ready_within)
            )
            transport = SocketTransport(url, "the app")
        self._stack.callback(transport.close)
        return transport


def memory_of(app: object) -> Memory | None:
    """An ASGI app whose `state` has `snapshot()` and `restore()` is put back in microseconds."""
    state = getattr(app, "state", None)
    snapshot, restore = getattr(state, "snapshot", None), getattr(state, "restore", None)
    return Memory(snapshot, restore) if snapshot is not None and restore is not None else None


def _call_factory(named: str, directory: Path, env: Mapping[str, str]) -> AsgiApp:
    """The app that `module:callable` makes, called without arguments in the app's environment."""
    module_name, _, attribute = named.partition(":")
    if str(directory) not in sys.path:
        sys.path.insert(0, str(directory))
    before, wanted = dict(os.environ), environment(env)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        factory: Callable[[], AsgiApp] = getattr(importlib.import_module(module_name), attribute)
        return factory()
    except (ImportError, AttributeError) as fault:
        raise AppUnavailable(f"[app] asgi = {named!r} cannot be loaded: {fault}") from fault
    finally:
        os.environ.clear()
        os.environ.update(before)


def browser_of(customer: Customer) -> Browser:
    if customer.browser is None:
        raise AppRefused("the customer has not signed up yet")
    return customer.browser
