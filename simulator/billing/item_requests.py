"""Subscription items changed one by one: the same as changing them through their subscription.

docs.stripe.com/api/subscription_items: what `items` says in an update of the subscription, the
proration and its events among it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from simulator.billing import subscriptions
from simulator.billing.call import Call, Handler, existing
from simulator.billing.subscription_items import items_of, retrieve
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

_OF_THE_SUBSCRIPTION = ("off_session", "payment_behavior", "proration_behavior", "proration_date")
_ENTRY = "items[0]"


def create(world: World, call: Call) -> Obj:
    params = call.params
    name = existing(world, "subscription", params["subscription"], "subscription")["id"]
    before = {item["id"] for item in items_of(world.get("subscription", name) or {})}
    entry = {key: value for key, value in params.items() if key != "subscription"}
    changed = _changed(world, name, entry)
    return next(item for item in items_of(changed) if item["id"] not in before)


def update(world: World, call: Call) -> Obj:
    item = retrieve(world, Call(call.path, {}))
    changed = _changed(world, item["subscription"], {**call.params, "id": item["id"]})
    return next(one for one in items_of(changed) if one["id"] == item["id"])


def delete(world: World, call: Call) -> Obj:
    item = retrieve(world, Call(call.path, {}))
    _changed(world, item["subscription"], {**call.params, "id": item["id"], "deleted": True})
    return {"id": item["id"], "object": "subscription_item", "deleted": True}


def _changed(world: World, subscription: str, given: Mapping[str, Any]) -> Obj:
    """The subscription after an update with this one entry."""
    shared = {name: given[name] for name in _OF_THE_SUBSCRIPTION if name in given}
    entry = {name: value for name, value in given.items() if name not in shared}
    path = {"subscription_exposed_id": subscription}
    with _own_names():
        return subscriptions.update(world, Call(path, {**shared, "items": [entry]}))


@contextmanager
def _own_names() -> Iterator[None]:
    """Refusals name the parameter as it was sent: `price`, not `items[0][price]`."""
    try:
        yield
    except StripeError as fault:
        if fault.param and fault.param.startswith(f"{_ENTRY}["):
            fault.param = fault.param.removeprefix(_ENTRY).replace("[", "", 1).replace("]", "", 1)
        raise


HANDLERS: dict[str, Handler] = {
    "POST /v1/subscription_items": create,
    "POST /v1/subscription_items/{item}": update,
    "DELETE /v1/subscription_items/{item}": delete,
}
