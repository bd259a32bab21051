"""Which endpoint Carom knows how well, counted by resource family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from simulator.api import search
from simulator.billing import HANDLERS
from simulator.contract import Route, installed, route_table
from simulator.generic import Fidelity, endpoint

LEVELS: tuple[Fidelity, ...] = get_args(Fidelity)
GROUPS = frozenset(
    {
        "apple_pay",
        "apps",
        "billing",
        "billing_portal",
        "checkout",
        "climate",
        "commerce",
        "core",
        "entitlements",
        "financial_connections",
        "forwarding",
        "identity",
        "issuing",
        "money_management",
        "product_catalog",
        "radar",
        "reporting",
        "sigma",
        "tax",
        "terminal",
        "test_helpers",
        "three_d_secure",
        "treasury",
        "vault",
    }
)
"""Segments that hold resources and are none themselves."""


@dataclass(frozen=True, slots=True)
class Family:
    """One resource with all that stands under it (`/v1/customers`), and its endpoints."""

    name: str
    routes: Mapping[str, Fidelity]

    def count(self, level: Fidelity) -> int:
        return sum(each == level for each in self.routes.values())


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every endpoint of the installed SDK. `sdk` is its version."""

    sdk: str
    families: tuple[Family, ...]
    levels: tuple[Fidelity, ...] = LEVELS

    def totals(self) -> dict[str, int]:
        return {level: sum(each.count(level) for each in self.families) for level in LEVELS}


def coverage() -> Coverage:
    """How well Carom knows each endpoint of the installed SDK, family by family."""
    families: dict[str, dict[str, Fidelity]] = {}
    for route in route_table().routes:
        families.setdefault(family_of(route), {})[route.key] = fidelity(route)
    found = (Family(name, routes) for name, routes in sorted(families.items()))
    return Coverage(installed().version, tuple(found))


def fidelity(route: Route) -> Fidelity:
    """How well Carom knows one endpoint."""
    if route.key in HANDLERS or route.key in search.HANDLERS:
        return "simulated"
    return endpoint(route).fidelity


def family_of(route: Route) -> str:
    """`/v1/issuing/cards` of `/v1/test_helpers/issuing/cards/{card}/shipping/ship`."""
    return "/" + "/".join(_family_words(route.path))


def _family_words(path: str) -> Iterator[str]:
    version, *words = path.split("/")[1:]
    yield version
    if words[0] == "test_helpers" and words[1] != "test_clocks":
        words = words[1:]
    for word in words:
        yield word
        if word not in GROUPS:
            return
