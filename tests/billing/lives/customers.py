"""Customers: made, described, credited, taxed, deleted; their cards; and their clocks."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from simulator.engine import DAY, HOUR
from tests.billing.lives.lived import Lived, cards, some, which
from tests.billing.lives.shop import METERED

EXEMPT = ("none", "exempt", "reverse")


class CustomerRules(Lived):
    """What is done to customers."""

    @rule(card=st.none() | cards, clocked=which)
    def new_customer(self, card: str | None, clocked: int) -> None:
        clock = self.life.pick("test_helpers.test_clock", clocked) if clocked > 3 else None
        more = {"test_clock": clock["id"]} if clock else {}
        made = self.life.post("customers", email="ada@example.org", name="Ada", **more)
        if made and card:
            self._default_card(made["id"], card)

    def _default_card(self, customer: str, card: str) -> None:
        method = self.life.post(f"payment_methods/{card}/attach", customer=customer)
        if method:
            settings = {"default_payment_method": method["id"]}
            self.life.post(f"customers/{customer}", invoice_settings=settings)

    @rule(who=which, name=st.sampled_from(["Ada", "Bea", ""]), exempt=st.sampled_from(EXEMPT))
    def describe(self, who: int, name: str, exempt: str) -> None:
        customer = self.life.pick("customer", who)
        if customer:
            path = f"customers/{customer['id']}"
            self.life.post(path, name=name, tax_exempt=exempt, metadata={"name": name})

    @rule(who=which)
    def forget(self, who: int) -> None:
        if who == 5 and (customer := self.life.pick("customer", who)):
            self.life.delete(f"customers/{customer['id']}")

    @rule(who=which, amount=st.sampled_from([-2000, -1, 0, 700]))
    def set_balance(self, who: int, amount: int) -> None:
        customer = self.life.pick("customer", who)
        if customer:
            self.life.post(f"customers/{customer['id']}", balance=amount)

    @rule(who=which, amount=st.sampled_from([-3000, -250, 60]))
    def adjust_balance(self, who: int, amount: int) -> None:
        customer = self.life.pick("customer", who)
        if customer:
            path = f"customers/{customer['id']}/balance_transactions"
            self.life.post(path, amount=amount, currency=customer["currency"] or "usd")

    @rule(who=which, value=st.sampled_from(["DE123456789", "DE000000000", "DE111111111"]))
    def add_tax_id(self, who: int, value: str) -> None:
        customer = self.life.pick("customer", who)
        if customer:
            self.life.post(f"customers/{customer['id']}/tax_ids", type="eu_vat", value=value)

    @some("tax_id", lambda tax_id: bool(tax_id["customer"]))
    @rule(one=which)
    def remove_tax_id(self, one: int) -> None:
        held = self.life.pick("tax_id", one, lambda tax_id: bool(tax_id["customer"]))
        if held:
            self.life.delete(f"customers/{held['customer']}/tax_ids/{held['id']}")

    @rule(who=which, card=cards)
    def swap_card(self, who: int, card: str) -> None:
        customer = self.life.pick("customer", who)
        if customer:
            self._default_card(customer["id"], card)

    @some("payment_method", lambda method: bool(method["customer"]))
    @rule(one=which)
    def detach_card(self, one: int) -> None:
        method = self.life.pick("payment_method", one, lambda method: bool(method["customer"]))
        if method:
            self.life.post(f"payment_methods/{method['id']}/detach")

    @rule(who=which, value=st.integers(0, 30))
    def use(self, who: int, value: int) -> None:
        """Usage of what is metered."""
        customer = self.life.pick("customer", who)
        if customer:
            payload = {"stripe_customer_id": customer["id"], "value": str(value)}
            self.life.post("billing/meter_events", event_name=METERED, payload=payload)


class ClockRules(Lived):
    """Time: the account's, and that of test clocks."""

    @rule(days=st.integers(0, 45), seconds=st.sampled_from([0, 1, HOUR, 86_399]))
    def wait(self, days: int, seconds: int) -> None:
        self.life.wait(days * DAY + seconds)

    @rule(hours=st.sampled_from([1, 23, 24]))
    def wait_hours(self, hours: int) -> None:
        self.life.wait(hours * HOUR)

    @rule(away=st.integers(-20, 20))
    def freeze(self, away: int) -> None:
        at = self.life.world.now() + away * DAY
        self.life.post("test_helpers/test_clocks", frozen_time=at)

    @some("test_helpers.test_clock")
    @rule(one=which, days=st.integers(1, 31), seconds=st.sampled_from([0, HOUR]))
    def advance(self, one: int, days: int, seconds: int) -> None:
        clock = self.life.pick("test_helpers.test_clock", one)
        if clock:
            to = clock["frozen_time"] + days * DAY + seconds
            self.life.post(f"test_helpers/test_clocks/{clock['id']}/advance", frozen_time=to)
            self.life.wait(0)

    @some("test_helpers.test_clock")
    @rule(one=which)
    def break_clock(self, one: int) -> None:
        if one == 5 and (clock := self.life.pick("test_helpers.test_clock", one)):
            self.life.delete(f"test_helpers/test_clocks/{clock['id']}")
