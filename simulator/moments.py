"""An account at one moment: what a snapshot keeps, and what a fork starts from."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.api import Books
from simulator.delivery import Outbox
from simulator.engine import World


@dataclass(frozen=True, slots=True)
class Moment:
    """Objects and time, mail, and books (idempotency keys and the request log).

    Nothing happens in a moment that is kept: it is only ever forked.
    """

    world: World
    outbox: Outbox
    books: Books

    def fork(self, key: str | None = None, branch: str | None = None) -> Moment:
        """The same, to go on from: under another key, if that is given.

        A `branch` has ids of its own: for whoever remembers those that another branch gave out.
        """
        world = self.world.fork(key)
        books = self.books.fork(world)
        if branch is not None:
            world.ids = world.ids.copy(world.clock.now, branch=branch)
            books.ids = books.ids.copy(world.now, branch=branch)
        return Moment(world, self.outbox.fork(world), books)
