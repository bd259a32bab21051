"""To upgrade is to buy once more.

Pattern: G3 (an upgrade opens a second subscription).
Mechanism: the button "upgrade" leads to Checkout, whether there is a subscription or not. What
should have been changed is left as it is, beside the new one.
Symptom: who goes from basic to pro pays both, and finds out on the next statement.
Breaks: `one-subscription`.
Seen in: strelov1/freehire#2740, kentcdodds/kody#2048, traceroot-ai/traceroot#1878,
FlowFuse/flowfuse#5893, better-auth/better-auth#1880.
"""

from __future__ import annotations

from fastapi import FastAPI

from reference_app.billing import Billing
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app as create_correct_app


class UpgradeSellsAgain(Billing):
    """Sells to whoever asks."""

    def refuse_second_subscription(self, tenant: Organisation, customer: str) -> None:
        """Refuses nobody."""


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, UpgradeSellsAgain)
