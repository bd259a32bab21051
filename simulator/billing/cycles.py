"""Where the periods of a subscription's items lie after a change.

Each is measured from the billing cycle anchor, docs.stripe.com/billing/subscriptions/billing-cycle;
during a trial each is the trial, and its end is the anchor
(docs.stripe.com/billing/subscriptions/trials/free-trials). A trial that is given to a subscription
without one begins now and is credited like any other change; that moving the end of a trial makes
no invoice of its own is our reading of the rule that in flexible billing mode a new anchor alone
makes none. That a new anchor waits for the end of a running trial is our choice.

With `trial_settings[end_behavior][billing_cycle_anchor]=unchanged` (class `stripe.Subscription`) a
trial leaves the anchor alone. That what follows the trial is then a part of a period, up to the
anchor's next boundary and charged in proportion, is our reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.billing.periods import end_after, start_before
from simulator.billing.subscription_items import items_of
from simulator.billing.wanted_changes import Change
from simulator.engine import Obj


@dataclass(frozen=True, slots=True)
class Cycle:
    """The anchor, whether new periods begin now, and the trial (start and end), if any.

    `begins` is where they begin, if that is not at a boundary of the anchor. `moved` is whether the
    periods of all items are other ones than before; `fields` are what the subscription says of it.
    """

    anchor: int
    new: bool = False
    begins: int | None = None
    trial: tuple[int, int] | None = None
    moved: bool = False
    fields: Obj = field(default_factory=dict)

    def around(self, item: Obj, at: int) -> tuple[int, int]:
        """The period that the item has at that instant."""
        if self.trial is not None:
            return self.trial
        recurring = item["price"]["recurring"]
        start = start_before(self.anchor, recurring, at) if self.begins is None else self.begins
        return start, end_after(self.anchor, recurring, at)

    def renews(self, item: Obj, now: int) -> bool:
        """Whether the item's period ends now and a whole one of its price follows.

        Only a schedule changes items at that moment, whose phase begins where a period ends.
        """
        if self.moved or self.trial is not None or item["current_period_end"] != now:
            return False
        return start_before(self.anchor, item["price"]["recurring"], now) == now


def cycle_after(subscription: Obj, change: Change, resets: bool) -> Cycle:
    """The cycle once the change is made; `resets` is whether it starts anew."""
    trialing, end = subscription["status"] == "trialing", change.trial_end
    if end is not None and end > change.now:
        return _on_trial(subscription, end, change)
    if trialing and end is not None:
        return _after_trial(subscription, change)
    if trialing:
        trial = (subscription["trial_start"], subscription["trial_end"])
        return Cycle(subscription["billing_cycle_anchor"], trial=trial)
    if resets:
        fields = {"billing_cycle_anchor": change.now}
        if all(item["current_period_end"] == change.now for item in items_of(subscription)):
            return Cycle(change.now, fields=fields)  # the renewal that is due begins it
        return Cycle(change.now, new=True, moved=True, fields=fields)
    return Cycle(subscription["billing_cycle_anchor"])


def _on_trial(subscription: Obj, end: int, change: Change) -> Cycle:
    start = subscription["trial_start"] if subscription["status"] == "trialing" else change.now
    anchor = subscription["billing_cycle_anchor"] if _keeps_anchor(subscription, change) else end
    fields: Obj = {
        "billing_cycle_anchor": anchor,
        "status": "trialing",
        "trial_end": end,
        "trial_start": start,
    }
    return Cycle(anchor, trial=(start, end), moved=True, fields=fields)


def _after_trial(subscription: Obj, change: Change) -> Cycle:
    """The trial ends now, and what it was free of begins."""
    now = change.now
    fields: Obj = {"status": "active", "trial_end": now}
    if _keeps_anchor(subscription, change):
        anchor = subscription["billing_cycle_anchor"]
        return Cycle(anchor, new=True, begins=now, moved=True, fields=fields)
    return Cycle(now, new=True, moved=True, fields={"billing_cycle_anchor": now, **fields})


def _keeps_anchor(subscription: Obj, change: Change) -> bool:
    told = {**subscription, **(change.others or {})}
    return bool(told["trial_settings"]["end_behavior"]["billing_cycle_anchor"] == "unchanged")
