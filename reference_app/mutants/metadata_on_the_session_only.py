"""Who bought is noted on the Checkout session, and looked for on the subscription.

Pattern: G8 (metadata is put on the session only).
Mechanism: a session's metadata is not copied to the subscription that it makes; that is what
`subscription_data` is for. Events about the subscription name nobody, and are passed over.
Symptom: buying works, because the session's own event says who it was; cancelling does not.
Breaks: `converges`.
Seen in: stripe/stripe-node#2290, pay-rails/pay#734, adcontextprotocol/adcp#353.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from reference_app.billing import Billing, Outcome
from reference_app.billing.webhooks import FAMILY, handle, verify
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams


class MetadataOnTheSessionOnly(Billing):
    """Writes the name on the bag, and looks for it on what was in it."""

    def order(self, tenant: Organisation, customer: str, plan: str) -> SessionCreateParams:
        order = super().order(tenant, customer, plan)
        noted = {"organisation": str(tenant.id)}
        return {**order, "metadata": noted, "subscription_data": {}}

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        noted = notice.subject.get("metadata") or {}
        if notice.type.startswith(FAMILY) and "organisation" not in noted:
            return Outcome.IGNORED
        return handle(self, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, MetadataOnTheSessionOnly)
