"""The plan is read from the metadata that was written when it was bought.

Pattern: F2 (the plan is read from the wrong field).
Mechanism: Checkout writes the plan into the subscription's metadata, which the handler then trusts.
Metadata is a note of the app's own: a switch in the portal changes the price, and not the note.
Symptom: who goes from pro to basic in the portal keeps pro; who goes up does not get there.
Breaks: `converges`.
Seen in: pierreb-devkit/Node#3742, mishrasanjeev/agentic-org#473.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import FastAPI

from reference_app.billing import OFFERS, Billing, Reading
from reference_app.billing.entitlements import Subscription
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams


class PlanFromMetadata(Billing):
    """Believes its own note of the day of the purchase."""

    def order(self, tenant: Organisation, customer: str, plan: str) -> SessionCreateParams:
        order = super().order(tenant, customer, plan)
        noted = {"organisation": str(tenant.id), "plan": OFFERS[plan].plan.name}
        return {**order, "subscription_data": {"metadata": noted}}

    def read(self, subscriptions: Iterable[Subscription]) -> Reading:
        all_of_them = list(subscriptions)
        now = super().read(all_of_them)
        for each in all_of_them:
            noted = (each.get("metadata") or {}).get("plan")
            if each["id"] == now.subscription and noted:
                return replace(now, plan=noted)
        return now


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PlanFromMetadata)
