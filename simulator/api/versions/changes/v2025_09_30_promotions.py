"""The coupon of a promotion code, which was embedded whole."""

from __future__ import annotations

from simulator.api.versions.change import Change, Parameters, Raw
from simulator.api.versions.changes.v2025_09_30_discount_source import coupon_at
from simulator.api.versions.shape import Shape
from simulator.engine import World


def _upgrade(raw: Raw, _world: World) -> Raw:
    if "coupon" not in raw:
        return raw
    newer = {name: value for name, value in raw.items() if name != "coupon"}
    return {**newer, "promotion": {"coupon": raw["coupon"], "type": "coupon"}}


CHANGE = Change(
    version="2025-09-30.clover",
    summary="`promotion` of a promotion code names its coupon, in place of `coupon`.",
    page="https://docs.stripe.com/changelog/clover/2025-09-30/polymorphic-coupon",
    shapes={
        "promotion_code": Shape(
            added=("promotion",),
            removed={"coupon": lambda lookup, code: coupon_at(lookup, code, "promotion")},
        )
    },
    parameters={
        "POST /v1/promotion_codes": Parameters(_upgrade, names={"promotion[coupon]": "coupon"})
    },
)
