"""The items that a request asks for: prices checked, quantities and metadata read.

docs.stripe.com/api/subscriptions/create and update, `items`; Checkout's `line_items` are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import existing, merged_metadata, refusal, simulates
from simulator.billing.catalog import is_deleted, new_price
from simulator.billing.changes import ItemChange
from simulator.billing.metered_prices import check_clearing, check_quantity, is_metered
from simulator.billing.signups import ItemSpec
from simulator.billing.subscription_items import items_of
from simulator.billing.tax_rates import requested_rates
from simulator.contract.errors import MissingParameter, NoSuchObject
from simulator.engine import Obj, World

_ONLY_ITEM = ("plan", "quantity")
_ITEM = (
    "clear_usage",
    "id",
    "price",
    "price_data",
    "plan",
    "quantity",
    "metadata",
    "deleted",
    "discounts",
    "tax_rates",
)


def specs(world: World, given: list[Any], under: str) -> list[ItemSpec]:
    """The prices and quantities of `items` or `line_items`, each price checked."""
    if not given:
        raise MissingParameter(under)
    found = [item_spec(world, entry, f"{under}[{i}]") for i, entry in enumerate(given)]
    if len({spec.price["currency"] for spec in found}) > 1:
        raise refusal("All prices on a subscription must use the same `currency`.")
    return found


def item_spec(world: World, entry: Mapping[str, Any], where: str) -> ItemSpec:
    """One of them; `where` is the bracket path it stands in."""
    simulates(
        entry,
        ("price", "price_data", "plan", "quantity", "metadata", "discounts", "tax_rates"),
        where,
    )
    price = recurring_price(world, entry, where)
    check_quantity(price, entry.get("quantity"), where)
    quantity = None if is_metered(price) else entry.get("quantity", 1)
    metadata = merged_metadata({}, entry.get("metadata"))
    rates = requested_rates(world, entry.get("tax_rates"), f"{where}[tax_rates]")
    return ItemSpec(price, quantity, metadata, entry.get("discounts") or (), rates)


def changed_items(subscription: Obj, params: Mapping[str, Any]) -> list[Any]:
    """`items` of an update, or what the older `plan` and `quantity` say of the only item.

    What it says already is no change.
    """
    given: list[Any] = params.get("items") or []
    current = {name: subscription[name] for name in _ONLY_ITEM}
    if current["plan"]:
        current["plan"] = current["plan"]["id"]
    asked = {name: params[name] for name in _ONLY_ITEM if params.get(name) is not None}
    if given or all(current[name] == value for name, value in asked.items()):
        return given
    only, *others = items_of(subscription)
    if others:
        raise refusal(
            "You cannot update a subscription with multiple items by its `plan` or `quantity`. Use"
            " `items` instead.",
            param=next(iter(asked)),
        )
    return [{"id": only["id"], **asked}]


def recurring_price(world: World, entry: Mapping[str, Any], where: str) -> Obj:
    """The price that an item names, by `price` or by the legacy `plan`."""
    if entry.get("price_data"):
        return _price_on_the_spot(world, entry["price_data"], where)
    field = "price" if entry.get("price") else "plan"
    if not entry.get(field):
        raise MissingParameter(f"{where}[price]")
    price = world.get("price", entry[field])
    if price is None or is_deleted(world, entry[field]):
        raise NoSuchObject(field, entry[field], f"{where}[{field}]")
    if not price["active"]:
        raise refusal(
            f"The price specified is inactive. This field only accepts active prices."
            f" (`{price['id']}`)",
            param=f"{where}[{field}]",
        )
    if price["recurring"] is None:
        raise refusal(
            "The price specified is set to `type=one_time` but this field only accepts prices with"
            " `type=recurring`.",
            param=f"{where}[{field}]",
        )
    return price


def _price_on_the_spot(world: World, data: Mapping[str, Any], where: str) -> Obj:
    """A price for this item alone: it is not active, so nothing else can use it."""
    under = f"{where}[price_data]"
    known = ("currency", "product", "recurring", "tax_behavior", "unit_amount")
    simulates(data, (*known, "unit_amount_decimal"), under)
    existing(world, "product", data.get("product", ""), f"{under}[product]")
    return new_price(world, {**data, "active": False})


def item_changes(
    world: World, subscription: Obj, given: list[Any], under: str = "items"
) -> list[ItemChange]:
    """The entries of `items`, each checked; `under` is the bracket path they stand in."""
    own = {item["id"]: item["price"] for item in items_of(subscription)}
    changes = []
    for position, entry in enumerate(given):
        where = f"{under}[{position}]"
        simulates(entry, _ITEM, where)
        name = entry.get("id")
        if name is not None and name not in own:
            raise NoSuchObject("subscription_item", name, f"{where}[id]")
        names_price = any(entry.get(key) for key in ("price", "plan", "price_data"))
        price = None
        if names_price or name is None:
            price = recurring_price(world, entry, where)
            _check_currency(price, subscription["currency"], where)
        check_quantity(price or own[name], entry.get("quantity"), where)
        if entry.get("clear_usage"):
            check_clearing(subscription, own.get(name), where)
        changes.append(
            ItemChange(
                item=name,
                price=price,
                quantity=entry.get("quantity"),
                deleted=bool(entry.get("deleted")),
                metadata=entry.get("metadata") or None,
                discounts=entry.get("discounts"),
                tax_rates=_rates(world, entry, where),
            )
        )
    if changes and all(change.deleted for change in changes) and len(changes) == len(own):
        raise refusal("A subscription must have at least one active plan.", param=under)
    return changes


def _rates(world: World, entry: Mapping[str, Any], where: str) -> list[Obj] | None:
    if entry.get("tax_rates") is None:
        return None
    return requested_rates(world, entry["tax_rates"], f"{where}[tax_rates]")


def _check_currency(price: Obj, currency: str, where: str) -> None:
    if price["currency"] != currency:
        raise refusal(
            f"The price specified only supports `{price['currency']}`. This doesn't match the"
            f" expected currency: `{currency}`.",
            param=f"{where}[price]",
        )
