"""All changes that Carom knows, found by being modules of the folder `changes`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from simulator.api.versions import changes
from simulator.api.versions.change import Change
from simulator.api.versions.version import Version


@cache
def history() -> tuple[Change, ...]:
    """Every change, oldest first."""
    found = [
        import_module(f"{changes.__name__}.{module.name}").CHANGE
        for module in iter_modules(changes.__path__)
    ]
    return tuple(sorted(found, key=lambda change: (change.since.date, change.summary)))


def after(version: Version) -> tuple[Change, ...]:
    """The changes that a version does not have, oldest first."""
    return tuple(change for change in history() if version.precedes(change.since))
