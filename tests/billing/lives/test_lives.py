"""A year at random: whatever is done to an account, all holds that must hold, after every step.

Some lives here; `--hypothesis-profile=full` lives some hundreds, longer ones.
"""

from __future__ import annotations

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from simulator.engine import DAY
from tests.billing.lives import books, periods, shapes
from tests.billing.lives.customers import ClockRules, CustomerRules
from tests.billing.lives.lived import GOOD, Lived, quantities
from tests.billing.lives.payments import InvoiceRules, PageRules, PaymentRules
from tests.billing.lives.replay import Listener
from tests.billing.lives.shop import PRICES
from tests.billing.lives.subscriptions import PauseRules, ScheduleRules, SubscriptionRules

FULL = settings.get_current_profile_name() == "full"
YEAR = 365 * DAY


class AnyLife(
    CustomerRules,
    ClockRules,
    SubscriptionRules,
    PauseRules,
    ScheduleRules,
    InvoiceRules,
    PaymentRules,
    PageRules,
):
    """Everything that may be done, and what holds after each of it."""

    def __init__(self) -> None:
        Lived.__init__(self)
        self.listener = Listener()
        self.began = self.life.world.now()

    @initialize(price=st.integers(0, len(PRICES) - 1), quantity=quantities)
    def first_subscription(self, price: int, quantity: int) -> None:
        self.new_customer(card=GOOD, clocked=0)
        self.subscribe_plainly(who=0, price=price, quantity=quantity)

    @invariant()
    def all_is_well(self) -> None:
        world, step = self.life.world, self.life.step()
        shapes.check(new for _, new in step.changed.values() if new)
        shapes.check(event for event in step.news)
        self.listener.follow(world, step)
        books.check(world, step)
        periods.check(world, step)
        periods.check_all(world)
        self.life.sound = True

    def teardown(self) -> None:
        """The year is lived out, and once more: the same deeds give the same bytes."""
        if not self.life.sound:
            return
        world = self.life.world
        while world.now() < self.began + YEAR:
            self.life.wait(30 * DAY)
            self.all_is_well()
        shapes.check(world._objects.values())
        self.listener.check(world, [*world._objects, *self.listener.pictures])
        books.check_account(world)
        again = self.life.again()
        assert orjson.dumps(again.world.events) == orjson.dumps(world.events)


AnyLife.TestCase.settings = settings(
    max_examples=400 if FULL else 40, stateful_step_count=60 if FULL else 30, deadline=None
)
TestAnyLife = AnyLife.TestCase
