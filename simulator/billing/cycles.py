"""Where the periods of a subscription's items lie after a change.

Each is measured from the billing cycle anchor, docs.stripe.com/billing/subscriptions/billing-cycle;
during a trial each is the trial, and its end is the anchor
(docs.stripe.com/billing/subscriptions/trials/free-trials). A trial that is given to a subscription
without one begins now and is credited like any other change; that moving the end of a trial makes
no invoice of its own is our reading of the rule that in flexible billing mode a new anchor alone
makes none. That a new anchor waits for the end of a running trial is our choice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.billing.periods import end_after, start_before
from simulator.billing.wanted_changes import Change
from simulator.engine import Obj


@dataclass(frozen=True, slots=True)
class Cycle:
    """The anchor, whether whole new periods begin now, and the trial (start and end), if any.

    `moved` is whether the periods of all items are other ones than before; `fields` are what the
    subscription says of it.
    """

    anchor: int
    new: bool = False
    trial: tuple[int, int] | None = None
    moved: bool = False
    fields: Obj = field(default_factory=dict)

    def around(self, item: Obj, at: int) -> tuple[int, int]:
        """The period that the item has at that instant."""
        if self.trial is not None:
            return self.trial
        recurring = item["price"]["recurring"]
        return start_before(self.anchor, recurring, at), end_after(self.anchor, recurring, at)


def cycle_after(subscription: Obj, change: Change, resets: bool) -> Cycle:
    """The cycle once the change is made; `resets` is whether it starts anew."""
    trialing, end = subscription["status"] == "trialing", change.trial_end
    if end is not None and end > change.now:
        return _on_trial(subscription, end, change.now)
    if trialing and end is not None:
        ended: Obj = {"billing_cycle_anchor": change.now, "status": "active"}
        return Cycle(change.now, new=True, moved=True, fields={**ended, "trial_end": change.now})
    if trialing:
        trial = (subscription["trial_start"], subscription["trial_end"])
        return Cycle(subscription["billing_cycle_anchor"], trial=trial)
    if resets:
        fields = {"billing_cycle_anchor": change.now}
        return Cycle(change.now, new=True, moved=True, fields=fields)
    return Cycle(subscription["billing_cycle_anchor"])


def _on_trial(subscription: Obj, end: int, now: int) -> Cycle:
    start = subscription["trial_start"] if subscription["status"] == "trialing" else now
    fields: Obj = {
        "billing_cycle_anchor": end,
        "status": "trialing",
        "trial_end": end,
        "trial_start": start,
    }
    return Cycle(end, trial=(start, end), moved=True, fields=fields)
