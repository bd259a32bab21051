"""Features, and which products have them (docs.stripe.com/billing/entitlements).

Classes `stripe.entitlements.Feature` and `stripe.ProductFeature`. A `lookup_key` belongs to one
active feature at a time and cannot be changed. An archived feature can be neither edited nor taken
back; products that have it keep it. What a product's features mean for its subscribers is in
`entitlements`. The words of the refusals are ours: Stripe does not document them.
"""

from __future__ import annotations

from simulator.billing.call import (
    Call,
    Embedded,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    refusal,
)
from simulator.billing.entitlements import attached_to, freeze_grants
from simulator.contract.errors import MissingParameter, NoSuchObject, StripeError
from simulator.engine import Obj, World

FEATURE = "entitlements.feature"
ATTACHED = "product_feature"


def create(world: World, call: Call) -> Obj:
    params = call.only("lookup_key", "metadata", "name")
    for name in ("lookup_key", "name"):
        if not params.get(name):
            raise MissingParameter(name)
    key = params["lookup_key"]
    if any(feature["active"] for feature in world.walk(FEATURE, "lookup_key", key)):
        raise StripeError(
            f"A feature with lookup_key `{key}` already exists.",
            code="resource_already_exists",
            param="lookup_key",
        )
    return world.insert(
        {
            "id": f"feat_test_61{world.ids.token(29)}",
            "object": FEATURE,
            "active": True,
            "livemode": False,
            "lookup_key": key,
            "metadata": merged_metadata({}, params.get("metadata")),
            "name": params["name"],
        }
    )


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, FEATURE, call.path["id"])


def update(world: World, call: Call) -> Obj:
    params = call.only("active", "metadata", "name")
    feature = addressed(world, FEATURE, call.path["id"])
    if not feature["active"]:
        raise StripeError(f"Feature `{feature['id']}` is archived and cannot be updated.")
    changes: Obj = {}
    if "active" in params:
        changes["active"] = params["active"]
    if params.get("name"):
        changes["name"] = params["name"]
    if "metadata" in params:
        changes["metadata"] = merged_metadata(feature["metadata"], params["metadata"])
    with world.transaction():
        changed = world.change(FEATURE, feature["id"], changes)
        for holding in world.find(ATTACHED, "entitlement_feature.id", feature["id"]):
            world.change(ATTACHED, holding["id"], {"entitlement_feature": changed})
        return changed


def list_all(world: World, call: Call) -> Listing:
    """Archived features are left out unless they are asked for."""
    params = call.only("archived", "lookup_key")
    active = not params.get("archived")

    def keep(feature: Obj) -> bool:
        return bool(feature["active"] == active)

    if params.get("lookup_key"):
        return Listing(FEATURE, "lookup_key", params["lookup_key"], keep)
    return Listing(FEATURE, keep=keep)


def attach(world: World, call: Call) -> Obj:
    params = call.only("entitlement_feature")
    product = addressed(world, "product", call.path["product"], "product")
    if not params.get("entitlement_feature"):
        raise MissingParameter("entitlement_feature")
    feature = existing(world, FEATURE, params["entitlement_feature"], "entitlement_feature")
    if not feature["active"]:
        raise refusal(
            f"Feature `{feature['id']}` is archived and cannot be attached to a product.",
            param="entitlement_feature",
        )
    held = attached_to(world, product["id"])
    if any(holding["entitlement_feature"]["id"] == feature["id"] for holding in held):
        raise StripeError(
            f"Feature `{feature['id']}` is already attached to product `{product['id']}`.",
            code="resource_already_exists",
            param="entitlement_feature",
        )
    with world.transaction():
        freeze_grants(world, product["id"])
        made = world.insert(
            {
                "id": f"prodft_test_61{world.ids.token(27)}",
                "object": ATTACHED,
                "entitlement_feature": feature,
                "livemode": False,
            }
        )
        _hold(world, product["id"], [made, *held])
        return made


def _hold(world: World, product: str, held: list[Obj]) -> None:
    world.keep(f"features:{product}", attached=tuple(holding["id"] for holding in held))


def list_attached(world: World, call: Call) -> Embedded:
    call.only()
    product = addressed(world, "product", call.path["product"], "product")
    return Embedded(tuple(attached_to(world, product["id"])))


def retrieve_attached(world: World, call: Call) -> Obj:
    call.only()
    return _attached(world, call)


def detach(world: World, call: Call) -> Obj:
    call.only()
    holding = _attached(world, call)
    product = call.path["product"]
    with world.transaction():
        freeze_grants(world, product)
        left = [each for each in attached_to(world, product) if each["id"] != holding["id"]]
        _hold(world, product, left)
        world.remove(ATTACHED, holding["id"])
    return {"id": holding["id"], "object": ATTACHED, "deleted": True}


def _attached(world: World, call: Call) -> Obj:
    product = addressed(world, "product", call.path["product"], "product")
    name = call.path["id"]
    for holding in attached_to(world, product["id"]):
        if holding["id"] == name:
            return holding
    raise NoSuchObject(ATTACHED, name, in_path=True)


HANDLERS: dict[str, Handler] = {
    "POST /v1/entitlements/features": create,
    "GET /v1/entitlements/features": list_all,
    "GET /v1/entitlements/features/{id}": retrieve,
    "POST /v1/entitlements/features/{id}": update,
    "POST /v1/products/{product}/features": attach,
    "GET /v1/products/{product}/features": list_attached,
    "GET /v1/products/{product}/features/{id}": retrieve_attached,
    "DELETE /v1/products/{product}/features/{id}": detach,
}
