"""Meters and metered prices for stories about usage."""

from __future__ import annotations

from typing import Any

from simulator.engine import Obj
from tests.billing.account import Account

EVENT = "api_call"


def meter(account: Account, formula: str = "sum", **more: Any) -> Obj:
    more = {"display_name": "Calls", "event_name": EVENT, **more}
    return account.post("billing/meters", default_aggregation={"formula": formula}, **more)


def report(account: Account, customer: str, value: object = 1, **more: Any) -> Obj:
    payload = {"stripe_customer_id": customer, "value": str(value)}
    more = {"event_name": EVENT, "payload": payload, **more}
    return account.post("billing/meter_events", **more)


def metered_price(account: Account, of: Obj | None = None, **terms: Any) -> str:
    """A price of 3 cents a call and month, unless the terms say otherwise."""
    product = account.post("products", name="Calls")["id"]
    interval = terms.pop("interval", "month")
    name = (of or meter(account))["id"]
    if not terms:
        terms = {"unit_amount": 3}
    recurring = {"interval": interval, "meter": name, "usage_type": "metered"}
    made = account.post("prices", product=product, currency="usd", recurring=recurring, **terms)
    return made["id"]


def usage_of(account: Account, of: Obj, customer: str, start: int, end: int) -> float:
    """The usage as one summary tells it."""
    path = f"billing/meters/{of['id']}/event_summaries"
    (summary,) = account.get(path, customer=customer, start_time=start, end_time=end)["data"]
    value: float = summary["aggregated_value"]
    return value
