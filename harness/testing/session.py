"""The house of the test run under way, for what has no fixtures: state machines, and what
Hypothesis draws.

A test run may be inside another, as in the tests of plugins; the innermost counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.testing.house import House

_UNDER_WAY: list[Callable[[], House]] = []


class NoSession(Exception):
    """Something of the plugin was used where the plugin is not active."""


def begin(house: Callable[[], House]) -> None:
    """A test run begins; `house` gives its house, built when it is first asked for."""
    _UNDER_WAY.append(house)


def end() -> None:
    """The innermost test run is over."""
    _UNDER_WAY.pop()


def current_house() -> House:
    if not _UNDER_WAY:
        raise NoSession("this needs pytest with Carom's plugin, which comes with the package carom")
    return _UNDER_WAY[-1]()
