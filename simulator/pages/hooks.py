"""What the pages need of the simulator that serves them. The composition root implements it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from simulator.engine.objects import Obj
from simulator.engine.world import World


class Hooks(Protocol):
    """The application keeps one in `app.state.hooks`."""

    def worlds(self) -> Iterable[World]:
        """Every account that is open, those used last before others."""
        ...

    def changed(self, world: World) -> None:
        """A page changed something: there may be events to deliver."""
        ...

    async def fulfilled(self, world: World, session: Obj) -> None:
        """Until the endpoints have answered `checkout.session.completed`, within reason."""
        ...
