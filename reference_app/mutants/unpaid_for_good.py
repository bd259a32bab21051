"""Who was suspended for not paying stays suspended after paying.

Pattern: E4 (recovery from unpaid never happens).
Mechanism: a suspended organisation is skipped until it buys again, because nobody thought that an
`unpaid` subscription can come back: the open invoice is paid, and the same one is active.
Symptom: the customer has paid what was owed, is billed again each month, and has nothing.
Breaks: `converges`.
Seen in: twentyhq/twenty#18770.
"""

from __future__ import annotations

from fastapi import FastAPI
from sqlalchemy.orm import Session

from reference_app.billing import Billing, Notice
from reference_app.settings import Settings
from reference_app.tables import Organisation, PlanEntitlement
from reference_app.web import create_app as create_correct_app

BOUGHT = frozenset({"checkout.session.completed", "customer.subscription.created"})


class UnpaidForGood(Billing):
    """Takes a suspension for an end."""

    def settle(self, session: Session, organisation: Organisation, notice: Notice) -> bool:
        row = session.get(PlanEntitlement, organisation.id)
        if row is not None and row.status == "unpaid" and notice.type not in BOUGHT:
            return False
        return super().settle(session, organisation, notice)


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, UnpaidForGood)
