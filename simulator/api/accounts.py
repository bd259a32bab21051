"""The worlds by their keys: each test key is an account of its own, opened on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.engine import World


class Accounts:
    """Opens worlds by key; `make` is how the composition root builds one."""

    def __init__(self, make: Callable[[str], World]) -> None:
        self._make = make
        self._worlds: dict[str, World] = {}

    def open(self, key: str) -> World:
        """The world of a key, made on first use."""
        world = self._worlds.get(key)
        if world is None:
            world = self._worlds[key] = self._make(key)
        return world

    def reset(self, key: str, make: Callable[[str], World] | None = None) -> World:
        """A fresh world in the place of the key's old one, built by `make` if that is given."""
        world = self._worlds[key] = (make or self._make)(key)
        return world

    def __iter__(self) -> Iterator[World]:
        return iter(tuple(self._worlds.values()))

    def __len__(self) -> int:
        return len(self._worlds)
