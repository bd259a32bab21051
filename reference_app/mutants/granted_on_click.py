"""The plan is switched on when it is asked for.

Pattern: F7 (an upgrade is granted before, or without, payment).
Mechanism: the button that begins the purchase writes its own success, so that the page looks right
at once; the payment will follow. It may not.
Symptom: whoever clicks on a plan and closes the tab has the plan.
Breaks: `single-writer`.
Seen in: theopenco/llmgateway#2137, Significant-Gravitas/AutoGPT#13003,
authgear/authgear-server#3159, hackerai-tech/hackerai#1264.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import OFFERS, Billing, Reading
from reference_app.billing.entitlements import write
from reference_app.settings import Settings
from reference_app.tables import Organisation, User
from reference_app.web import create_app as create_correct_app


class GrantedOnClick(Billing):
    """Takes the wish for the deed."""

    def upgrade(self, user: User, organisation: Organisation, plan: str) -> dict[str, str]:
        opened = super().upgrade(user, organisation, plan)
        hoped = Reading(plan=OFFERS[plan].plan.name, price=plan, status="active")
        with self.database.settling() as session:
            write(session, organisation, hoped, "upgrade")
        return opened


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, GrantedOnClick)
