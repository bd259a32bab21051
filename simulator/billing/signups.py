"""How a subscription begins: its items, its first invoice and the first attempt to collect it.

docs.stripe.com/billing/subscriptions/overview and api/subscriptions/create; the API and Checkout
share this. The first invoice is finalised inside the request, and what becomes of its payment
decides between `active` and `incomplete`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.billing.added_items import add_invoice_items
from simulator.billing.connect import application_of
from simulator.billing.discounts import Holder, redeem_all
from simulator.billing.dunning import saves_method
from simulator.billing.first_invoices import first_invoice
from simulator.billing.invoicing import collect, settle, void
from simulator.billing.orders import CREATED, CREATED_INCOMPLETE, EXPIRED
from simulator.billing.payment_methods import default_of
from simulator.billing.payments import ON_SESSION, Session, action_required
from simulator.billing.periods import end_after
from simulator.billing.price_amounts import amount_of
from simulator.billing.renewals import plan_trial_warning, schedule_ends
from simulator.billing.subscription_defaults import subscription_defaults
from simulator.billing.subscription_items import check_intervals, item_list, new_item
from simulator.billing.timelines import time_of, timeline_of
from simulator.billing.winding_down import at_period_end, ending_fields, shortened
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
    """A price to subscribe to, how many of it, and the discounts on this item alone.

    The quantity is `None` where the price is metered.
    """

    price: Obj
    quantity: int | None = 1
    metadata: Obj = field(default_factory=dict)
    discounts: Sequence[Mapping[str, Any]] = ()
    tax_rates: Sequence[Obj] = ()

    def amount(self, world: World) -> int:
        """What is charged ahead for a whole period, in minor units."""
        return 0 if self.quantity is None else amount_of(world, self.price, self.quantity)


@dataclass(frozen=True, slots=True)
class Signup:
    """What a new subscription should be.

    Times are Unix seconds: the trial's end, an anchor of its own, a start in the past and an end.
    `prorates` is whether the part of a period up to the anchor is charged. `discounts` and `added`
    are entries of the parameters `discounts` and `add_invoice_items`, `added_in` is the phase that
    adds them; `fields` are shown as given.
    """

    customer: Obj
    items: Sequence[ItemSpec]
    billing_mode: str = "flexible"
    payment_behavior: str = "allow_incomplete"
    trial_end: int | None = None
    anchor: int | None = None
    started: int | None = None
    ends_at: int | str | None = None
    prorates: bool = True
    added: Sequence[Mapping[str, Any]] = ()
    added_in: tuple[int, int] | None = None
    ends_with_period: bool = False
    discounts: Sequence[Mapping[str, Any]] = ()
    session: Session = ON_SESSION
    fields: Obj = field(default_factory=dict)


def subscribe(world: World, signup: Signup) -> Obj:
    """Create the subscription with its first invoice.

    Raises Stripe's 400 when there is nothing to charge, and the 402 of a declined card under
    `error_if_incomplete`, in which case nothing is created.
    """
    check_intervals(signup.billing_mode, [spec.price for spec in signup.items])
    with world.transaction() as block:
        _adopt_currency(world, signup)
        planned = _planned(world, signup)
        add_invoice_items(world, planned, signup.added, signup.added_in)
        invoice = first_invoice(world, planned, prorates=signup.prorates)
        method = default_of(world, planned, signup.customer["id"])
        due = invoice["amount_due"] if invoice and invoice["status"] == "open" else 0
        if due and method is None and signup.payment_behavior != "default_incomplete":
            raise no_method()
        status, block.order = _first_payment(world, signup, invoice, method)
        created = {**planned, "status": status, "latest_invoice": invoice and invoice["id"]}
        if (
            method is not None
            and saves_method(planned)
            and due
            and status in ("active", "trialing")
        ):
            created["default_payment_method"] = method["id"]
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
    anchor = signup.anchor or _natural_anchor(signup, now)
    gross = sum(spec.amount(world) for spec in signup.items)
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
            tax_rates=spec.tax_rates,
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
        "quantity": single.get("quantity") if single else None,
        "start_date": signup.started or now,
        "test_clock": signup.customer["test_clock"],
        "trial_end": signup.trial_end,
        "trial_start": now if signup.trial_end else None,
        **signup.fields,
    }
    if signup.ends_with_period:
        planned.update(at_period_end(planned, now, planned["cancellation_details"]))
    elif signup.ends_at is not None:
        planned.update(ending_fields(planned, {"cancel_at": signup.ends_at}, now))
        if not signup.trial_end:
            planned.update(shortened(planned))
    return planned


def _natural_anchor(signup: Signup, now: int) -> int:
    """The trial's end, unless the trial is to leave the billing cycle as it would be without it."""
    settings = signup.fields.get("trial_settings") or {"end_behavior": {}}
    unchanged = settings["end_behavior"].get("billing_cycle_anchor") == "unchanged"
    return now if unchanged else signup.trial_end or now


def _first_payment(
    world: World, signup: Signup, invoice: Obj | None, method: Obj | None
) -> tuple[str, tuple[str, ...]]:
    """Collect the first invoice, if there is one, as `payment_behavior` says.

    The status it leads to and the event order.
    """
    good = "trialing" if signup.trial_end else "active"
    if invoice is None or invoice["status"] == "draft":
        return good, CREATED
    now = invoice["created"]
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
