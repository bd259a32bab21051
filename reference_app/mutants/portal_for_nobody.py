"""The portal is asked for, though there is no customer.

Pattern: G13 (no customer yet).
Mechanism: the id of the customer is handed to Stripe as it is. Who has never bought anything has
none, so it is the empty string, and Stripe says no.
Symptom: "manage billing" is an error page for everyone on the free plan.
Breaks: `no-customer`.
Seen in: calcom/cal.diy#1932, airbadge-dev/airbadge#8, useautumn/autumn#72,
openmeterio/openmeter#3435.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing, NoCustomer
from reference_app.billing.client import refusals
from reference_app.billing.portal import RETURN_PATH
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class PortalForNobody(Billing):
    """Asks Stripe first."""

    def open_portal(
        self, user: User, organisation: Organisation, to: str | None = None
    ) -> dict[str, str]:
        try:
            return super().open_portal(user, organisation, to)
        except NoCustomer:
            with refusals():
                opened = self.stripe.v1.billing_portal.sessions.create(
                    {"customer": "", "return_url": self.settings.url(RETURN_PATH)}
                )
            return {"url": opened.url}


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PortalForNobody)
