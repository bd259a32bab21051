"""The name of a product's features, which left room for entitlements."""

from __future__ import annotations

from typing import Any

from simulator.api.versions.change import Change, Parameters
from simulator.api.versions.shape import Shape, taken_from
from simulator.engine import World


def _upgrade(raw: dict[str, Any], _world: World) -> dict[str, Any]:
    if "features" not in raw:
        return raw
    return {
        "marketing_features" if name == "features" else name: value for name, value in raw.items()
    }


_FEATURES = Parameters(_upgrade, names={"marketing_features": "features"})

CHANGE = Change(
    version="2024-04-10",
    summary="`features` of a product is called `marketing_features`.",
    page="https://docs.stripe.com/changelog/2024-04-10",
    shapes={
        "product": Shape(
            added=("marketing_features",),
            removed={"features": taken_from("marketing_features")},
        )
    },
    parameters={"POST /v1/products": _FEATURES, "POST /v1/products/{id}": _FEATURES},
)
