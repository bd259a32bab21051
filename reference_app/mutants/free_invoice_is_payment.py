"""The invoice over nothing that opens a trial counts as its payment.

Pattern: E7 (a zero-amount trial invoice taken as payment).
Mechanism: `invoice.paid` means that money came, so its handler turns a trial into a paid plan. A
trial begins with an invoice of 0, which is paid at once.
Symptom: customers on trial are shown, counted and mailed as paying ones from the first minute.
Breaks: `converges`.
Seen in: managoat/fountain#456, kreativ-anders/kirby-memberkit#3, stripe/stripe-cli#1375.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app


class FreeInvoiceIsPayment(Billing):
    """Never looks at the amount."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        changed = super().settle(session, organisation, notice)
        row = session.get(PlanEntitlement, organisation.id)
        if notice.type == "invoice.paid" and row is not None and row.status == "trialing":
            row.status = "active"
            return True
        return changed


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, FreeInvoiceIsPayment)
