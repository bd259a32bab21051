"""Checkout is opened for whoever asks, also if it is open already or was just paid.

Pattern: G4 (buying again while the webhook is late, or Stripe cannot be reached).
Mechanism: "has no plan" is read from the app's own table, which knows nothing until the webhook
lands, and a page in another tab is not closed.
Symptom: a double click, or an impatient second try, and the customer pays two subscriptions.
Breaks: `one-subscription`.
Seen in: traceroot-ai/traceroot#1879, gitpod-io/gitpod#15246, BasedHardware/omi#7112,
keygen-sh/keygen-api#322.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import object_session

from reference_app.billing import AlreadySubscribed, Billing
from reference_app.billing.entitlements import entitlement
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class SecondCheckout(Billing):
    """Looks into its own table, and not at Stripe."""

    def refuse_second_subscription(self, tenant: Organisation, customer: str) -> None:  # noqa: ARG002
        session = object_session(tenant)
        assert session is not None
        if entitlement(session, tenant.id).access:
            raise AlreadySubscribed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, SecondCheckout)
