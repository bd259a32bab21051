"""Subscription items: what a subscription charges for, each with a period of its own.

docs.stripe.com/api/subscription_items; since 2025-03-31.basil the billing period is on the item,
not on the subscription.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.billing.call import Call, Embedded, Handler, existing, refusal
from simulator.billing.catalog import plan_of
from simulator.billing.discounting import net_of
from simulator.billing.proration import Debit
from simulator.contract.errors import NoSuchObject
from simulator.engine import Obj, World


def new_item(
    world: World,
    subscription: str,
    price: Obj,
    quantity: int | None,
    *,
    created: int,
    period: tuple[int, int],
    metadata: Obj | None = None,
    tax_rates: Sequence[Obj] = (),
) -> Obj:
    """An item with Stripe's defaults; the World remembers whose it is, for look-ups by its id.

    One whose price is metered has no `quantity` (docs.stripe.com/billing/subscriptions/quantities).
    """
    name = world.ids.new("si")
    world.keep(name, subscription=subscription, tax_rates=list(tax_rates))
    number = {} if quantity is None else {"quantity": quantity}
    return {
        "id": name,
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": created,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "current_trial": None,
        "discounts": [],
        "metadata": metadata or {},
        "plan": plan_of(price),
        "price": price,
        **number,
        "subscription": subscription,
        "tax_rates": list(tax_rates),
    }


def numbered(item: Obj, quantity: int | None) -> Obj:
    """The item with a quantity, or without one where its price is metered."""
    if quantity is not None:
        return {**item, "quantity": quantity}
    return {key: value for key, value in item.items() if key != "quantity"}


def item_list(subscription: str, items: Sequence[Obj]) -> Obj:
    """The embedded list `subscription.items`."""
    return {
        "object": "list",
        "data": list(items),
        "has_more": False,
        "total_count": len(items),
        "url": f"/v1/subscription_items?subscription={subscription}",
    }


def with_items(subscription: Obj, items: Sequence[Obj]) -> Obj:
    """The changes that give a subscription these items.

    The legacy `plan` and `quantity` follow the only item, and are null where there are several
    (recorded traffic has them on every single-item subscription).
    """
    single = items[0] if len(items) == 1 else None
    return {
        "items": item_list(subscription["id"], items),
        "plan": single["plan"] if single else None,
        "quantity": single.get("quantity") if single else None,
    }


def items_of(subscription: Obj) -> list[Obj]:
    data: list[Obj] = subscription["items"]["data"]
    return data


def period_end(subscription: Obj) -> int:
    """When all of it is paid up to: the latest end of an item's period."""
    ends: list[int] = [item["current_period_end"] for item in items_of(subscription)]
    return max(ends)


def check_intervals(billing_mode: str, prices: Sequence[Obj]) -> None:
    """In classic billing mode the items of a subscription renew together, all in one interval.

    docs.stripe.com/billing/subscriptions/mixed-interval; the words are those of the API
    (github.com/stripe/stripe-node/issues/682).
    """
    if billing_mode != "classic":
        return
    for name in ("interval", "interval_count"):
        if len({price["recurring"][name] for price in prices}) > 1:
            raise refusal(
                "Currency and interval fields must match across all plans on this subscription."
                f" Found mismatch in {name} field."
            )


def debits_of(world: World, item: str) -> tuple[Debit, ...]:
    """What the item was charged for its current period and has not got back."""
    debits: tuple[Debit, ...] = world.kept(item).get("debits", ())
    return debits


def note_line_debits(world: World, invoice: Obj) -> None:
    """Remember, for every plain line of a new invoice, that its item was debited."""
    for line in invoice["lines"]["data"]:
        details = line["parent"]["subscription_item_details"]
        if details is None or details["proration"]:
            continue
        period = line["period"]
        debit = Debit(net_of(line), period["start"], period["end"], invoice["id"], line["id"])
        world.keep(details["subscription_item"], debits=(debit,))


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    name = call.path["item"]
    owner = world.get("subscription", world.kept(name).get("subscription", ""))
    for item in items_of(owner) if owner else ():
        if item["id"] == name:
            return item
    raise NoSuchObject("subscription_item", name, "item", in_path=True)


def list_all(world: World, call: Call) -> Embedded:
    params = call.only("subscription")
    subscription = existing(world, "subscription", params["subscription"], "subscription")
    return Embedded(tuple(items_of(subscription)))


HANDLERS: dict[str, Handler] = {
    "GET /v1/subscription_items": list_all,
    "GET /v1/subscription_items/{item}": retrieve,
}
