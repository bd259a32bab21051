"""Of two events of one second the one that arrives later is taken for the newer.

Pattern: B6 (same-second ties).
Mechanism: older news is told by its `created` and dropped; but `created` has whole seconds, and
Stripe makes several events of one purchase in the same one. Nothing else in them says which was
first.
Symptom: after a busy second a customer is "incomplete", or winding down again, until the next
change.
Breaks: `paid-access-kept` and `converges`.
Seen in: PostHog/posthog#98651, stripe/sync-engine#279, fastrepl/anarlog#7222,
zed-industries/zed#15510.
"""

from __future__ import annotations

import json
from dataclasses import replace

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice, Outcome
from reference_app.billing.entitlements import write
from reference_app.billing.webhooks import CUSTOMER_DELETED, FAMILY, handle, verify
from reference_app.mutants._pictures import mark, pictured
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class SameSecondWins(Billing):
    """Writes the picture of an event that is not older than the last one."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        subject = {**notice.subject, "told_at": json.loads(payload)["created"]}
        return handle(self, replace(notice, subject=subject))

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type == CUSTOMER_DELETED:
            changed = super().settle(session, organisation, notice)
            mark(session, organisation, 0)
            return changed
        if not notice.type.startswith(FAMILY):
            return False
        row, told_at = session.get(PlanEntitlement, organisation.id), notice.subject["told_at"]
        if row is not None and told_at < row.updated_at:
            return False
        changed = write(session, organisation, pictured(self, notice), notice.id)
        mark(session, organisation, told_at)
        return changed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, SameSecondWins)
