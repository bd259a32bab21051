"""A second subscription does not fit into the table.

Pattern: G7 (buying again wedges the webhook).
Mechanism: the handler updates the row of the subscription that it is about, and inserts one when
there is none. But an organisation has one row, so the insert fails, each time it is delivered.
Symptom: who cancelled, and came back, has paid, is on the free plan, and every webhook is a 500.
Breaks: `truthful-ack`.
Seen in: mikefrawth/repo-health-analyzer#35.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy import insert
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class RowForEachSubscription(Billing):
    """Looks for a row by one key, in a table that has another."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        row = session.get(PlanEntitlement, organisation.id)
        known = row.subscription if row is not None else None
        changed = super().settle(session, organisation, notice)
        if row is not None and row.subscription != known:
            session.execute(insert(PlanEntitlement).values(organisation_id=organisation.id))
        return changed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, RowForEachSubscription)
