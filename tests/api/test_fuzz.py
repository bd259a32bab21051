"""No request makes Carom fail, hang, or change anything while it refuses.

A few hundred requests here; `--hypothesis-profile=full` makes 20,000 and more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from simulator.api import Accounts, Answer, Request, StripeApi
from simulator.billing import HANDLERS, INCLUDABLE
from simulator.engine import World
from tests.api.furnished import WORLD
from tests.api.fuzzing import requests

FULL = settings.get_current_profile_name() == "full"
AT_ONCE = 8  # requests to one fork of the furnished world
EXAMPLES = 2600 if FULL else 40
PATIENCE = 10.0  # seconds for one request, on a busy machine
DOCUMENTED = {200, 400, 401, 402, 403, 404, 409, 413, 501}


@dataclass
class Fuzzed:
    """A fork of the furnished world, and the API over it."""

    world: World = field(default_factory=WORLD.fork)

    def __post_init__(self) -> None:
        self.worlds: dict[str, World] = {}
        self.api = StripeApi(Accounts(self.open), HANDLERS, INCLUDABLE)

    def open(self, name: str) -> World:
        world = self.world if name == self.world.key else WORLD.fork(name)
        self.worlds[name] = world
        return world

    def ask(self, request: Request) -> Answer:
        before = {name: digest(world) for name, world in self.worlds.items()}
        start = perf_counter()
        answer = self.api.answer(request)
        assert perf_counter() - start < PATIENCE
        assert answer.status in DOCUMENTED, answer.body
        if answer.status >= 400 and answer.status != 402:
            assert {name: digest(self.worlds[name]) for name in before} == before
        for world in self.worlds.values():
            world.run_until(world.now())
        return answer


def digest(world: World) -> dict[str, Any]:
    """All that a world holds. Objects are never mutated, so comparing identities is enough, and
    equal is what is the same.
    """
    return {
        "objects": world._objects.copy(),
        "kept": {name: facts for name, facts in world._kept.items() if facts},
        "lists": {
            key: serials.copy() for key, serials in world._index._by_value.items() if serials
        },
        "agenda": {line: world.agenda.entries(line) for line in world.agenda._heaps},
        "events": len(world.events),
        "happenings": len(world._happenings),
        "now": world.now(),
        "request": world.request,
    }


def checked(answer: Answer) -> None:
    """What every answer has."""
    for name, value in answer.headers:
        name.encode("ascii"), value.encode("latin-1")
    if dict(answer.headers)["Content-Type"] == "application/json":
        body = json.loads(answer.body)
        if answer.status >= 400:
            assert body["error"]["message"]


def test_no_request_is_too_much() -> None:
    asked = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=not FULL,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(requests(), min_size=AT_ONCE, max_size=AT_ONCE))
    def ask_all(made: list[Request]) -> None:
        nonlocal asked
        fuzzed = Fuzzed()
        for request in made:
            note(f"{request!r}")
            checked(fuzzed.ask(request))
            asked += 1

    ask_all()
    assert asked >= (20_000 if FULL else 300)
