"""The return page fetches the subscription from Stripe and writes the entitlement.

Pattern: A5 (two writers of one row).
Mechanism: coming back is taken for news, so a page that should only look becomes a second writer
beside the webhook, without its lock. The database would refuse, so it has the writer's role.
Symptom: right after Checkout all seems well, and sooner than in the correct app. But access appears
for who reloads the page and not for who closes the tab, and a visit can put an older picture over a
newer one.
Breaks: `single-writer`.
Seen in: laravel/cashier-stripe#1773, FOSSBilling/FOSSBilling#4231, keygen-sh/keygen-api#381.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing, Entitlement
from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class RefreshOnReturn(Billing):
    """Writes where the correct app reads."""

    def returned(self, organisation: Organisation) -> Entitlement:
        if organisation.stripe_customer is not None:
            now = self.read(subscriptions_of(self.stripe, organisation.stripe_customer))
            with self.database.settling() as session:
                write(session, organisation, now, "return page")
        return self.entitlement(organisation)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, RefreshOnReturn)
