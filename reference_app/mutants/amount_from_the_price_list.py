"""What a customer pays is read from the price list.

Pattern: F9 (amounts are recomputed in the app).
Mechanism: the page takes the list price of the plan times the seats. Who bought before the price
was raised pays the price of then: it stands on their subscription, and nowhere else.
Symptom: "your plan costs $49" to one whose card is charged another amount each month.
Breaks: `no-local-proration`.
Seen in: gitroomhq/postiz-app#1904, PostHog/posthog#22717, mozilla/fxa#19200,
twentyhq/twenty#25635.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from reference_app.billing.client import refusals
from reference_app.billing.plans import amounts, plan_of
from reference_app.mutants._extras import Extra, Showing
from reference_app.settings import Settings
from reference_app.web import create_app as create_correct_app


class AmountFromThePriceList(Showing):
    """Does sums of its own."""

    def note(self, kept: Extra, item: Mapping[str, Any], *, new: bool) -> None:
        super().note(kept, item, new=new)
        plan = plan_of(item["price"])
        with refusals():
            listed = amounts(self.stripe)
        if plan is not None and kept.seats is not None:
            key = item["price"].get("lookup_key") or f"{plan.name}_monthly"
            kept.amount = listed[key].amount_minor * kept.seats


def create_app(settings: Settings) -> FastAPI:
    return create_correct_app(settings, AmountFromThePriceList)
