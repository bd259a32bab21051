"""A subscription whose first payment never came is a membership.

Pattern: E3 (incomplete and incomplete_expired counted as membership).
Mechanism: "has a subscription that is not cancelled" is asked, instead of "has one whose status is
on the list". Stripe makes the subscription before its first payment is settled.
Symptom: a card that is declined buys the plan.
Breaks: `no-phantom-grant`.
Seen in: kortix-ai/suna#6247, republik/plattform#1014, mozilla/fxa#4069, dj-stripe/dj-stripe#1008.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import FastAPI

from reference_app.billing import Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app

NEVER_PAID = frozenset({"incomplete", "incomplete_expired"})


class IncompleteGrants(Billing):
    """Counts what was begun."""

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        now = super().read(subscriptions)
        return replace(now, status="active") if now.status in NEVER_PAID else now


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, IncompleteGrants)
