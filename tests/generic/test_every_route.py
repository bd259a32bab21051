"""Every endpoint of the installed SDK answers, and each answer is what the SDK promises.

Parameters are made from their own schemas. That the answers are valid is also what the root's
`conftest.py` sees to; here it is said of each endpoint by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from simulator.api.coverage import fidelity
from simulator.contract import Route, parameters, response_schema, route_table
from simulator.contract.validation import violations, violations_of_event
from simulator.generic.roles import kinds_of, names_in, parent_of, role_of
from tests.generic.account import Account, Reply
from tests.generic.sampling import Lavish, Sampler

SEARCHED = {
    "charges": "amount>0",
    "customers": "created>0",
    "invoices": "total>0",
    "payment_intents": "amount>0",
    "prices": 'active:"true"',
    "products": 'active:"true"',
    "subscriptions": 'status:"active"',
}


class Walk:
    """A walk over all endpoints: first those that create, then the others, deletions last."""

    def __init__(self) -> None:
        self.account = Account()
        self.sampler = Sampler()
        self.replies: dict[str, Reply] = {}
        self.asked: dict[str, dict[str, Any]] = {}
        self._open_the_shop()
        routes = sorted(route_table().routes, key=lambda route: route.path.count("/"))
        creating = [route for route in routes if _part(route) == "create"]
        for _ in range(3):  # some need what others create
            self._visit(route for route in creating if not self._was_well(route))
        others = [route for route in routes if _part(route) != "create"]
        self._visit(route for route in others if route.method != "DELETE")
        self._visit(route for route in reversed(others) if route.method == "DELETE")

    def _open_the_shop(self) -> None:
        """What a schema cannot say: a customer with a card and a subscription, and what it paid."""
        post, note = self.account.made, self.sampler.note
        note(customer := post("/v1/customers", email="jenny@example.com"))
        card = post("/v1/payment_methods/pm_card_visa/attach", customer=customer["id"])
        note(card)
        price = post(
            "/v1/prices",
            currency="usd",
            unit_amount=1000,
            recurring={"interval": "month"},
            product_data={"name": "Pro"},
        )
        note(price)
        subscription = post(
            "/v1/subscriptions",
            customer=customer["id"],
            items=[{"price": price["id"]}],
            default_payment_method=card["id"],
        )
        note(subscription)
        for kind in ("invoice", "invoice_payment", "payment_intent", "charge"):
            note(self.account.world.find(kind)[0])

    def _visit(self, routes: Iterable[Route]) -> None:
        for route in routes:
            params = self.sampler.parameters(parameters(route))
            if route.path.endswith("/search"):
                params["query"] = SEARCHED[route.path.split("/")[2]]
            reply = self.account.call(route.method, self.path(route), params)
            self.replies[route.key], self.asked[route.key] = reply, params
            if reply.status == 200 and fidelity(route) != "shaped" and response_schema(route):
                self.sampler.note(reply.body)

    def _was_well(self, route: Route) -> bool:
        reply = self.replies.get(route.key)
        return reply is not None and reply.status == 200

    def path(self, route: Route) -> str:
        path = route.path
        for name in names_in(route.path):
            path = path.replace("{" + name + "}", self._placeholder(route, name))
        return path

    def again(self, route: Route, sampler: Sampler) -> Reply:
        """Call an endpoint once more, with parameters of another making."""
        params = sampler.parameters(parameters(route))
        return self.account.call(route.method, self.path(route), params)

    def _placeholder(self, route: Route, name: str) -> str:
        role, parent = role_of(route), parent_of(route)
        if role is not None and role.item == name:
            kinds = role.kinds
        elif parent is not None and parent.name == name:
            kinds = parent.kinds
        else:
            kinds = kinds_of(route)
        made = self.sampler.made
        return next((made[kind] for kind in kinds if kind in made), "nothing_1")


def _part(route: Route) -> str | None:
    role = role_of(route)
    return role.part if role is not None else None


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk()


def test_every_endpoint_answers(walk: Walk) -> None:
    assert walk.replies.keys() == {route.key for route in route_table().routes}
    broken = {key: reply.body for key, reply in walk.replies.items() if reply.status >= 500}
    assert all(fault["error"].get("code") == "not_simulated" for fault in broken.values()), broken
    assert all(walk.replies[key].fidelity == "simulated" for key in broken)


def test_every_answer_is_what_the_sdk_promises(walk: Walk) -> None:
    for route in route_table().routes:
        reply = walk.replies[route.key]
        if reply.status == 200 and response_schema(route):
            assert violations(route, reply.body, strict_keys=True) == [], route.key
        elif reply.status != 200:
            assert reply.error["message"], route.key


def test_every_event_is_what_the_sdk_promises(walk: Walk) -> None:
    events = walk.account.world.events
    assert len({event["type"] for event in events}) > 60
    for event in events:
        assert violations_of_event(event, strict_keys=True) == [], event["type"]


def test_parameters_made_from_their_schema_are_almost_always_enough(walk: Walk) -> None:
    generic = [route for route in route_table().routes if fidelity(route) != "simulated"]
    refused = {
        route.key: walk.replies[route.key].error["message"]
        for route in generic
        if walk.replies[route.key].status != 200
    }
    assert len(refused) < len(generic) * 0.04, refused


def test_each_answer_says_how_much_it_is_worth(walk: Walk) -> None:
    for route in route_table().routes:
        assert walk.replies[route.key].fidelity == fidelity(route)


def test_whatever_parameters_it_gets_an_answer_is_valid_or_a_refusal() -> None:
    walk, sampler = Walk(), Lavish(seed=1)
    sampler.made = walk.sampler.made
    for route in route_table().routes:
        if fidelity(route) == "simulated":
            continue
        reply = walk.again(route, sampler)
        assert reply.status in (200, 400, 404), (route.key, reply.body)
        if reply.status == 200 and response_schema(route):
            assert violations(route, reply.body, strict_keys=True) == [], route.key


def test_the_same_walk_gives_the_same_answers(walk: Walk) -> None:
    again = Walk()
    for key, reply in walk.replies.items():
        assert again.replies[key].answer.body == reply.answer.body, key
