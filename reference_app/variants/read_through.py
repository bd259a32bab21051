"""Nothing is kept: each read asks Stripe what holds now. Profile `read-through`.

Simple, and never behind: no webhook can come late, since none is waited for. It is paid for with a
call to Stripe on each page that asks, and such a page cannot be answered while Stripe is down. What
the app still keeps is whose customer is whose.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, CustomerGone, Entitlement, Notice, Reading
from reference_app.billing.entitlements import shown
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_usual_app


class ReadThrough(Billing):
    """Asks where the usual app looks into its table."""

    def entitlement(self, organisation: Organisation) -> Entitlement:
        with self.database.reading() as session:
            tenant = session.get_one(Organisation, organisation.id)
            customer, begun = tenant.stripe_customer, tenant.checkout_session is not None
        return shown(self._now(customer) if customer else Reading(), begun=begun)

    def _now(self, customer: str) -> Reading:
        try:
            return self.read(subscriptions_of(self.stripe, customer))
        except CustomerGone:
            return Reading()  # deleted with all subscriptions; the webhook that says so is to come

    def settle(
        self,
        session: Session,  # noqa: ARG002
        organisation: Organisation,  # noqa: ARG002
        notice: Notice,  # noqa: ARG002
    ) -> bool:
        """A webhook has nothing to write: the next read sees what it is about."""
        return False


def create_app(settings: Settings) -> FastAPI:
    return create_usual_app(settings, ReadThrough)
