"""The one discount there could be, since when there may be several.

`coupon` and `promotion_code` became entries of `discounts`. Customers have no newer parameter for
it: a customer's discount is set by these two alone.
"""

from __future__ import annotations

from typing import Any

from simulator.api.versions.change import Change, Parameters, Raw
from simulator.api.versions.shape import Lookup, Shape
from simulator.contract import ParameterError
from simulator.contract.shapes import Slot, Text
from simulator.engine import Obj, World

SINGULAR = ("coupon", "promotion_code")
_UNSETTABLE = Slot(Text(), unset=True)


def _first(lookup: Lookup, newest: Obj) -> Obj | None:
    """The first discount, embedded whole."""
    for discount in newest.get("discounts") or ():
        return discount if isinstance(discount, dict) else lookup.world.get("discount", discount)
    return None


def _upgrade(raw: Raw, _world: World) -> Raw:
    named = [name for name in SINGULAR if name in raw]
    if not named:
        return raw
    if "discounts" in raw or len(named) > 1:
        both = [name for name in (*SINGULAR, "discounts") if name in raw]
        raise ParameterError(
            f"You may only specify one of these parameters: {', '.join(both)}.", param=both[0]
        )
    value: Any = raw[named[0]]
    newer = {name: item for name, item in raw.items() if name not in SINGULAR}
    return {**newer, "discounts": [{named[0]: value}] if value != "" else ""}


def _upgrade_phases(raw: Raw, world: World) -> Raw:
    phases = raw.get("phases")
    if isinstance(phases, dict):
        return {**raw, "phases": {key: _phase(phase, world) for key, phase in phases.items()}}
    if isinstance(phases, list):
        return {**raw, "phases": [_phase(phase, world) for phase in phases]}
    return raw


def _phase(phase: Any, world: World) -> Any:
    if isinstance(phase, dict) and "coupon" in phase:
        return _upgrade(phase, world)
    return phase


_DISCOUNTS = Parameters(
    _upgrade,
    names={
        "discounts[0][coupon]": "coupon",
        "discounts[0][promotion_code]": "promotion_code",
    },
)
_OF_CUSTOMER = Parameters(further=dict.fromkeys(SINGULAR, _UNSETTABLE))
_PHASES = Parameters(_upgrade_phases)

CHANGE = Change(
    version="2025-03-31.basil",
    summary="`discounts` replaces `discount`, and the parameters `coupon` and `promotion_code`.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-singular-coupon-promotion-code",
    shapes={
        "invoice": Shape(removed={"discount": _first}),
        "subscription": Shape(removed={"discount": _first}),
    },
    parameters={
        "POST /v1/customers": _OF_CUSTOMER,
        "POST /v1/customers/{customer}": _OF_CUSTOMER,
        "POST /v1/invoices/create_preview": _DISCOUNTS,
        "POST /v1/subscription_schedules": _PHASES,
        "POST /v1/subscription_schedules/{schedule}": _PHASES,
        "POST /v1/subscriptions": _DISCOUNTS,
        "POST /v1/subscriptions/{subscription_exposed_id}": _DISCOUNTS,
    },
)
