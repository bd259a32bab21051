"""A trial is given to whoever has no subscription now.

Pattern: E8 (a trial can be repeated by cancelling and subscribing again).
Mechanism: this app gives a trial with the first purchase, and asks for that whether there is a
subscription. One that has ended is none; nobody looks at what there was.
Symptom: cancel on the last day, buy again on the next, and the plan costs nothing for ever.
Breaks: `one-trial`.
Seen in: better-auth/better-auth#4539, keygen-sh/keygen-api#344, elie222/inbox-zero#3561,
invertase/stripe-firebase-extensions#52.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.billing.entitlements import is_live
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

TRIAL_DAYS = 14


class TrialAgain(Billing):
    """Has a trial to give, and a short memory."""

    def order(self, tenant: Organisation, customer: str, plan: str) -> SessionCreateParams:
        order = super().order(tenant, customer, plan)
        if any(is_live(each) for each in subscriptions_of(self.stripe, customer)):
            return order
        order["subscription_data"]["trial_period_days"] = TRIAL_DAYS
        return order


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, TrialAgain)
