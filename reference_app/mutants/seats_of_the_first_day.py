"""The number of seats is read when they are bought, and never again.

Pattern: F6 (quantity and seats out of step).
Mechanism: the seats are kept in a table of their own, whose row is written for a new subscription.
Later quantities come with `customer.subscription.updated`, which looks at status and plan.
Symptom: a team that goes from one seat to five pays for five, and the fifth cannot sign in.
Breaks: `plan-fidelity`.
Seen in: Bike4Mind/bike4mind#1602, antifailure/antifailure#189, twentyhq/twenty#25202,
theopenco/llmgateway#3543.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from reference_app.mutants._extras import Extra, Showing
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class SeatsOfTheFirstDay(Showing):
    """Counts once."""

    def note(self, kept: Extra, item: Mapping[str, Any], *, new: bool) -> None:
        now = Extra.of(item)
        kept.limit, kept.amount = now.limit, now.amount
        if new:
            kept.seats = now.seats


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, SeatsOfTheFirstDay)
