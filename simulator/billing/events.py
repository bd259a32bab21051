"""Events, read back (docs.stripe.com/api/events). They can be read for 30 days."""

from __future__ import annotations

from simulator.billing.call import Call, Handler, Listing, addressed, not_simulated, refusal
from simulator.engine import Obj, World


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "event", call.path["id"])


def list_all(world: World, call: Call) -> Listing:
    params = call.only("type", "types", "delivery_success", "created")
    if params.get("delivery_success") is not None:
        raise not_simulated("filtering events by delivery", param="delivery_success")
    one, several = params.get("type"), params.get("types")
    if one and several:
        raise refusal("You may only specify one of these parameters: type, types.", param="type")
    if one and not one.endswith("*"):
        return Listing("event", "type", one)
    prefix = one[:-1] if one else ""
    wanted = frozenset(several or ())

    def keep(event: Obj) -> bool:
        return event["type"].startswith(prefix) and (not wanted or event["type"] in wanted)

    return Listing("event", keep=keep)


HANDLERS: dict[str, Handler] = {
    "GET /v1/events": list_all,
    "GET /v1/events/{id}": retrieve,
}
