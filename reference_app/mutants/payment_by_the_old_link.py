"""A payment is matched by a link that invoices no longer have.

Pattern: D8 (the link from an invoice to its subscription moved).
Mechanism: who is behind with a payment is behind until `invoice.paid` says otherwise, and an
invoice is taken for one of a subscription if `invoice.subscription` is set. Since API version
2025-03-31.basil that is `parent.subscription_details.subscription`, so the guard against null skips
every payment.
Symptom: customers who have paid are told to pay, and the delivery log is all green.
Breaks: `converges`.
Seen in: Azuriom/Plugin-Shop#276, stripe-samples/subscription-use-cases#1214,
hackerai-tech/hackerai#880, giselles-ai/giselle#1452.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app

BEHIND = frozenset({"past_due", "unpaid"})


class PaymentByTheOldLink(Billing):
    """Lets only the invoice say that it was paid."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        if notice.type == "invoice.paid":
            if notice.subject.get("subscription") is None:
                return False
            return super().settle(session, organisation, notice)
        row = session.get(PlanEntitlement, organisation.id)
        known = (row.subscription, row.status) if row is not None else None
        changed = super().settle(session, organisation, notice)
        if row is not None and known in {(row.subscription, behind) for behind in BEHIND}:
            row.status = known[1] if row.status == "active" else row.status
        return changed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, PaymentByTheOldLink)
