"""A World with webhook endpoints and things that happen in it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from simulator.delivery import Outbox
from simulator.engine.clock import VirtualClock
from simulator.engine.objects import Obj
from simulator.engine.world import Laws, World

START = 1_795_000_000


class Account:
    """One account with an outbox; `happens` makes an event, `endpoint` a webhook endpoint."""

    def __init__(self, **choices: Any) -> None:
        laws = Laws(duties={"tick": lambda world, name: self.happens(name, world=world)})
        self.world = World(key="sk_test_x", seed=7, clock=VirtualClock(START), laws=laws)
        self.outbox = Outbox(self.world, body, **choices)

    def endpoint(self, url: str = "http://127.0.0.1:9/hook", *types: str) -> str:
        name = self.world.ids.new("we")
        self.world.insert(
            {
                "id": name,
                "object": "webhook_endpoint",
                "url": url,
                "enabled_events": list(types) or ["*"],
                "status": "enabled",
                "api_version": None,
            }
        )
        self.world.keep(name, secret=f"whsec_{name}")
        return name

    def happens(self, event_type: str = "customer.created", world: World | None = None) -> str:
        """Something happens; returns the id of its event."""
        world = world or self.world
        world.insert({"id": world.ids.new("cus"), "object": "customer"}, event_type)
        return str(self.world.events[-1]["id"]) if self.world.events else ""


def body(_: World, event: Obj, __: Obj) -> bytes:
    return orjson.dumps(event, option=orjson.OPT_INDENT_2)


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def held() -> Account:
    return Account(policy="held")
