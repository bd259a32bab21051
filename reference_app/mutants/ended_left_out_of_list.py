"""The list of a customer's subscriptions is asked for without those that have ended.

Pattern: B9 (the list hides ended subscriptions).
Mechanism: Stripe's list leaves out the canceled ones unless it is asked for all. After the end the
list is empty, and from an empty list there is nothing to write.
Symptom: whoever has ended a subscription keeps the plan, and every resync says that all is well.
Breaks: `unpaid-access-ends`.
Seen in: stripe/sync-engine-fork#399, pay-rails/pay#646, better-auth/better-auth#3978.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.billing.client import refusals
from reference_app.billing.entitlements import write
from reference_app.billing.webhooks import CUSTOMER_DELETED
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class EndedLeftOutOfList(Billing):
    """Asks for what is there, and never learns what is not."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type == CUSTOMER_DELETED:
            return super().settle(session, organisation, notice)
        assert organisation.stripe_customer is not None
        with refusals():
            page = self.stripe.v1.subscriptions.list(
                {"customer": organisation.stripe_customer, "limit": 100}
            )
            found = [each.to_dict() for each in page.auto_paging_iter()]
        return bool(found) and write(session, organisation, self.read(found), notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, EndedLeftOutOfList)
