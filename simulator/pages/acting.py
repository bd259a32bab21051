"""Doing what a customer asked for on a page: all of it, or nothing.

A refusal of billing undoes what was begun, unless it says that what was done stays: a declined
payment leaves its attempt and its events behind, as it does through the API.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from simulator.contract.errors import StripeError
from simulator.engine.world import World

Result = TypeVar("Result")


def act(world: World, action: Callable[[], Result]) -> Result:
    """The result of `action`, done in one transaction. Refusals are `StripeError`."""
    with world.transaction():
        try:
            return action()
        except StripeError as fault:
            if not fault.commits:
                raise
            refusal = fault
    raise refusal
