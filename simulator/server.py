"""The composition root: one ASGI application out of the rooms.

`/v1` and `/v2` go to the Stripe API's own dispatcher, all else to FastAPI: the hosted pages and
Carom's control API. All Worlds live on the event loop that serves; nothing else touches them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Literal, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.api import (
    Accounts,
    Answer,
    Limits,
    Request,
    StripeApi,
    StripeApp,
    name_of,
    parts_of,
    render,
)
from simulator.api.versions import Lookup, event_in, requested
from simulator.billing import HANDLERS, INCLUDABLE, LAWS
from simulator.control import ControlError
from simulator.control.shapes import OpenWorld, Policy, RequestShape, Worlds
from simulator.dashboard import checked
from simulator.delivery import Courier, Outbox, Pump
from simulator.engine import API_VERSION, Clock, Obj, RealClock, Settings, VirtualClock, World
from simulator.moments import Moment
from simulator.office import Office

DEFAULT_URL = "http://127.0.0.1:12111"
DEFAULT_START = 1_767_225_600
"""Where a virtual clock starts unless told: 2026-01-01 00:00:00 UTC."""

REDIRECT_PATIENCE = 10.0
"""Seconds that Checkout's redirect waits for the webhook (docs.stripe.com/checkout/fulfillment)."""

MAX_SNAPSHOTS = 100  # of one account


@dataclass(frozen=True, slots=True)
class Choices:
    """How an account is set when it opens. `start` is Unix seconds, for a virtual clock."""

    seed: int
    policy: Policy
    start: int
    public_url: str | None
    settings: Mapping[str, Any] = field(default_factory=dict)


class Simulator:
    """A local Stripe: an ASGI application with one account for each test key.

    `clock` is `virtual` (moves when told) or `real`; `policy` is `prompt` or `held`; `public_url`
    is the base of the hosted pages, by default the address that is served; `api_version` is the
    default of its accounts; `limits` says how many of them are kept, and how long. It has the hooks
    of the pages (`pages.Hooks`) and the desks of the control API (`control.Desks`).
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        clock: Literal["virtual", "real"] = "virtual",
        start: int = DEFAULT_START,
        policy: Policy = "prompt",
        public_url: str | None = None,
        api_version: str = API_VERSION,
        strict: bool = False,
        limits: Limits | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.served_at = DEFAULT_URL
        self._clock = clock
        self._wall = wall
        settings = {"api_version": requested(api_version).name}
        self._choices = Choices(seed, policy, start, public_url, settings)
        self._offices: dict[str, Office] = {}
        self._courier = Courier()
        self._snapshots: dict[str, dict[str, Moment]] = {}
        self._limits = limits or Limits()
        self._accounts = Accounts(
            lambda key: self._open(key, self._choices),
            limits=self._limits,
            in_use=lambda world: self._offices[world.key].pump.busy,
            on_gone=self._gone,
        )
        self._api = StripeApi(
            self._accounts, HANDLERS, INCLUDABLE, on_answered=self.changed, strict=strict
        )
        self._stripe = StripeApp(self._api)
        self._web: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(("/v1", "/v2")):
            await self._stripe(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._pages_and_control()(scope, receive, send)

    def _pages_and_control(self) -> ASGIApp:
        """Made when first asked for, because FastAPI takes longer to load than all the rest."""
        if self._web is None:
            self._web = import_module("simulator.web").web_app(self)
        return self._web

    async def _live(self, receive: Receive, send: Send) -> None:
        """The lifespan protocol: nothing to wait for at the start, clocks and mail at the end."""
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def close(self) -> None:
        """Stop all clocks and the courier."""
        for office in self._offices.values():
            office.holds.clear()
            await office.pump.close()
        await self._courier.close()

    def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """The Stripe API's answer to one request, for who asks without a socket, on the loop.

        Header names are in lower case. To be `late`, and to be `held`, is left to the caller.
        """
        return self._api.answer(Request(method, path, query, headers, body))

    # --- for the pages -------------------------------------------------------------------------

    def worlds(self) -> Iterable[World]:
        return self._accounts

    def changed(self, world: World) -> None:
        """Something in an account may have changed: see to its agenda and its mail.

        The account may have been closed or replaced while a page was being filled in.
        """
        office = self._offices.get(world.key)
        if office is not None and office.world is world:
            office.pump.stir()

    async def fulfilled(self, world: World, session: Obj) -> None:
        """Under `prompt`, the redirect waits until the endpoints were told of the payment."""
        office = self._offices.get(world.key)
        if office is not None and office.world is world and office.outbox.policy == "prompt":
            told = office.outbox.latest("checkout.session.completed", session["id"])
            if told is not None:
                await office.pump.attempted(told, REDIRECT_PATIENCE)

    # --- for the control API -------------------------------------------------------------------

    def desk(self, authorization: str | None, world: str | None = None) -> Office:
        opened = self._accounts.open(_name(authorization, world))
        return self._offices[opened.key]

    def open_worlds(self) -> Worlds:
        open_worlds: list[OpenWorld] = []
        for name, idle in self._accounts.last_used().items():
            office, (key, world) = self._offices[name], parts_of(name)
            open_worlds.append(
                {
                    "key": key,
                    "world": world,
                    "account": office.world.account,
                    "now": office.world.now(),
                    "idle_seconds": round(idle, 3),
                    "busy": office.pump.busy,
                }
            )
        return {
            "worlds": open_worlds[::-1],
            "kept": self._limits.worlds,
            "kept_idle_seconds": self._limits.idle_seconds,
        }

    async def fork(
        self, authorization: str | None, world: str | None, key: str, to_world: str | None
    ) -> Office:
        origin, name = self.desk(authorization, world), _name(f"Bearer {key}", to_world)
        if name == origin.world.key:
            raise ControlError("a world cannot be forked onto itself", status=409, param="key")
        return await self._put(name, self._moment(origin).fork(name))

    def snapshot(self, authorization: str | None, world: str | None, name: str) -> list[str]:
        office = self.desk(authorization, world)
        kept = self._snapshots.setdefault(office.world.key, {})
        if name not in kept and len(kept) >= MAX_SNAPSHOTS:
            raise ControlError(
                f"this account has {MAX_SNAPSHOTS} snapshots already: take the name of one of them",
                status=409,
                param="name",
            )
        kept.pop(name, None)
        kept[name] = self._moment(office).fork()
        return list(kept)

    async def restore(
        self, authorization: str | None, world: str | None, name: str, branch: str | None = None
    ) -> Office:
        opened = self.desk(authorization, world).world.key
        kept = self._snapshots.get(opened, {})
        if name not in kept:
            known = ", ".join(kept) or "none"
            raise ControlError(
                f"no snapshot {name!r}; this account has {known}", status=404, param="name"
            )
        return await self._put(opened, kept[name].fork(branch=branch))

    async def reset(
        self,
        authorization: str | None,
        world: str | None = None,
        *,
        seed: int | None,
        policy: Policy | None,
        start: int | None,
        public_url: str | None,
        settings: Mapping[str, Any] | None,
    ) -> Office:
        key = _name(authorization, world)
        if settings is not None:
            settings = checked({**self._choices.settings, **settings})
        wanted = {
            "seed": seed,
            "policy": policy,
            "start": start,
            "public_url": public_url,
            "settings": settings,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        choices = replace(self._choices, **given)  # type: ignore[arg-type]
        old = self._offices.get(key)
        self._accounts.reset(key, lambda key: self._open(key, choices))
        fresh = self._offices[key]
        if old is not None:
            old.holds.clear()
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
            settings=Settings(public_url=public_url, **choices.settings),
        )
        outbox = Outbox(world, _webhook_body, policy=choices.policy)
        return self._staff(key, world, outbox)

    def _staff(self, key: str, world: World, outbox: Outbox) -> World:
        """Put a world in the care of an office."""
        pump = Pump(world, outbox, self._courier.send, self._wall)
        self._offices[key] = Office(
            world,
            outbox,
            pump,
            requests=self._requests,
            told=_told,
            faults=self._api.books(world).faults,
            holds=self._api.books(world).holds,
            wall=self._wall,
        )
        pump.start()
        return world

    def _moment(self, office: Office) -> Moment:
        return Moment(office.world, office.outbox, self._api.books(office.world))

    async def _put(self, name: str, moment: Moment) -> Office:
        """Go on from a moment, in the place of what has the name."""
        old = self._offices.get(name)
        self._api.put_books(moment.world, moment.books)
        self._accounts.reset(name, lambda key: self._staff(key, moment.world, moment.outbox))
        if old is not None:
            old.holds.clear()
            await old.pump.close()
        return self._offices[name]

    def _gone(self, world: World) -> None:
        """A world was closed for want of room, or because nobody came."""
        self._offices.pop(world.key).pump.stop()
        self._snapshots.pop(world.key, None)

    def _new_clock(self, start: int) -> Clock:
        return VirtualClock(start) if self._clock == "virtual" else RealClock(self._wall)

    def _requests(self, world: World, after: int) -> Sequence[RequestShape]:
        found = self._api.books(world).requests(after)
        return [cast(RequestShape, request.shown()) for request in found]


def _name(authorization: str | None, world: str | None) -> str:
    headers = {"authorization": authorization or ""}
    return name_of(headers if world is None else {**headers, "carom-world": world})


def _told(world: World, event: Obj) -> Obj:
    """An event as the API shows it: in the version of the account when it happened."""
    return event_in(Lookup(world, INCLUDABLE), event, event["api_version"])


def _webhook_body(world: World, event: Obj, endpoint: Obj) -> bytes:
    """An event in the endpoint's API version, or in the account's where the endpoint has none."""
    version = endpoint["api_version"] or event["api_version"]
    return render(event_in(Lookup(world, INCLUDABLE), event, version))
