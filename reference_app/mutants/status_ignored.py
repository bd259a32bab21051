"""What is not paid any more is kept.

Pattern: E2 (the status is ignored: unpaid or ended keeps the plan).
Mechanism: the handler maps a price to a plan and writes it. No branch of it takes anything away:
what grants is written, what does not is nobody's concern.
Symptom: everyone who has paid once has the plan for good.
Breaks: `unpaid-access-ends`.
Seen in: rushikesh-bobade/FlipTrack#148, theopenco/llmgateway#2137, edalzell/statamic-charge#48.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.billing.entitlements import write
from reference_app.billing.subscriptions import subscriptions_of
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class StatusIgnored(Billing):
    """Has a branch for good news."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        assert organisation.stripe_customer is not None
        now = self.read(subscriptions_of(self.stripe, organisation.stripe_customer))
        if not now.access:
            return False
        organisation.checkout_session = None
        return write(session, organisation, now, notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, StatusIgnored)
