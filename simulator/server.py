"""The composition root: one ASGI application out of the rooms.

`/v1` and `/v2` go to the Stripe API's own dispatcher, all else to FastAPI: the hosted pages and
Carom's control API. All Worlds live on the event loop that serves; nothing else touches them.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Literal, cast

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from simulator import control, pages
from simulator.api import Accounts, StripeApi, StripeApp, key_of, render
from simulator.billing import HANDLERS, INCLUDABLE, LAWS
from simulator.control.shapes import Policy, RequestShape
from simulator.delivery import Courier, Outbox, Pump
from simulator.engine import Clock, Obj, RealClock, Settings, VirtualClock, World
from simulator.office import Office

DEFAULT_URL = "http://127.0.0.1:12111"
DEFAULT_START = 1_767_225_600
"""Where a virtual clock starts unless told: 2026-01-01 00:00:00 UTC."""

REDIRECT_PATIENCE = 10.0
"""Seconds that Checkout's redirect waits for the webhook (docs.stripe.com/checkout/fulfillment)."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How an account is set when it opens. `start` is Unix seconds, for a virtual clock."""

    seed: int
    policy: Policy
    start: int
    public_url: str | None


class Simulator:
    """A local Stripe: an ASGI application with one account for each test key.

    `clock` is `virtual` (moves when told) or `real`; `policy` is `prompt` or `held`; `public_url`
    is the base of the hosted pages, by default the address that is served. It has the hooks of the
    pages (`pages.Hooks`) and the desks of the control API (`control.Desks`).
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Literal["virtual", "real"] = "virtual",
        start: int = DEFAULT_START,
        policy: Policy = "prompt",
        public_url: str | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.served_at = DEFAULT_URL
        self._clock = clock
        self._wall = wall
        self._choices = Choices(seed, policy, start, public_url)
        self._offices: dict[str, Office] = {}
        self._courier = Courier()
        self._accounts = Accounts(lambda key: self._open(key, self._choices))
        self._api = StripeApi(self._accounts, HANDLERS, INCLUDABLE, on_answered=self.changed)
        self._stripe = StripeApp(self._api)
        self._web = _web_app(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(("/v1", "/v2")):
            await self._stripe(scope, receive, send)
        else:
            await self._web(scope, receive, send)

    async def close(self) -> None:
        """Stop all clocks and the courier."""
        for office in self._offices.values():
            await office.pump.close()
        await self._courier.close()

    # --- for the pages -------------------------------------------------------------------------

    def worlds(self) -> Iterable[World]:
        return self._accounts

    def changed(self, world: World) -> None:
        """Something in an account may have changed: see to its agenda and its mail."""
        self._offices[world.key].pump.stir()

    async def fulfilled(self, world: World, session: Obj) -> None:
        """Under `prompt`, the redirect waits until the endpoints were told of the payment."""
        office = self._offices[world.key]
        if office.outbox.policy == "prompt":
            told = office.outbox.latest("checkout.session.completed", session["id"])
            if told is not None:
                await office.pump.attempted(told, REDIRECT_PATIENCE)

    # --- for the control API -------------------------------------------------------------------

    def desk(self, authorization: str | None) -> Office:
        world = self._accounts.open(_key(authorization))
        return self._offices[world.key]

    async def reset(
        self,
        authorization: str | None,
        *,
        seed: int | None,
        policy: Policy | None,
        start: int | None,
        public_url: str | None,
    ) -> Office:
        key = _key(authorization)
        wanted = {"seed": seed, "policy": policy, "start": start, "public_url": public_url}
        given = {name: value for name, value in wanted.items() if value is not None}
        choices = replace(self._choices, **given)  # type: ignore[arg-type]
        old = self._offices.get(key)
        self._accounts.reset(key, lambda key: self._open(key, choices))
        fresh = self._offices[key]
        if old is not None:
            await old.pump.close()
        return fresh

    # --- inside --------------------------------------------------------------------------------

    def _open(self, key: str, choices: Choices) -> World:
        public_url = (choices.public_url or self.served_at).rstrip("/")
        world = World(
            key=key,
            seed=choices.seed,
            clock=self._new_clock(choices.start),
            laws=LAWS,
            settings=Settings(public_url=public_url),
        )
        outbox = Outbox(world, _webhook_body, policy=choices.policy)
        pump = Pump(world, outbox, self._courier.send, self._wall)
        self._offices[key] = Office(world, outbox, pump, requests=self._requests, wall=self._wall)
        pump.start()
        return world

    def _new_clock(self, start: int) -> Clock:
        return VirtualClock(start) if self._clock == "virtual" else RealClock(self._wall)

    def _requests(self, world: World, after: int) -> Sequence[RequestShape]:
        found = self._api.books(world).requests(after)
        return [cast(RequestShape, asdict(request)) for request in found]


def _web_app(simulator: Simulator) -> FastAPI:
    """The part of the application that is not Stripe's API."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await simulator.close()

    app = FastAPI(
        title="Carom's control API",
        version=version("carom"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/_carom/openapi.json",
    )
    app.state.desks = simulator
    app.state.hooks = simulator
    app.include_router(control.router)
    app.include_router(pages.router)
    control.add_refusals(app)
    pages.add_problem_pages(app)
    return app


def _key(authorization: str | None) -> str:
    return key_of({"authorization": authorization or ""})


def _webhook_body(_: World, event: Obj, __: Obj) -> bytes:
    """Every endpoint gets the newest API version, which the event's `api_version` says."""
    return render(event)
