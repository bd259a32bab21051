"""Customer Portal configurations: what a customer may do there.

docs.stripe.com/api/customer_portal/configurations; class `stripe.billing_portal.Configuration`. An
account starts with the default configuration of the dashboard
(docs.stripe.com/customer-management/configure-portal): cancel at period end, payment methods,
billing details and invoice history on; switching plans off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    refusal,
    simulates,
    unset,
)
from simulator.billing.urls import absolute_url
from simulator.contract.errors import MissingParameter
from simulator.engine import Obj, World

KIND = "billing_portal.configuration"
_REASONS = ["too_expensive", "missing_features", "switched_service", "unused", "other"]
_FIELDS = ("business_profile", "default_return_url", "features", "login_page", "metadata", "name")

_OFF: Obj = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "feedback_options": None, "options": _REASONS},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {
        "duration": {
            "interval_options": [{"interval": "month", "interval_count": 1}],
            "type": "interval_options",
        },
        "enabled": False,
    },
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}
_DASHBOARD: Obj = {
    "customer_update": {"allowed_updates": ["name", "email", "address", "phone"], "enabled": True},
    "invoice_history": {"enabled": True},
    "payment_method_update": {"enabled": True},
    "subscription_cancel": {"enabled": True, "cancellation_reason": {"enabled": True}},
}


def default_configuration(world: World) -> Obj:
    """The account's default configuration, made when it is first needed, as the dashboard would."""
    for held in world.walk(KIND):
        if held["is_default"]:
            return held
    return world.insert(
        _new(world, {"features": _merged(_OFF, _DASHBOARD)}, is_default=True),
    )


def _new(world: World, fields: Obj, *, is_default: bool) -> Obj:
    now = world.now()
    return {
        "id": world.ids.new("bpc"),
        "object": KIND,
        "active": True,
        "application": None,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
        },
        "created": now,
        "default_return_url": None,
        "is_default": is_default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": now,
        **fields,
    }


def create(world: World, call: Call) -> Obj:
    params = call.only(*_FIELDS)
    fields, products = _fields(world, params, _OFF, (), {})
    made = _new(world, fields, is_default=False)
    if "business_profile" in fields:
        profile = {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None}
        made["business_profile"] = {**profile, **fields["business_profile"]}
    with world.transaction():
        world.keep(made["id"], products=products)
        return world.insert(made, "billing_portal.configuration.created")


def update(world: World, call: Call) -> Obj:
    params = call.only(*_FIELDS, "active")
    held = _addressed(world, call)
    fields, products = _fields(
        world, params, held["features"], products_of(world, held), held["metadata"]
    )
    if "active" in params:
        if held["is_default"] and not params["active"]:
            raise refusal("You cannot deactivate the default configuration.", param="active")
        fields["active"] = params["active"]
    if not fields:
        return held
    fields["updated"] = world.now()
    with world.transaction():
        world.keep(held["id"], products=products)
        return world.change(KIND, held["id"], fields, "billing_portal.configuration.updated")


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return _addressed(world, call)


def list_all(world: World, call: Call) -> Listing:
    params = call.only("active", "is_default")
    default_configuration(world)
    return Listing(KIND, keep=lambda held: all(held[key] == value for key, value in params.items()))


def _addressed(world: World, call: Call) -> Obj:
    return addressed(world, KIND, call.path["configuration"], "configuration")


def products_of(world: World, configuration: Obj) -> tuple[Obj, ...]:
    """What may be switched to. The field is includable, so it is kept beside the object."""
    products: tuple[Obj, ...] = world.kept(configuration["id"]).get("products", ())
    return products


def with_products(world: World, configuration: Obj) -> Obj:
    """The configuration with `features.subscription_update.products` filled in."""
    features = configuration["features"]
    products = list(products_of(world, configuration))
    full = {**features["subscription_update"], "products": products}
    return {**configuration, "features": {**features, "subscription_update": full}}


def _fields(
    world: World,
    params: Mapping[str, Any],
    features: Obj,
    products: tuple[Obj, ...],
    metadata: Mapping[str, str],
) -> tuple[Obj, tuple[Obj, ...]]:
    """The fields that the parameters change, and the products to keep."""
    fields: Obj = {}
    if "business_profile" in params:
        profile = {key: unset(value) for key, value in params["business_profile"].items()}
        for name in ("privacy_policy_url", "terms_of_service_url"):
            if profile.get(name):
                absolute_url(profile[name], f"business_profile[{name}]")
        fields["business_profile"] = profile
    if "default_return_url" in params:
        url = unset(params["default_return_url"])
        fields["default_return_url"] = url and absolute_url(url, "default_return_url")
    if "metadata" in params:
        fields["metadata"] = merged_metadata(metadata, params["metadata"])
    if "name" in params:
        fields["name"] = unset(params["name"])
    if (params.get("login_page") or {}).get("enabled"):
        raise not_simulated("the shareable login page", param="login_page[enabled]")
    if "features" in params:
        merged = _merged(features, params["features"])
        updates = dict(merged["subscription_update"])
        given = updates.pop("products", products) or ()
        products = tuple(_products(world, given))
        fields["features"] = {**merged, "subscription_update": updates}
        _check(fields["features"], products)
    return fields, products


def _merged(base: Obj, given: Mapping[str, Any]) -> Obj:
    """`given` over `base`, feature by feature; lists replace, an empty string unsets."""
    merged = dict(base)
    for name, value in given.items():
        old = merged.get(name)
        if isinstance(value, Mapping) and isinstance(old, dict):
            merged[name] = _merged(old, value)
        else:
            merged[name] = [] if value == "" and isinstance(old, list) else unset(value)
    return merged


def _check(features: Obj, products: tuple[Obj, ...]) -> None:
    """Refuse what Stripe refuses and what Carom does not simulate yet."""
    where = "features[subscription_update]"
    update_feature = features["subscription_update"]
    if features["subscription_pause"]["enabled"]:
        raise not_simulated("pausing in the portal", param="features[subscription_pause][enabled]")
    cancel = features["subscription_cancel"]
    if cancel["proration_behavior"] == "always_invoice":
        raise refusal(
            "`always_invoice` is not supported for `subscription_cancel`.",
            param="features[subscription_cancel][proration_behavior]",
        )
    if cancel["mode"] == "at_period_end" and cancel["proration_behavior"] != "none":
        raise refusal(
            "`proration_behavior` must be `none` when `mode` is `at_period_end`.",
            param="features[subscription_cancel][proration_behavior]",
        )
    if update_feature["enabled"]:
        if not update_feature["default_allowed_updates"]:
            raise MissingParameter(f"{where}[default_allowed_updates]")
        if not products:
            raise MissingParameter(f"{where}[products]")


def _products(world: World, given: Iterable[Mapping[str, Any]]) -> list[Obj]:
    where = "features[subscription_update][products]"
    return [_product(world, entry, f"{where}[{n}]") for n, entry in enumerate(given)]


def _product(world: World, entry: Mapping[str, Any], where: str) -> Obj:
    product = existing(world, "product", entry["product"], f"{where}[product]")
    simulates(entry, ("product", "prices", "adjustable_quantity"), where)
    intervals = set()
    for position, name in enumerate(entry["prices"]):
        price = existing(world, "price", name, f"{where}[prices][{position}]")
        if price["product"] != product["id"] or price["recurring"] is None:
            raise refusal(
                f"The price `{name}` is not a recurring price of the product `{product['id']}`.",
                param=f"{where}[prices][{position}]",
            )
        interval = (price["recurring"]["interval"], price["recurring"]["interval_count"])
        if interval in intervals:
            raise refusal(
                f"The product `{product['id']}` has more than one price with the same billing"
                " interval. Only one price per interval can be offered in the portal.",
                param=f"{where}[prices]",
            )
        intervals.add(interval)
    adjustable = {"enabled": False, "maximum": None, "minimum": 1}
    return {
        "adjustable_quantity": {**adjustable, **(entry.get("adjustable_quantity") or {})},
        "prices": list(entry["prices"]),
        "product": product["id"],
    }


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {
    "features.subscription_update.products": lambda world, held: list(products_of(world, held)),
}

HANDLERS: dict[str, Handler] = {
    "POST /v1/billing_portal/configurations": create,
    "GET /v1/billing_portal/configurations": list_all,
    "GET /v1/billing_portal/configurations/{configuration}": retrieve,
    "POST /v1/billing_portal/configurations/{configuration}": update,
}
