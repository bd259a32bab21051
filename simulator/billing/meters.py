"""Meters: how usage is reported and what it adds up to (docs.stripe.com/api/billing/meter).

A meter is fixed once it is made, but for its name and whether it is active
(docs.stripe.com/billing/subscriptions/usage-based/meters/configure). An event name belongs to one
active meter at a time. The words of that refusal are ours, and so is that a meter which already is
as asked stays as it is, without an event.
"""

from __future__ import annotations

from simulator.billing.call import Call, Handler, Listing, addressed, simulates
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import Obj, World

KIND = "billing.meter"


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "customer_mapping",
        "default_aggregation",
        "display_name",
        "event_name",
        "event_time_window",
        "value_settings",
    )
    for name in ("display_name", "event_name"):
        if not params.get(name):
            raise MissingParameter(name)
    aggregation = simulates(params["default_aggregation"], ("formula",), "default_aggregation")
    _check_name(world, params["event_name"])
    now = world.now()
    mapping = {"event_payload_key": "stripe_customer_id", "type": "by_id"}
    return world.insert(
        {
            "id": f"mtr_test_61{world.ids.token(30)}",
            "object": KIND,
            "created": now,
            "customer_mapping": {**mapping, **(params.get("customer_mapping") or {})},
            "default_aggregation": {"formula": aggregation["formula"]},
            "display_name": params["display_name"],
            "event_name": params["event_name"],
            "event_time_window": params.get("event_time_window"),
            "livemode": False,
            "status": "active",
            "status_transitions": {"deactivated_at": None},
            "updated": now,
            "value_settings": {
                "event_payload_key": "value",
                **(params.get("value_settings") or {}),
            },
        },
        "billing.meter.created",
    )


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["id"])


def update(world: World, call: Call) -> Obj:
    params = call.only("display_name")
    meter = addressed(world, KIND, call.path["id"])
    name = params.get("display_name") or meter["display_name"]
    if name == meter["display_name"]:
        return meter
    changes = {"display_name": name, "updated": world.now()}
    return world.change(KIND, meter["id"], changes, "billing.meter.updated")


def deactivate(world: World, call: Call) -> Obj:
    """No more events are accepted, and no price can be attached; what was used is still billed."""
    call.only()
    meter = addressed(world, KIND, call.path["id"])
    return _moved(world, meter, "inactive", world.now(), "billing.meter.deactivated")


def reactivate(world: World, call: Call) -> Obj:
    call.only()
    meter = addressed(world, KIND, call.path["id"])
    if meter["status"] == "inactive":
        _check_name(world, meter["event_name"])
    return _moved(world, meter, "active", None, "billing.meter.reactivated")


def _moved(world: World, meter: Obj, status: str, since: int | None, event: str) -> Obj:
    if meter["status"] == status:
        return meter
    changes = {
        "status": status,
        "status_transitions": {"deactivated_at": since},
        "updated": world.now(),
    }
    return world.change(KIND, meter["id"], changes, event)


def list_all(world: World, call: Call) -> Listing:
    status = call.only("status").get("status")
    return Listing(KIND, keep=lambda meter: status is None or meter["status"] == status)


def active_meter(world: World, event_name: str) -> Obj | None:
    """The meter that events of that name are for."""
    for meter in world.walk(KIND, "event_name", event_name):
        if meter["status"] == "active":
            return meter
    return None


def _check_name(world: World, event_name: str) -> None:
    holder = active_meter(world, event_name)
    if holder is not None:
        raise StripeError(
            f"An active meter (`{holder['id']}`) already uses the event name `{event_name}`."
            " Deactivate it first, or choose another name.",
            code="resource_already_exists",
            param="event_name",
        )


HANDLERS: dict[str, Handler] = {
    "POST /v1/billing/meters": create,
    "GET /v1/billing/meters": list_all,
    "GET /v1/billing/meters/{id}": retrieve,
    "POST /v1/billing/meters/{id}": update,
    "POST /v1/billing/meters/{id}/deactivate": deactivate,
    "POST /v1/billing/meters/{id}/reactivate": reactivate,
}
