"""Discounts: a coupon applied to a customer, a subscription, one of its items or an invoice.

docs.stripe.com/api/discounts and billing/subscriptions/coupons; shape from recorded traffic
(stripe_handles_coupons). `once` is good for one invoice with something to pay, `repeating` until
its `end`, `forever` always. The subscription's own discounts come before the customer's, which
apply only where there are none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from simulator.billing import coupons, promotion_codes
from simulator.billing.call import existing, refusal, simulates
from simulator.billing.discounting import Terms, discounted, net_of
from simulator.billing.metered_prices import is_metered
from simulator.billing.price_amounts import amount_of
from simulator.billing.subscription_items import items_of
from simulator.billing.timelines import timeline_of
from simulator.contract.errors import NoSuchObject, StripeError
from simulator.engine import Obj, World


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a new discount is for, from when, and what it is first used on.

    `at` is Unix seconds; `amount` is what is about to be paid, where that is known; `fields` are
    the discount's references (`subscription`, `subscription_item`, `invoice`, ...).
    """

    customer: Obj
    at: int
    currency: str | None = None
    amount: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def redeem_all(
    world: World,
    given: Sequence[Mapping[str, Any]],
    holder: Holder,
    where: str = "discounts",
    held: Sequence[str] = (),
) -> list[str]:
    """The ids of the discounts that `discounts` asks for; those `held` already may be named."""
    names = []
    for position, entry in enumerate(given):
        place = f"{where}[{position}]"
        simulates(entry, ("coupon", "discount", "promotion_code"), place)
        if entry.get("discount"):
            if entry["discount"] not in held:
                raise NoSuchObject("discount", entry["discount"], f"{place}[discount]")
            names.append(entry["discount"])
        else:
            names.append(redeem(world, entry, holder, place)["id"])
    return names


def replace_all(
    world: World,
    before: Sequence[str],
    given: Sequence[Mapping[str, Any]],
    holder: Holder,
    where: str = "discounts",
) -> list[str]:
    """The discounts given in the place of those before, telling of each that is gone."""
    names = redeem_all(world, given, holder, where, before)
    tell_deleted(world, [name for name in before if name not in names])
    return names


def redeem(world: World, entry: Mapping[str, Any], holder: Holder, where: str) -> Obj:
    """A new discount from `coupon` or `promotion_code`, emitting `customer.discount.created`."""
    promotion = None
    if entry.get("promotion_code"):
        param = f"{where}[promotion_code]" if where else "promotion_code"
        promotion = existing(world, "promotion_code", entry["promotion_code"], param)
        customer = holder.customer["id"]
        promotion_codes.check_redeemable(world, promotion, customer, holder.amount, param)
        coupon = existing(world, "coupon", promotion["promotion"]["coupon"], param)
    elif entry.get("coupon"):
        param = f"{where}[coupon]" if where else "coupon"
        coupon = existing(world, "coupon", entry["coupon"], param)
    else:
        raise refusal(
            f"One of `coupon`, `discount` or `promotion_code` is needed in `{where}`.", param=where
        )
    if not coupon["valid"]:
        raise StripeError(f"Coupon expired: {coupon['id']}", code="coupon_expired", param=param)
    terms = _terms(world, coupon, holder.currency, param)
    return _insert(world, coupon, promotion, terms, holder)


def _terms(world: World, coupon: Obj, currency: str | None, param: str) -> Terms:
    kept = world.kept(coupon["id"])
    amount = coupon["amount_off"]
    if amount is not None and currency is not None and currency != coupon["currency"]:
        option = kept["currency_options"].get(currency)
        if option is None:
            raise refusal(
                f"The coupon {coupon['id']} is in {coupon['currency']} and cannot be applied to"
                f" {currency}.",
                param=param,
            )
        amount = option["amount_off"]
    percent = coupon["percent_off"]
    return Terms(
        amount_off=amount,
        percent_off=None if percent is None else str(percent),
        once=coupon["duration"] == "once",
        products=kept["products"],
    )


def _insert(world: World, coupon: Obj, promotion: Obj | None, terms: Terms, holder: Holder) -> Obj:
    name = world.ids.new("di")
    end = None
    if coupon["duration"] == "repeating":
        start = datetime.fromtimestamp(holder.at, UTC)
        end = int((start + relativedelta(months=coupon["duration_in_months"])).timestamp())
    discount: Obj = {
        "id": name,
        "object": "discount",
        "checkout_session": None,
        "customer": holder.customer["id"],
        "customer_account": None,
        "end": end,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": promotion["id"] if promotion else None,
        "source": {"coupon": coupon["id"], "type": "coupon"},
        "start": holder.at,
        "subscription": None,
        "subscription_item": None,
        **holder.fields,
    }
    with world.transaction():
        world.keep(name, terms=terms)
        coupons.count_redemption(world, coupon)
        if promotion is not None:
            promotion_codes.count_redemption(world, promotion)
        if end is not None:
            world.schedule(end, "discount.end", name, timeline_of(holder.customer))
        return world.insert(discount, "customer.discount.created")


def end_discount(world: World, name: str) -> None:
    """Duty `discount.end`: one that is used up or over leaves whatever it stands on."""
    discount = world.get("discount", name)
    if discount is None:
        return
    subscription = world.get("subscription", discount["subscription"] or "")
    customer = world.get("customer", discount["customer"])
    with world.transaction():
        if subscription is not None and name in subscription["discounts"]:
            remove_from_subscription(world, subscription, [name])
        elif customer is not None and (customer["discount"] or {}).get("id") == name:
            remove_from_customer(world, customer)


def remove_from_subscription(world: World, subscription: Obj, gone: Sequence[str]) -> Obj:
    """Take discounts off a subscription, telling of each and of the subscription."""
    left = [name for name in subscription["discounts"] if name not in gone]
    with world.transaction():
        tell_deleted(world, gone)
        return world.change(
            "subscription",
            subscription["id"],
            {"discounts": left},
            "customer.subscription.updated",
        )


def tell_deleted(world: World, names: Sequence[str]) -> None:
    """The discounts stay readable, since invoices name them."""
    for name in names:
        discount = world.get("discount", name)
        if discount is not None:
            world.emit("customer.discount.deleted", discount)


def remove_from_customer(world: World, customer: Obj) -> None:
    with world.transaction():
        tell_deleted(world, [customer["discount"]["id"]])
        world.change("customer", customer["id"], {"discount": None}, "customer.updated")


def deleted_discount(world: World, name: str) -> Obj:
    """The answer where a discount was taken off (class `stripe.Discount`, `deleted`)."""
    discount = world.get("discount", name)
    assert discount is not None
    return {**discount, "deleted": True}


def no_discount(kind: str, name: str) -> StripeError:
    """Nothing to take off: 404."""
    return StripeError(
        f"No active discount for {kind}: {name}", status=404, code="resource_missing"
    )


def for_customer(world: World, customer: Obj, params: Mapping[str, Any]) -> Obj:
    """What the older parameters `coupon` and `promotion_code` change of a customer."""
    name = "coupon" if "coupon" in params else "promotion_code"
    if name not in params:
        return {}
    if not params[name]:
        if customer["discount"]:
            tell_deleted(world, [customer["discount"]["id"]])
        return {"discount": None}
    at = world.now(timeline_of(customer))
    discount = redeem(world, {name: params[name]}, Holder(customer, at, customer["currency"]), "")
    return {"discount": discount}


def on_invoice_of(world: World, subscription: Obj | None, customer: Obj) -> list[str]:
    """Ids of the discounts that an invoice as a whole gets: the subscription's, or the customer's.

    Those that are over stand there until they are taken off, and are left out of the sum.
    """
    own: list[str] = list((subscription or {}).get("discounts") or ())
    if own or not customer["discount"]:
        return own
    return [customer["discount"]["id"]]


def standing_amount(world: World, subscription: Obj, item: Obj, at: int) -> int:
    """What a whole period of an item costs as things stand, net of discounts, in minor units.

    Proration debits are made of it (docs.stripe.com/billing/subscriptions/prorations: amounts are
    net of discounts). `item` may be one that the subscription does not have yet.
    """
    customer = world.get("customer", subscription["customer"])
    assert customer is not None
    others = [other for other in items_of(subscription) if other["id"] != item["id"]]
    lines = [_priced(world, other) for other in (*others, item)]
    made = discounted(world, lines, on_invoice_of(world, subscription, customer), at)
    return net_of(made.lines[-1])


def _priced(world: World, item: Obj) -> Obj:
    """A whole period of an item as a line, as far as discounts look at it."""
    price = item["price"]
    return {
        "amount": 0 if is_metered(price) else amount_of(world, price, item["quantity"]),
        "discount_amounts": [],
        "discountable": True,
        "discounts": item["discounts"],
        "pricing": {"price_details": {"price": price["id"], "product": price["product"]}},
    }
