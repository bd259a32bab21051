"""Who plays whom: recorded events happen to the app's own user, with the app's own prices.

The recorded customer becomes the one that the app has made, the recorded Checkout session the one
that the app has started, with what the app wrote on it. All other ids stay as they were; an app
that is not put back between runs gets new ones for each user, since it has seen the old.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from harness.stage import Stage
from harness.stripe_side import Obj

OF_THE_APP = ("client_reference_id", "metadata", "success_url", "cancel_url", "return_url")
"""What an app writes on its session, by which it knows it again."""
FIRST_USER = "ada"


class CannotBeCast(Exception):
    """The recording does not fit, and why."""


@dataclass(frozen=True, slots=True)
class Cast:
    """`names` says what becomes of a recorded id, `prices` which of the app's a price becomes.
    `customer` and `session` are the app's own, as far as there are any, and `metadata` is what the
    app wants on its subscriptions.
    """

    names: Mapping[str, str]
    prices: Mapping[str, Obj]
    customer: Obj | None = None
    session: Obj | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def was_told(self, recorded: Obj) -> bool:
        """Whether it happened here already: the app has made its customer by itself."""
        return self.customer is not None and recorded["type"] == "customer.created"

    def event(self, recorded: Obj) -> Obj:
        """The event as it happens here."""
        told = self._renamed(recorded)
        data = {**told["data"], "object": self._signed(told["data"]["object"])}
        return {**told, "data": data}

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.names.get(value, value)
        if isinstance(value, list):
            return [self._renamed(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("object") == "price" and value.get("id") in self.prices:
            return self.prices[value["id"]]
        return {key: self._renamed(item) for key, item in value.items()}

    def _signed(self, subject: Obj) -> Obj:
        """With what the app wrote on it."""
        kind, name = subject["object"], subject.get("id")
        if kind == "checkout.session" and self.session and name == self.session["id"]:
            return {**subject, **{key: self.session[key] for key in OF_THE_APP}}
        if kind == "customer" and self.customer and name == self.customer["id"]:
            own = {**subject.get("metadata", {}), **self.customer["metadata"]}
            return {**subject, "metadata": own, "email": self.customer["email"]}
        if kind == "subscription":
            return {**subject, "metadata": {**subject.get("metadata", {}), **self.metadata}}
        return subject


def read_recording(path: Path) -> list[Obj]:
    """The events of a recording's file. Raises `CannotBeCast`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except (OSError, ValueError) as fault:
        raise CannotBeCast(f"the recording {path} cannot be read: {fault}") from fault


def cast_of(stage: Stage, events: Sequence[Obj]) -> Cast:
    """The parts of all that is recorded, for the user on stage. Raises `CannotBeCast`."""
    prices = dict(_prices(stage, events))
    customer, session, metadata = _of_the_app(stage)
    names = _own_names(stage.customer.name, events)
    for price, ours in prices.items():
        names[price] = ours["id"]
    for recorded in _customers(events):
        names[recorded] = customer["id"] if customer else names.get(recorded, recorded)
    for recorded in _sessions(events)[:1]:
        names[recorded] = session["id"] if session else names.get(recorded, recorded)
    return Cast(names, prices, customer, session, metadata)


def customer_in(events: Sequence[Obj]) -> str | None:
    return next(iter(_customers(events)), None)


def _of_the_app(stage: Stage) -> tuple[Obj | None, Obj | None, Mapping[str, Any]]:
    stripe, user = stage.stripe, stage.customer
    session = customer = None
    if user.checkout_session is not None:
        session = stripe.call("GET", f"/v1/checkout/sessions/{user.checkout_session}")
    if user.stripe_id is not None:
        customer = stripe.call("GET", f"/v1/customers/{user.stripe_id}")
    metadata: Mapping[str, Any] = {}
    for request in stripe.control.requests(0)["requests"]:
        if (request["method"], request["path"]) == ("POST", "/v1/checkout/sessions"):
            metadata = request["params"].get("subscription_data", {}).get("metadata", {})
    return customer, session, metadata


def _prices(stage: Stage, events: Sequence[Obj]) -> Iterator[tuple[str, Obj]]:
    known = {plan.lookup_key for plan in stage.config.plans.values()}
    found = {each["id"]: each["lookup_key"] for each in _walk(events) if each["object"] == "price"}
    for price, lookup_key in found.items():
        if lookup_key in known:
            yield price, stage.stripe.price(lookup_key)


def _own_names(user: str, events: Sequence[Obj]) -> dict[str, str]:
    if user == FIRST_USER:
        return {}
    mark = sha256(user.encode()).hexdigest()[:8]
    return {each["id"]: f"{each['id']}{mark}" for each in _walk(events) if each.get("id")}


def _customers(events: Sequence[Obj]) -> list[str]:
    found = [
        each["id"] if each["object"] == "customer" else each.get("customer")
        for each in (event["data"]["object"] for event in events)
    ]
    return list(dict.fromkeys(name for name in found if isinstance(name, str)))


def _sessions(events: Sequence[Obj]) -> list[str]:
    objects = (event["data"]["object"] for event in events)
    return [each["id"] for each in objects if each["object"] == "checkout.session"]


def _walk(value: Any) -> Iterator[Obj]:
    """Every object of Stripe's in it, at any depth."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item)
    elif isinstance(value, dict):
        if isinstance(value.get("object"), str):
            yield value
        for inner in value.values():
            yield from _walk(inner)
