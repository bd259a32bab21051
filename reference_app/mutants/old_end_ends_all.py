"""The end of any subscription is the end of the customer's plan.

Pattern: G5 (the end of an old subscription revokes the new one).
Mechanism: the branch for `customer.subscription.deleted` writes "canceled" for the customer, and
does not ask which of their subscriptions it was that ended.
Symptom: who came back with a new subscription loses it when the news of the old one's end is late.
Breaks: `paid-access-kept`.
Seen in: theopenco/llmgateway#2911, managoat/fountain#393, DevBetterCom/DevBetterWeb#406,
gitroomhq/postiz-app#2061.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.billing.entitlements import write
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class OldEndEndsAll(Billing):
    """Takes one subscription for all of them."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type != "customer.subscription.deleted":
            return super().settle(session, organisation, notice)
        return write(session, organisation, self.read([notice.subject]), notice.id)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, OldEndEndsAll)
