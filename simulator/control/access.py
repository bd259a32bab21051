"""How a request of the control API says which account it is about.

As on the Stripe paths: by `Authorization: Bearer sk_test_...`, and `Carom-World` where several
worlds share a key. The application puts its `Desks` in `app.state`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyHeader

from simulator.control import shapes
from simulator.control.desk import Desk, Desks

_KEY = APIKeyHeader(
    name="Authorization", auto_error=False, description="`Bearer sk_test_...` names the account."
)
_REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": shapes.Refusal} for status in (400, 401, 404, 409)
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a request says of its account."""

    authorization: str | None
    world: str | None


async def visitor(
    key: Annotated[str | None, Security(_KEY)] = None,
    world: Annotated[
        str | None, Header(alias="Carom-World", description="One of several worlds of the key.")
    ] = None,
) -> Visitor:
    return Visitor(key, world)


async def all_desks(request: Request) -> Desks:
    desks: Desks = request.app.state.desks
    return desks


Hall = Annotated[Desks, Depends(all_desks)]
Who = Annotated[Visitor, Depends(visitor)]


async def desk(desks: Hall, who: Who) -> Desk:
    return desks.desk(who.authorization, who.world)


AtDesk = Annotated[Desk, Depends(desk)]


def answers(model: Any) -> dict[int | str, dict[str, Any]]:
    """The answers of a route, for its description."""
    return {200: {"model": model}, **_REFUSED}
