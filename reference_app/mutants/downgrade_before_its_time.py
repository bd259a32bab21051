"""A downgrade that is scheduled for the next period is applied now.

Pattern: F8 (a scheduled downgrade is applied at once).
Mechanism: the handler follows the subscription to its schedule and takes what is planned last for
what is so. The item of the subscription has the old price until that phase begins.
Symptom: who has paid for a month of pro and will go on with basic has basic for the rest of it.
Breaks: `converges`.
Seen in: unkeyed/unkey#7010, anonaddy/anonaddy#442, Significant-Gravitas/AutoGPT#12865,
letsrevel/revel-backend#786.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.client import refusals
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class DowngradeBeforeItsTime(Billing):
    """Reads the plan for the future as the present."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        return super().read([self._planned(each) for each in subscriptions])

    def _planned(self, subscription: Subscription) -> Subscription:
        schedule = subscription.get("schedule")
        if schedule is None:
            return subscription
        with refusals():
            found = self.stripe.v1.subscription_schedules.retrieve(
                schedule, {"expand": ["phases.items.price"]}
            ).to_dict()
        price = found["phases"][-1]["items"][0]["price"]
        items = [{**item, "price": price} for item in subscription["items"]["data"]]
        return {**subscription, "items": {"data": items}}


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, DowngradeBeforeItsTime)
