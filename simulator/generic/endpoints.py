"""How well Carom knows an endpoint, and the function that carries it out.

*Simulated* behaviour is written in the billing room, *stored* objects are kept as they are told to
be, *shaped* answers are valid and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal, TypeAlias

from simulator.billing.call import Answer, Call
from simulator.contract import Route
from simulator.engine import World
from simulator.generic import shaped, stored
from simulator.generic.documents import Document
from simulator.generic.roles import Role, owned_kinds, role_of
from simulator.generic.verbs import move

Fidelity: TypeAlias = Literal["simulated", "stored", "shaped"]
AnyHandler: TypeAlias = Callable[[World, Call], "Answer | Document"]

PARTS: dict[str, Callable[[Role, World, Call], Answer]] = {
    "create": stored.create,
    "delete": stored.delete,
    "list": stored.index,
    "retrieve": stored.retrieve,
    "settings": stored.settings,
    "update": stored.update,
}
WRITING = frozenset({"act", "create", "delete", "update"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers an endpoint, and how much it is worth."""

    handler: AnyHandler
    fidelity: Fidelity


@cache
def endpoint(route: Route) -> Endpoint:
    """What answers a route that the billing room does not carry out."""
    role = role_of(route)
    if role is not None and (handler := _stored(role)) is not None:
        return Endpoint(handler, "stored")
    return Endpoint(partial(shaped.shape, route, role), "shaped")


def _stored(role: Role) -> AnyHandler | None:
    """What carries out a role in state; None where that would go behind the billing room's back."""
    if role.part in WRITING and owned_kinds().intersection(role.kinds):
        return None
    if role.part != "act":
        return partial(PARTS[role.part], role)
    leads = move(role.kinds[0], role.words)
    return partial(stored.act, role, leads) if leads is not None else None
