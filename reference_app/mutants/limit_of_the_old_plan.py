"""A plan is switched, and its limits stay.

Pattern: F5 (the plan changes, but derived limits do not).
Mechanism: what a plan allows is copied beside the customer when the subscription is new, so that it
need not be looked up. The branch for updates writes the plan's name, and not the copy.
Symptom: who goes up to pro sees "pro" on the page, and is told that eight tables is the limit.
Breaks: `plan-fidelity`.
Seen in: appstrate/appstrate#1324, pierreb-devkit/Node#3571, ansvisor/ansvisor#500.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from reference_app.mutants._extras import Extra, Showing
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class LimitOfTheOldPlan(Showing):
    """Updates the label."""

    def note(self, kept: Extra, item: Mapping[str, Any], *, new: bool) -> None:
        now = Extra.of(item)
        kept.seats, kept.amount = now.seats, now.amount
        if new:
            kept.limit = now.limit


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, LimitOfTheOldPlan)
