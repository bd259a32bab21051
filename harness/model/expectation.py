"""What a scenario's `expect` step asserts, compared with what was seen: a pure function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.app.config import Plan
from harness.app.protocol import Entitlement
from harness.model.oracle import Products, plan_item
from scenarios import Expectation

Obj = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """The facts an expectation may speak of. `prices` are the unit amounts of the plans, `expected`
    is the oracle's entitlement, `refused` the status with which the app said no just now.
    """

    shown: Entitlement | None
    subscription: Obj | None
    invoice: Obj | None
    events: Sequence[str]
    prices: Mapping[str, int]
    expected: Entitlement = field(default_factory=Entitlement)
    refused: int | None = None
    products: Products = field(default_factory=dict)


def unmet(expectation: Expectation, seen: Seen, plans: Mapping[str, Plan]) -> list[str]:
    """A sentence for each thing that is not as expected; empty when all is."""
    return [
        *_refusal(expectation.refused, seen.refused),
        *_entitlement(expectation.entitlement, seen.shown, seen.expected),
        *_subscription(expectation.subscription, seen, plans),
        *_invoice(expectation.invoice, seen.invoice, seen.prices),
        *_events(expectation, [name.partition("#")[0] for name in seen.events]),
    ]


def _refusal(wanted: bool | None, refused: int | None) -> list[str]:
    if wanted is None or wanted == (refused is not None):
        return []
    seen = "does what it is asked" if refused is None else f"refuses it with {refused}"
    return [f"the app {seen}; expected that it {'refuses it' if wanted else 'does it'}"]


def _entitlement(
    wanted: Mapping[str, Any], shown: Entitlement | None, expected: Entitlement
) -> list[str]:
    if not wanted:
        return []
    wanted = {
        name: getattr(expected, name) if value == "by profile" else value
        for name, value in wanted.items()
    }
    if shown is None:
        return ["the app shows no entitlement yet: nobody has signed up"]
    found = {name: getattr(shown, name) for name in wanted}
    # What an app does not show it cannot show wrongly.
    judged = {name: value for name, value in wanted.items() if found[name] is not None}
    return _differences("the app shows", judged, found)


def _subscription(wanted: Mapping[str, Any], seen: Seen, plans: Mapping[str, Plan]) -> list[str]:
    subscription = seen.subscription
    if not wanted:
        return []
    if subscription is None:
        return ["the customer has no subscription at Stripe"]
    plan, item = plan_item(subscription, plans, seen.products) or (None, None)
    found = {
        "plan": plan,
        "quantity": None if item is None else item.get("quantity"),
        "status": subscription["status"],
        "cancel_at_period_end": subscription["cancel_at_period_end"],
        "cancel_at": subscription["cancel_at"],
        "items": len(subscription["items"]["data"]),
    }
    return _differences("the subscription has", wanted, found)


def _invoice(
    wanted: Mapping[str, Any], invoice: Obj | None, prices: Mapping[str, int]
) -> list[str]:
    if not wanted:
        return []
    if invoice is None:
        return ["the customer has no invoice at Stripe"]
    total = wanted.get("total")
    if isinstance(total, str):
        wanted = {**wanted, "total": prices[total.removeprefix("price of ")]}
    found = {
        "status": invoice["status"],
        "reason": invoice["billing_reason"],
        "total": invoice["total"],
    }
    return _differences("the latest invoice has", wanted, found)


def _events(expectation: Expectation, types: Sequence[str]) -> list[str]:
    told = ", ".join(types) or "none"
    faults = []
    if expectation.events is not None and list(expectation.events) != list(types):
        wanted = ", ".join(expectation.events) or "none"
        faults.append(f"the events are {told}; expected {wanted}")
    rest = iter(types)
    missing = [name for name in expectation.events_include if name not in rest]
    if missing:
        faults.append(f"{missing[0]} is not among the events, or not in its place: {told}")
    return faults


def _differences(told: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    faults = []
    for name, value in wanted.items():
        seen = found[name]
        if value in ("set", "none") and name in ("cancel_at", "period_end"):
            matches, seen = (
                (seen is not None) == (value == "set"),
                "none" if seen is None else "set",
            )
        else:
            matches = seen == value
        if not matches:
            faults.append(f"{told} {name} {_said(seen)}; expected {_said(value)}")
    return faults


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
