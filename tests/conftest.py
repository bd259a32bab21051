"""Every answer, event and webhook body of the whole test suite is held against the SDK's classes.

A body that is not what the SDK promises fails the test that produced it, whatever that test is
about. Left out are the handlers that tests make up and the shapes of older API versions.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from weakref import WeakKeyDictionary

import pytest
from hypothesis import settings

from simulator.api import Answer, Request, StripeApi
from simulator.billing import HANDLERS, LAWS
from simulator.contract import route_table
from simulator.contract.validation import violations, violations_of_event
from simulator.delivery.deliveries import Delivery
from simulator.delivery.outbox import Outbox, Parcel
from simulator.engine import API_VERSION, Obj, World
from tests.forms import form

settings.register_profile("full", deadline=None)  # what fuzzing and random lives look long under

faults: list[str] = []
sound: set[Hashable] = set()  # forms that were found to be valid: most bodies have one of few
seen: WeakKeyDictionary[World, int] = WeakKeyDictionary()  # how many events of it were inspected


@pytest.fixture(scope="session", autouse=True)
def _inspection() -> Iterator[None]:
    answer, pack = StripeApi.answer, Outbox._pack

    def inspected_answer(self: StripeApi, request: Request) -> Answer:
        answered = answer(self, request)
        if self._handlers is HANDLERS:
            if answered.status == 200:
                _inspect_answer(request, answered)
            for world in self.accounts:
                _inspect_ledger(world)
        return answered

    def inspected_pack(self: Outbox, delivery: Delivery) -> Parcel:
        parcel = pack(self, delivery)
        if self.world.laws is LAWS:
            _inspect_event(json.loads(parcel.body))
        return parcel

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StripeApi, "answer", inspected_answer)
        patch.setattr(Outbox, "_pack", inspected_pack)
        yield


@pytest.fixture(autouse=True)
def _valid_bodies(_inspection: None) -> Iterator[None]:
    faults.clear()
    yield
    if faults:
        found = list(dict.fromkeys(faults))
        pytest.fail("bodies that the SDK's classes do not allow:\n" + "\n".join(found))


def _inspect_answer(request: Request, answered: Answer) -> None:
    headers = dict(answered.headers)
    if headers["Stripe-Version"] != API_VERSION or headers["Content-Type"] != "application/json":
        return
    found = route_table().match(request.method, request.path)
    assert found is not None
    route, body = found[0], json.loads(answered.body)
    if (kind := (route.key, form(body))) not in sound:
        _note(kind, route.key, violations(route, body, strict_keys=True))


def _inspect_ledger(world: World) -> None:
    for event in world.events[seen.get(world, 0) :]:
        # The ledger keeps the newest shape, whatever the version of the account.
        _inspect_event({**event, "api_version": API_VERSION})
    seen[world] = len(world.events)


def _inspect_event(event: Obj) -> None:
    kind = (event["type"], form(event))
    if event["api_version"] == API_VERSION and kind not in sound:
        _note(kind, event["type"], violations_of_event(event, strict_keys=True))


def _note(kind: Hashable, where: str, found: list[str]) -> None:
    faults.extend(f"{where}: {fault}" for fault in found)
    if not found:
        sound.add(kind)
