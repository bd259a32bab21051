"""One change of the API: what moved, when, and how the older is made from the newer.

State is kept in the newest shape only. A change says for each object it touches how older versions
show it, for each endpoint how older parameters become newer ones, and which endpoints it took away.
All of it is data and pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from simulator.api.versions.endpoint import Endpoint
from simulator.api.versions.shape import Lookup, Shape, plan_of
from simulator.api.versions.version import Version, parse
from simulator.contract.shapes import Slot
from simulator.engine import Obj, World

Raw: TypeAlias = "dict[str, Any]"
"""Decoded parameters that are not checked yet: every leaf is text."""

Upgrade: TypeAlias = "Callable[[Raw, World], Raw]"
"""Newer parameters from older ones: the same mapping, unchanged, where there is nothing to do."""


def _as_they_are(raw: Raw, _world: World) -> Raw:
    return raw


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a change did to the parameters of one endpoint.

    `upgrade` turns older parameters into newer ones. `further` are older parameters without a newer
    counterpart, which reach the endpoint as they are. `names` gives the older bracket name for a
    newer one, so that refusals speak of what was sent. `codes` are the error codes with which the
    older parameters are refused since, where that is not `parameter_unknown`.
    """

    upgrade: Upgrade = _as_they_are
    further: Mapping[str, Slot] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """`version` is the first that has the change; `page` tells of it in Stripe's changelog."""

    version: str
    summary: str
    page: str
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def since(self) -> Version:
        return parse(self.version)

    @property
    def objects(self) -> tuple[str, ...]:
        """The objects it touches, by their wire names."""
        return tuple(self.shapes)

    def downgrade(self, obj: Obj, lookup: Lookup) -> Obj:
        """An object as it was before this change alone; what it embeds stays as it is."""
        shape = self.shapes.get(obj["object"])
        return obj if shape is None else plan_of([shape]).apply(lookup, obj)

    def upgrade_params(self, route: str, raw: Raw, world: World) -> Raw:
        """Parameters as they were before this change as they are since; `route` is its key."""
        found = self.parameters.get(route)
        return raw if found is None else found.upgrade(raw, world)
