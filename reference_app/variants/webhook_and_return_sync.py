"""The return page brings the entitlement in line as well: profile `webhook-and-return-sync`.

A customer who comes back from Checkout need not wait for the webhook. It is sound because the page
does just what a webhook does: it locks the organisation, fetches what holds now for the customer
that is stored (never for an id from the address), and writes it. Coming back proves nothing still;
it is only one more occasion to ask.
"""

from __future__ import annotations

import logging

from fastapi import FastAPI

from reference_app.billing import Billing, Entitlement, StripeRefused
from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.locks import locked
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_usual_app

log = logging.getLogger(__name__)


class ReturnSyncs(Billing):
    """Looks at Stripe on the way back; where Stripe cannot be asked, shows what is known."""

    def returned(self, organisation: Organisation) -> Entitlement:
        try:
            self._bring_in_line(organisation)
        except StripeRefused as refused:
            log.info("The return page shows what is known: %s", refused)
        return self.entitlement(organisation)

    def _bring_in_line(self, organisation: Organisation) -> None:
        with self.database.settling() as session:
            tenant = locked(session, Organisation.id == organisation.id)
            if tenant is None or tenant.stripe_customer is None:
                return
            now = self.read(subscriptions_of(self.stripe, tenant.stripe_customer))
            if now.access:
                tenant.checkout_session = None
            write(session, tenant, now, "return page")


def create_app(settings: Settings) -> FastAPI:
    return create_usual_app(settings, ReturnSyncs)
