"""How a subscription begins: its items, its first invoice and the first attempt to collect it.

docs.stripe.com/billing/subscriptions/overview and api/subscriptions/create; the API and Checkout
share this. The first invoice is finalised inside the request, and what becomes of its payment
decides between `active` and `incomplete`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.billing.connect import application_of
from simulator.billing.discounts import Holder, redeem_all
from simulator.billing.invoicing import Draft, collect, draft, finalize, settle, void
from simulator.billing.lines import counted, described, item_line
from simulator.billing.orders import CREATED, CREATED_INCOMPLETE, EXPIRED
from simulator.billing.payment_methods import default_of
from simulator.billing.payments import ON_SESSION, Session, action_required
from simulator.billing.periods import end_after
from simulator.billing.renewals import plan_trial_warning, schedule_ends
from simulator.billing.subscription_defaults import subscription_defaults
from simulator.billing.subscription_items import item_list, items_of, new_item, note_line_debits
from simulator.billing.timelines import time_of, timeline_of
from simulator.billing.winding_down import at_period_end
from simulator.contract.errors import StripeError
from simulator.engine import HOUR, Obj, World

INCOMPLETE_FOR = 23 * HOUR
_NO_METHOD = (
    "This customer has no attached payment source or default payment method. Please consider"
    " adding a default payment method. For more information, visit"
    " https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
    "#payment-method-priority."
)


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """A price to subscribe to, how many of it, and the discounts on this item alone."""

    price: Obj
    quantity: int = 1
    metadata: Obj = field(default_factory=dict)
    discounts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Signup:
    """What a new subscription should be.

    `trial_end` is in Unix seconds; `discounts` are entries of the parameter of that name; `fields`
    are shown as given.
    """

    customer: Obj
    items: Sequence[ItemSpec]
    billing_mode: str = "flexible"
    payment_behavior: str = "allow_incomplete"
    trial_end: int | None = None
    ends_with_period: bool = False
    discounts: Sequence[Mapping[str, Any]] = ()
    session: Session = ON_SESSION
    fields: Obj = field(default_factory=dict)


def subscribe(world: World, signup: Signup) -> Obj:
    """Create the subscription with its first invoice.

    Raises Stripe's 400 when there is nothing to charge, and the 402 of a declined card under
    `error_if_incomplete`, in which case nothing is created.
    """
    with world.transaction() as block:
        _adopt_currency(world, signup)
        planned = _planned(world, signup)
        invoice = _first_invoice(world, planned)
        method = default_of(world, planned, signup.customer["id"])
        due = invoice["amount_due"]
        if due and method is None and signup.payment_behavior != "default_incomplete":
            raise no_method()
        status, block.order = _first_payment(world, signup, invoice, method)
        created = {**planned, "status": status, "latest_invoice": invoice["id"]}
        world.insert(created, "customer.subscription.created")
        _look_ahead(world, created)
        return created


def no_method() -> StripeError:
    """The 400 where there is something to charge and nothing to charge it to."""
    return StripeError(_NO_METHOD, code="resource_missing")


def _adopt_currency(world: World, signup: Signup) -> None:
    """The first subscription fixes the customer's currency."""
    customer, currency = signup.customer, signup.items[0].price["currency"]
    if customer["currency"] is None:
        world.change("customer", customer["id"], {"currency": currency}, "customer.updated")
    elif customer["currency"] != currency:
        raise StripeError(
            "You cannot combine currencies on a single customer. This customer has an active"
            " subscription, subscription schedule, discount, quote, invoice item, or Cash balance"
            f" with currency {customer['currency']}"
        )


def _planned(world: World, signup: Signup) -> Obj:
    """The subscription as it will be, but for its status and its first invoice."""
    name = world.ids.new("sub")
    now = time_of(world, signup.customer)
    anchor = signup.trial_end or now
    gross = sum((spec.price["unit_amount"] or 0) * spec.quantity for spec in signup.items)
    currency = signup.items[0].price["currency"]
    holder = Holder(signup.customer, now, currency, gross, {"subscription": name})
    items = []
    for position, spec in enumerate(signup.items):
        end = signup.trial_end or end_after(anchor, spec.price["recurring"], now)
        item = new_item(
            world,
            name,
            spec.price,
            spec.quantity,
            created=now,
            period=(now, end),
            metadata=spec.metadata,
        )
        own = replace(holder, fields={**holder.fields, "subscription_item": item["id"]})
        where = f"items[{position}][discounts]"
        items.append({**item, "discounts": redeem_all(world, spec.discounts, own, where)})
    single = items[0] if len(items) == 1 else None
    mode: Obj = {"flexible": None, "type": signup.billing_mode}
    if signup.billing_mode == "flexible":
        mode = {
            "flexible": {"proration_discounts": "included"},
            "type": "flexible",
            "updated_at": now,
        }
    planned: Obj = {
        **subscription_defaults(),
        "id": name,
        "object": "subscription",
        "application": application_of(world),
        "billing_cycle_anchor": anchor,
        "billing_mode": mode,
        "created": now,
        "currency": currency,
        "customer": signup.customer["id"],
        "discounts": redeem_all(world, signup.discounts, holder),
        "items": item_list(name, items),
        "plan": single["plan"] if single else None,
        "quantity": single["quantity"] if single else None,
        "start_date": now,
        "test_clock": signup.customer["test_clock"],
        "trial_end": signup.trial_end,
        "trial_start": now if signup.trial_end else None,
        **signup.fields,
    }
    if signup.ends_with_period:
        planned.update(at_period_end(planned, now, planned["cancellation_details"]))
    return planned


def _first_invoice(world: World, subscription: Obj) -> Obj:
    """Draft and finalise the first invoice: whole periods, or a free line for the trial."""
    now = subscription["created"]
    plan = Draft(subscription, "subscription_create", now, (now, now))
    invoice = draft(
        world,
        plan,
        lambda name: [_first_line(world, name, subscription, i) for i in items_of(subscription)],
    )
    note_line_debits(world, invoice)
    return finalize(world, invoice, now)


def _first_line(world: World, invoice: str, subscription: Obj, item: Obj) -> Obj:
    price, quantity = item["price"], item["quantity"]
    period = (item["current_period_start"], item["current_period_end"])
    if subscription["trial_end"]:
        if subscription["billing_mode"]["type"] == "flexible":
            text = f"Free trial for {counted(world, price, quantity)}"
        else:
            product = world.get("product", price["product"])
            assert product is not None
            text = f"Trial period for {product['name']}"
        return item_line(world, invoice, item, amount=0, period=period, text=text, unit_amount="0")
    amount = price["unit_amount"] * quantity
    text = described(world, price, quantity)
    return item_line(world, invoice, item, amount=amount, period=period, text=text)


def _first_payment(
    world: World, signup: Signup, invoice: Obj, method: Obj | None
) -> tuple[str, tuple[str, ...]]:
    """Collect the first invoice as `payment_behavior` says.

    The status it leads to and the event order.
    """
    now = invoice["created"]
    good = "trialing" if signup.trial_end else "active"
    if invoice["amount_due"] == 0:
        settle(world, invoice, now)
        return good, CREATED
    if method is None or signup.payment_behavior == "default_incomplete":
        await_confirmation(world, invoice, method)
        return "incomplete", CREATED_INCOMPLETE
    outcome = collect(world, invoice, method, now, later=False, session=signup.session)
    if outcome.paid:
        return good, CREATED
    if signup.payment_behavior == "error_if_incomplete":
        if outcome.decline is None:
            raise action_required("subscription", signup.customer["id"], outcome.intent)
        raise outcome.decline.error(param="", payment_intent=outcome.intent)
    return "incomplete", CREATED_INCOMPLETE


def await_confirmation(world: World, invoice: Obj, method: Obj | None) -> None:
    """Under `default_incomplete` the client confirms the PaymentIntent, with the default method if
    any.
    """
    if method is None:
        return
    for payment in world.find("invoice_payment", "invoice", invoice["id"]):
        intent = payment["payment"]["payment_intent"]
        ready = {"payment_method": method["id"], "status": "requires_confirmation"}
        world.change("payment_intent", intent, ready)


def _look_ahead(world: World, subscription: Obj) -> None:
    """Put on the agenda what the new subscription will come to."""
    name, timeline = subscription["id"], timeline_of(subscription)
    if subscription["status"] == "incomplete":
        expires = subscription["created"] + INCOMPLETE_FOR
        world.schedule(expires, "subscription.expire", name, timeline)
    if subscription["trial_end"]:
        plan_trial_warning(world, subscription)
    schedule_ends(world, subscription)


def expire(world: World, name: str) -> None:
    """Duty `subscription.expire`.

    23 hours without a first payment end an incomplete subscription.
    """
    subscription = world.get("subscription", name)
    if subscription is None or subscription["status"] != "incomplete":
        return
    at = time_of(world, subscription)
    with world.transaction(EXPIRED):
        invoice = world.get("invoice", subscription["latest_invoice"])
        if invoice is not None and invoice["status"] == "open":
            void(world, invoice, at)
        world.change(
            "subscription",
            name,
            {"status": "incomplete_expired", "ended_at": at},
            "customer.subscription.updated",
        )
