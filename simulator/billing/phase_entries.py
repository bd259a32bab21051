"""What a phase of a schedule makes of the subscription when it begins.

docs.stripe.com/billing/subscriptions/subscription-schedules. A phase that begins where a period
ends changes the items before they are renewed, so that nothing is prorated; in the middle of a
period it is an update like any other, with the phase's `proration_behavior`. Its items, discounts
and tax rates replace the subscription's; its description, payment method and collection do where it
or the schedule's `default_settings` name them. In classic billing mode a new interval begins a new
billing cycle, in flexible billing mode the cycle stays (`billing_cycle_anchor=automatic`;
github.com/better-auth/better-auth/issues/11336 shows that a yearly phase after a monthly one is not
invoiced then). A phase with an end that cancels sets the subscription's `cancel_at`.

Our readings: an item keeps its id where its price goes on, else by its place; a phase without a
trial ends a trial that still runs; `cancel_at` is set once the last phase has begun; what a phase
changes while the subscription is paused is not prorated.
"""

from __future__ import annotations

from simulator.billing.added_items import add_invoice_items
from simulator.billing.billing_ends import moves_an_end
from simulator.billing.call import existing, merged_metadata
from simulator.billing.changes import apply
from simulator.billing.discounts import Holder, replace_all
from simulator.billing.payment_methods import default_of
from simulator.billing.periods import end_after
from simulator.billing.phase_discounts import redeemable
from simulator.billing.schedule_settings import collected_by, starts_cycle
from simulator.billing.signups import ItemSpec, Signup, subscribe
from simulator.billing.subscription_defaults import subscription_defaults
from simulator.billing.subscription_items import items_of, with_items
from simulator.billing.subscription_status import ENDED
from simulator.billing.trials import end_trial_without_method
from simulator.billing.wanted_changes import Change, ItemChange
from simulator.billing.winding_down import CLEARED, at_instant
from simulator.engine import Obj, World

_UPDATED = "customer.subscription.updated"


def subscribed(world: World, schedule: Obj, phase: Obj, now: int) -> Obj:
    """The new subscription of a schedule whose phase begins, or began before the schedule was made.

    Without a payment method its first invoice waits for one.
    """
    customer = existing(world, "customer", schedule["customer"], "customer")
    holder = Holder(customer, now, phase["currency"])
    specs = [
        ItemSpec(
            existing(world, "price", item["price"], "items"),
            item["quantity"],
            merged_metadata({}, item["metadata"]),
            redeemable(world, item["discounts"], holder),
            item["tax_rates"],
        )
        for item in phase["items"]
    ]
    fields: Obj = {
        "default_tax_rates": phase["default_tax_rates"],
        "metadata": merged_metadata({}, phase["metadata"]),
        "schedule": schedule["id"],
        **_settings(schedule, phase),
        **collected_by(schedule, phase, subscription_defaults()),
    }
    payable = default_of(world, fields, customer["id"]) is not None
    started = schedule["phases"][0]["start_date"]
    trial_end = phase["trial_end"]
    return subscribe(
        world,
        Signup(
            customer=customer,
            items=specs,
            billing_mode=schedule["billing_mode"]["type"],
            payment_behavior="allow_incomplete" if payable else "default_incomplete",
            trial_end=trial_end if trial_end is not None and trial_end > now else None,
            started=started if started < now else None,
            ends_at=_end(schedule, phase),
            prorates=phase["proration_behavior"] != "none",
            added=[_charge(world, entry, holder) for entry in phase["add_invoice_items"]],
            added_in=(phase["start_date"], phase["end_date"]),
            discounts=redeemable(world, phase["discounts"], holder),
            fields=fields,
        ),
    )


def enter(world: World, schedule: Obj, phase: Obj, now: int, *, begins: bool = True) -> None:
    """Give the subscription what the phase says; `begins` is false where it runs already."""
    subscription = existing(world, "subscription", schedule["subscription"], "subscription")
    if subscription["status"] in ENDED:
        return
    rests = subscription["status"] == "paused"
    trial_end = None if rests else _trial_end(subscription, phase, now)
    customer = existing(world, "customer", subscription["customer"], "customer")
    reference = {"subscription": subscription["id"]}
    holder = Holder(customer, now, subscription["currency"], None, reference)
    with world.transaction():
        others = _told(world, schedule, phase, subscription, holder)
        if trial_end == now and end_trial_without_method(world, subscription, others):
            return
        if begins:
            charges = [_charge(world, entry, holder) for entry in phase["add_invoice_items"]]
            bounds = (phase["start_date"], phase["end_date"])
            add_invoice_items(world, _renewed(subscription, now), charges, bounds)
        wanted = _changes(world, subscription, phase, holder)
        anew = begins and not rests and starts_cycle(schedule, phase)
        behavior = "none" if rests else phase["proration_behavior"]
        change = Change(
            wanted, now, now, behavior, reset_anchor=anew, trial_end=trial_end, others=others
        )
        if wanted or anew or trial_end is not None or moves_an_end(subscription, others):
            apply(world, subscription, change)
        else:
            world.change("subscription", subscription["id"], others, _UPDATED)


def _renewed(subscription: Obj, now: int) -> Obj:
    """The subscription as it will be once the periods that end now are renewed."""
    anchor = subscription["billing_cycle_anchor"]
    items = [
        {
            **item,
            "current_period_start": now,
            "current_period_end": end_after(anchor, item["price"]["recurring"], now),
        }
        if item["current_period_end"] == now
        else item
        for item in items_of(subscription)
    ]
    return {**subscription, **with_items(subscription, items)}


def _settings(schedule: Obj, phase: Obj) -> Obj:
    """What the phase, or else the schedule, says of the subscription's plain fields."""
    settings = schedule["default_settings"]
    told = {
        name: phase[name] or settings[name] for name in ("default_payment_method", "description")
    }
    return {name: value for name, value in told.items() if value}


def _told(world: World, schedule: Obj, phase: Obj, subscription: Obj, holder: Holder) -> Obj:
    """The subscription's fields after the phase has begun, its items, cycle and trial aside."""
    held = subscription["discounts"]
    given = redeemable(world, phase["discounts"], holder, held)
    fields = {
        "default_tax_rates": phase["default_tax_rates"],
        "discounts": replace_all(world, held, given, holder),
        "metadata": merged_metadata(subscription["metadata"], phase["metadata"]),
        **_settings(schedule, phase),
        **collected_by(schedule, phase, subscription),
    }
    return {**fields, **_ending(schedule, phase, subscription, holder.at)}


def _ending(schedule: Obj, phase: Obj, subscription: Obj, now: int) -> Obj:
    """The end that the schedule sets for the subscription, or takes back."""
    end, details = _end(schedule, phase), subscription["cancellation_details"]
    if end == subscription["cancel_at"] and not subscription["cancel_at_period_end"]:
        return {}
    if end is None:
        return {**CLEARED, "cancellation_details": {**details, "reason": None}}
    return at_instant(subscription, end, now, details)


def _end(schedule: Obj, phase: Obj) -> int | None:
    last = phase["end_date"] == schedule["phases"][-1]["end_date"]
    return int(phase["end_date"]) if last and schedule["end_behavior"] == "cancel" else None


def _trial_end(subscription: Obj, phase: Obj, now: int) -> int | None:
    """Where the phase puts the trial's end; `None` where it stays as it is."""
    end, trialing = phase["trial_end"], subscription["status"] == "trialing"
    if end is not None and end > now:
        return None if trialing and end == subscription["trial_end"] else int(end)
    return now if trialing and subscription["trial_end"] > now else None


def _charge(world: World, entry: Obj, holder: Holder) -> Obj:
    """An entry of `add_invoice_items` as a request would have it."""
    price = existing(world, "price", entry["price"], "add_invoice_items")
    rest = {name: value for name, value in entry.items() if name != "price"}
    charge = {
        **rest,
        "discounts": redeemable(world, entry["discounts"], holder),
        "tax_rates": [rate["id"] for rate in entry["tax_rates"]],
    }
    if price["active"]:
        return {**charge, "price": price["id"]}
    known = ("currency", "product", "unit_amount", "unit_amount_decimal")
    return {**charge, "price_data": {name: price[name] for name in known}}


def _changes(world: World, subscription: Obj, phase: Obj, holder: Holder) -> list[ItemChange]:
    """What makes the subscription's items those of the phase."""
    left, changes = list(items_of(subscription)), []
    pairs: list[tuple[Obj, Obj | None]] = [(item, None) for item in phase["items"]]
    for place, (item, _) in enumerate(pairs):
        same = next((old for old in left if old["price"]["id"] == item["price"]), None)
        if same is not None:
            left.remove(same)
            pairs[place] = (item, same)
    for item, found in pairs:
        old = found or (left.pop(0) if left else None)
        change = _change(world, item, old, holder)
        if change is not None:
            changes.append(change)
    return [*changes, *(ItemChange(item["id"], deleted=True) for item in left)]


def _change(world: World, item: Obj, old: Obj | None, holder: Holder) -> ItemChange | None:
    """What makes an item that of the phase; `None` where it is so already."""
    price = existing(world, "price", item["price"], "items")
    metadata = merged_metadata(old["metadata"] if old else {}, item["metadata"])
    held = old["discounts"] if old else []
    discounts = redeemable(world, item["discounts"], holder, held)
    told = (price["id"], item["quantity"], metadata, item["tax_rates"])
    if old is not None:
        before = (old["price"]["id"], old.get("quantity"), old["metadata"], old["tax_rates"])
        if told == before and discounts == [{"discount": name} for name in held]:
            return None
    own = old["id"] if old else None
    return ItemChange(
        own,
        price,
        item["quantity"],
        metadata=metadata,
        discounts=discounts,
        tax_rates=item["tax_rates"],
    )
