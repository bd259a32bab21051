"""Products and prices, and the legacy plan that every recurring price also is.

docs.stripe.com/api/products, docs.stripe.com/api/prices; creating a recurring price emits
`price.created` and `plan.created` (recorded traffic).
"""

from __future__ import annotations

from typing import Any

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    refusal,
    simulates,
    unset,
)
from simulator.billing.embedded_prices import show_in_subscriptions
from simulator.billing.metered_prices import check_usage
from simulator.billing.price_terms import AMOUNTS, requested_tiers, terms
from simulator.contract.errors import MissingParameter, NoSuchObject, StripeError
from simulator.engine import Obj, World

_PRODUCT = (
    "active",
    "description",
    "images",
    "marketing_features",
    "metadata",
    "name",
    "package_dimensions",
    "shippable",
    "statement_descriptor",
    "tax_code",
    "unit_label",
    "url",
)
_RECURRING: Obj = {
    "interval": None,
    "interval_count": 1,
    "meter": None,
    "trial_period_days": None,
    "usage_type": "licensed",
}
_LONGEST_YEARS = {"day": 1095, "week": 156, "month": 36, "year": 3}


def create_product(world: World, call: Call) -> Obj:
    params = call.only(*_PRODUCT, "id", "type", "default_price_data")
    name = params.get("id") or world.ids.new("prod")
    if world.get("product", name):
        raise StripeError(
            f"Product already exists: {name}", code="resource_already_exists", param="id"
        )
    now = world.now()
    product: Obj = {
        "id": name,
        "object": "product",
        "active": True,
        "created": now,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "tax_details": None,
        "type": params.get("type", "service"),
        "unit_label": None,
        "updated": now,
        "url": None,
    }
    product = {**product, **_product_changes(product, params)}
    with world.transaction():
        world.insert(product, "product.created")
        if params.get("default_price_data"):
            price = new_price(world, {**params["default_price_data"], "product": name})
            product = world.change(
                "product", name, {"default_price": price["id"]}, "product.updated"
            )
    return product


def retrieve_product(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "product", call.path["id"])


def update_product(world: World, call: Call) -> Obj:
    params = call.only(*_PRODUCT, "default_price")
    product = addressed(world, "product", call.path["id"])
    changes = _product_changes(product, params)
    if params.get("default_price"):
        changes["default_price"] = existing(
            world, "price", params["default_price"], "default_price"
        )["id"]
    if not changes:
        return product
    changes["updated"] = world.now()
    return world.change("product", product["id"], changes, "product.updated")


def delete_product(world: World, call: Call) -> Obj:
    call.only()
    product = addressed(world, "product", call.path["id"])
    if world.count("price", "product", product["id"]):
        raise refusal(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    world.remove("product", product["id"], "product.deleted")
    return {"id": product["id"], "object": "product", "deleted": True}


def list_products(world: World, call: Call) -> Listing:
    params = call.only("active", "ids", "shippable", "url", "type", "created")
    ids = params.get("ids")
    wanted = {key: params[key] for key in ("active", "shippable", "url", "type") if key in params}
    return Listing(
        "product",
        keep=lambda product: (
            (not ids or product["id"] in ids)
            and all(product[key] == value for key, value in wanted.items())
        ),
    )


def _product_changes(product: Obj, params: Any) -> Obj:
    changes: Obj = {}
    for name in _PRODUCT:
        if name not in params:
            continue
        value = params[name]
        if name == "metadata":
            value = merged_metadata(product["metadata"], value)
        elif name in ("images", "marketing_features"):
            value = value or []
        changes[name] = unset(value)
    return changes


# --- prices --------------------------------------------------------------------------------------

_PRICE = (
    "active",
    "currency",
    "lookup_key",
    "metadata",
    "nickname",
    "product",
    "product_data",
    "recurring",
    "tax_behavior",
    "transfer_lookup_key",
    *AMOUNTS,
)


def create_price(world: World, call: Call) -> Obj:
    return new_price(world, call.only(*_PRICE))


def new_price(world: World, params: Any, *, name: str | None = None) -> Obj:
    """Create a price from the parameters of `POST /v1/prices`; `name` is an id that was chosen."""
    how, tiers = terms(params), requested_tiers(params)
    with world.transaction():
        product = _product_of(world, params)
        price: Obj = {
            "id": name or world.ids.new("price"),
            "object": "price",
            "active": params.get("active", True),
            "created": world.now(),
            "currency": _currency(params["currency"]),
            "livemode": False,
            "lookup_key": None,
            "metadata": merged_metadata({}, params.get("metadata")),
            "nickname": unset(params.get("nickname")),
            "product": product,
            "recurring": _recurring(world, params.get("recurring")),
            "tax_behavior": params.get("tax_behavior", "unspecified"),
            "type": "recurring" if params.get("recurring") else "one_time",
            **how,
        }
        price["lookup_key"] = _lookup_key(world, params, price["id"])
        if tiers is not None:
            world.keep(price["id"], tiers=tiers)
        world.insert(price, "price.created")
        if price["recurring"]:
            world.emit("plan.created", plan_of(price))
    return price


def _product_of(world: World, params: Any) -> str:
    if params.get("product_data"):
        data = simulates(
            params["product_data"],
            ("active", "id", "metadata", "name", "statement_descriptor", "tax_code", "unit_label"),
            "product_data",
        )
        return str(create_product(world, Call({}, data))["id"])
    if not params.get("product"):
        raise MissingParameter("product")
    return str(existing(world, "product", params["product"], "product")["id"])


def _currency(code: str) -> str:
    code = code.lower()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise refusal(f"Invalid currency: {code}.", param="currency")
    return code


def _recurring(world: World, given: Any) -> Obj | None:
    if not given:
        return None
    simulates(
        given,
        ("interval", "interval_count", "meter", "trial_period_days", "usage_type"),
        "recurring",
    )
    check_usage(world, given)
    recurring = {**_RECURRING, **given}
    count, longest = recurring["interval_count"], _LONGEST_YEARS[recurring["interval"]]
    if not 1 <= count <= longest:
        raise refusal(
            "Invalid interval: The maximum billing period for a price is 3 years.",
            param="recurring[interval_count]",
        )
    return recurring


def _lookup_key(world: World, params: Any, own: str) -> str | None:
    """A lookup key belongs to one active price; `transfer_lookup_key` takes it from the other."""
    key: str | None = unset(params.get("lookup_key"))
    if key is None:
        return None
    for holder in world.find("price", "lookup_key", key):
        if holder["id"] == own or not holder["active"]:
            continue
        if not params.get("transfer_lookup_key"):
            raise refusal(
                f"A price (`{holder['id']}`) already uses that lookup key.", param="lookup_key"
            )
        change_price(world, holder["id"], {"lookup_key": None})
    return key


def change_price(world: World, name: str, changes: Obj) -> Obj:
    """Change a price, here and wherever subscriptions show it; emits `price.updated`."""
    with world.transaction():
        price = world.change("price", name, changes, "price.updated")
        if price["recurring"] is not None:
            show_in_subscriptions(world, price, plan_of(price))
        return price


def retrieve_price(world: World, call: Call) -> Obj:
    call.only()
    return addressed_price(world, call.path["price"])


def addressed_price(world: World, name: str, param: str = "price") -> Obj:
    """The price that the path names; 404 where there is none, or none any more."""
    price = addressed(world, "price", name, param)
    if is_deleted(world, name):
        raise NoSuchObject(param, name, param, in_path=True)
    return price


def is_deleted(world: World, name: str) -> bool:
    """Whether a price was deleted as a plan, and is kept only since something bills by it."""
    return bool(world.kept(name).get("deleted"))


def update_price(world: World, call: Call) -> Obj:
    params = call.only(
        "active", "lookup_key", "metadata", "nickname", "tax_behavior", "transfer_lookup_key"
    )
    price = addressed_price(world, call.path["price"])
    changes: Obj = {key: params[key] for key in ("active", "tax_behavior") if key in params}
    if "nickname" in params:
        changes["nickname"] = unset(params["nickname"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(price["metadata"], params["metadata"])
    with world.transaction():
        if "lookup_key" in params:
            changes["lookup_key"] = _lookup_key(world, params, price["id"])
        return change_price(world, price["id"], changes)


def list_prices(world: World, call: Call) -> Listing:
    params = call.only(
        "active", "currency", "lookup_keys", "product", "recurring", "type", "created"
    )
    keys, recurring = params.get("lookup_keys"), params.get("recurring") or {}
    wanted = {key: params[key] for key in ("active", "currency", "type") if key in params}

    def keep(price: Obj) -> bool:
        return (
            not is_deleted(world, price["id"])
            and (not keys or price["lookup_key"] in keys)
            and all(price[key] == value for key, value in wanted.items())
            and all((price["recurring"] or {}).get(k) == value for k, value in recurring.items())
        )

    if params.get("product"):
        return Listing("price", "product", params["product"], keep)
    if keys and len(keys) == 1:
        return Listing("price", "lookup_key", keys[0], keep)
    return Listing("price", keep=keep)


def plan_of(price: Obj) -> Obj:
    """A recurring price as the legacy plan object that subscription items still carry."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": price["billing_scheme"],
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": recurring["meter"],
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": price["tiers_mode"],
        "transform_usage": None,
        "trial_period_days": recurring["trial_period_days"],
        "usage_type": recurring["usage_type"],
    }


HANDLERS: dict[str, Handler] = {
    "POST /v1/products": create_product,
    "GET /v1/products": list_products,
    "GET /v1/products/{id}": retrieve_product,
    "POST /v1/products/{id}": update_product,
    "DELETE /v1/products/{id}": delete_product,
    "POST /v1/prices": create_price,
    "GET /v1/prices": list_prices,
    "GET /v1/prices/{price}": retrieve_price,
    "POST /v1/prices/{price}": update_price,
}
