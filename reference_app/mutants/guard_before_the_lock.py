"""Whether an event is old news is decided before the row is locked, and it is written after.

Pattern: B7 (guard on an unlocked read).
Mechanism: the guard compares the event with a row that nobody holds. While the handler waits for
Stripe, another one passes the same guard and writes; then the first writes its older picture.
Symptom: once in a while, a customer who has just paid is told that the payment is missing.
Breaks: `paid-access-kept` and `monotonic`.
Seen in: managoat/fountain#393, oscarychen/drf-stripe-subscription#35,
theexperiencecompany/gaia#1241.
"""

from __future__ import annotations

import json

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice, Outcome
from reference_app.billing.entitlements import write
from reference_app.billing.webhooks import CUSTOMER_DELETED, FAMILY, handle, verify
from reference_app.mutants._pictures import mark, pictured
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class GuardBeforeTheLock(Billing):
    """Looks, waits, and writes."""

    def receive(self, payload: bytes, signature: str | None) -> Outcome:
        notice = verify(self.stripe, payload, signature, self.settings.stripe_webhook_secret)
        if notice.type == CUSTOMER_DELETED:
            return handle(self, notice)
        if not notice.type.startswith(FAMILY) or notice.customer is None:
            return Outcome.IGNORED
        told_at = json.loads(payload)["created"]
        with self.database.reading() as session:
            organisation = session.scalars(
                select(Organisation).where(Organisation.stripe_customer == notice.customer)
            ).one_or_none()
            row = session.get(PlanEntitlement, organisation.id) if organisation else None
        if organisation is None or (row is not None and told_at < row.updated_at):
            return Outcome.IGNORED
        now = pictured(self, notice)
        with self.database.settling() as session:
            changed = write(session, organisation, now, notice.id)
            mark(session, organisation, told_at)
        return Outcome.WRITTEN if changed else Outcome.UNCHANGED

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        changed = super().settle(session, organisation, notice)
        mark(session, organisation, 0)
        return changed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, GuardBeforeTheLock)
