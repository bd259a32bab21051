"""Webhook endpoints: where events are sent (docs.stripe.com/api/webhook_endpoints).

The signing secret is in the answer to the creation and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    merged_metadata,
    refusal,
    unset,
)
from simulator.billing.urls import absolute_url
from simulator.engine import Obj, World

KIND = "webhook_endpoint"
MOST = 16


def create(world: World, call: Call) -> Obj:
    params = call.only("api_version", "description", "enabled_events", "metadata", "url")
    if world.count(KIND) >= MOST:
        raise refusal(f"You have reached the maximum of {MOST} test webhook endpoints")
    endpoint: Obj = {
        "id": world.ids.new("we"),
        "object": KIND,
        "api_version": unset(params.get("api_version")),
        "application": None,
        "created": world.now(),
        "description": unset(params.get("description")),
        "enabled_events": _events(params["enabled_events"]),
        "livemode": False,
        "metadata": merged_metadata({}, params.get("metadata")),
        "status": "enabled",
        "url": absolute_url(params["url"], "url"),
    }
    with world.transaction():
        secret = world.ids.webhook_secret()
        world.keep(endpoint["id"], secret=secret)
        world.insert(endpoint)
    return {**endpoint, "secret": secret}


def _events(names: list[str]) -> list[str]:
    if not names:
        raise refusal("You must enable at least one event.", param="enabled_events")
    return list(names)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["webhook_endpoint"], "webhook_endpoint")


def update(world: World, call: Call) -> Obj:
    params = call.only("description", "disabled", "enabled_events", "metadata", "url")
    endpoint = addressed(world, KIND, call.path["webhook_endpoint"], "webhook_endpoint")
    return world.change(KIND, endpoint["id"], _changes(endpoint, params))


def _changes(endpoint: Obj, params: Mapping[str, Any]) -> Obj:
    changes: Obj = {}
    if "description" in params:
        changes["description"] = unset(params["description"])
    if "disabled" in params:
        changes["status"] = "disabled" if params["disabled"] else "enabled"
    if "enabled_events" in params:
        changes["enabled_events"] = _events(params["enabled_events"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(endpoint["metadata"], params["metadata"])
    if "url" in params:
        changes["url"] = absolute_url(params["url"], "url")
    return changes


def list_all(world: World, call: Call) -> Listing:
    call.only()
    return Listing(KIND)


def delete(world: World, call: Call) -> Obj:
    call.only()
    endpoint = addressed(world, KIND, call.path["webhook_endpoint"], "webhook_endpoint")
    world.remove(KIND, endpoint["id"])
    return {"id": endpoint["id"], "object": KIND, "deleted": True}


HANDLERS: dict[str, Handler] = {
    "POST /v1/webhook_endpoints": create,
    "GET /v1/webhook_endpoints": list_all,
    "GET /v1/webhook_endpoints/{webhook_endpoint}": retrieve,
    "POST /v1/webhook_endpoints/{webhook_endpoint}": update,
    "DELETE /v1/webhook_endpoints/{webhook_endpoint}": delete,
}
