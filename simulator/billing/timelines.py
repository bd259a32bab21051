"""Whose time an object lives in: the account's, or that of the test clock its customer is on.

docs.stripe.com/billing/testing/test-clocks: everything under a customer inherits the clock.
"""

from __future__ import annotations

from simulator.engine import ACCOUNT, Obj, World


def timeline_of(obj: Obj) -> str:
    """The timeline of a customer, a subscription or an invoice."""
    return obj.get("test_clock") or ACCOUNT


def time_of(world: World, obj: Obj) -> int:
    """Unix seconds now on the object's timeline; the account's, when its test clock is gone."""
    timeline = timeline_of(obj)
    if timeline != ACCOUNT and world.get("test_helpers.test_clock", timeline) is None:
        return world.now()
    return world.now(timeline)
