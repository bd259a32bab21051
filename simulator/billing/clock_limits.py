"""What a test clock does not allow: more than it can hold, and writes while it advances.

docs.stripe.com/billing/testing/test-clocks: three customers for each clock, three subscriptions for
each of its customers. These are laws of what may be there when an API call is done, however it came
there. The words of the refusals are ours but for the second, which several public projects quote;
that subscriptions which ended make room for others is our reading.
"""

from __future__ import annotations

from simulator.billing.subscription_status import ENDED
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World

CUSTOMERS = SUBSCRIPTIONS = 3
_CLOCK = "test_helpers.test_clock"


def customer_changed(world: World, name: str) -> None:
    """Law `after` a customer changed."""
    customer = world.get("customer", name)
    clock = _clock_of(world, customer)
    if clock is None:
        return
    _refuse_while_advancing(clock)
    if world.count("customer", "test_clock", clock["id"]) > CUSTOMERS:
        raise StripeError(
            f"Test clock `{clock['id']}` already has {CUSTOMERS} customers, the most that a test"
            " clock can have.",
            param="test_clock",
        )


def subscription_changed(world: World, name: str) -> None:
    """Law `after` a subscription changed."""
    subscription = world.get("subscription", name)
    clock = _clock_of(world, subscription)
    if clock is None or subscription is None:
        return
    _refuse_while_advancing(clock)
    held = world.walk("subscription", "customer", subscription["customer"])
    if sum(each["status"] not in ENDED for each in held) > SUBSCRIPTIONS:
        raise StripeError(
            f"Customer `{subscription['customer']}` already has {SUBSCRIPTIONS} subscriptions, the"
            " most that a customer on a test clock can have.",
            param="customer",
        )


def invoice_changed(world: World, name: str) -> None:
    """Law `after` an invoice changed."""
    clock = _clock_of(world, world.get("invoice", name))
    if clock is not None:
        _refuse_while_advancing(clock)


def _clock_of(world: World, obj: Obj | None) -> Obj | None:
    """The clock of what an API call changed; what time itself changes is always allowed."""
    if obj is None or not obj["test_clock"] or world.request is None:
        return None
    return world.get(_CLOCK, obj["test_clock"])


def _refuse_while_advancing(clock: Obj) -> None:
    if clock["status"] == "advancing":
        raise StripeError(
            f"Test clock advancement underway - cannot perform modifications on {clock['id']}",
            status=429,
            code="rate_limit",
        )
