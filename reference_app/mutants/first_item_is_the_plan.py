"""The first item of a subscription is taken for the plan.

Pattern: F4 (`items.data[0]` is assumed to be the plan).
Mechanism: a subscription had one item when the handler was written. With an add-on it has two, and
which of them is the first depends on which of them came first.
Symptom: once the plan's item was replaced the add-on is the first, and the customer is on no plan.
Breaks: `paid-access-kept`.
Seen in: strelov1/freehire#2740, getpaykit/paykit#204, highlight/highlight#7252.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class FirstItemIsThePlan(Billing):
    """Looks no further than the first item."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        return super().read(
            {**each, "items": {"data": each["items"]["data"][:1]}} for each in subscriptions
        )


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, FirstItemIsThePlan)
