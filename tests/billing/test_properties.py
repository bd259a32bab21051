"""A year in the life of a customer, at random: whatever is done, the books are right after it."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import Account, Refused, only_item, open_account, period
from tests.engine.things import undone, without_nulls

LEGAL = {"active", "past_due", "trialing", "canceled", "incomplete", "incomplete_expired"}
ENDED = {"canceled", "incomplete_expired"}
RATES = [(1000, "month"), (2599, "month"), (12_000, "year"), (333, "week"), (0, "month")]
BAD_CARD, GOOD_CARD = "pm_card_chargeCustomerFail", "pm_card_visa"


class Life:
    """One customer's account, and every act as a method, so that a life can be lived again."""

    def __init__(self) -> None:
        self.account: Account = open_account()
        self.product = self.account.post("products", name="Gold")["id"]
        self.prices = [
            self.account.plan(amount, interval, product=self.product) for amount, interval in RATES
        ]
        self.customer = self.account.payer()
        self.acts: list[tuple[str, tuple[Any, ...]]] = []
        self.name = ""
        self.act("subscribe", 0, 0, "flexible")

    def act(self, what: str, *how: Any) -> None:
        self.acts.append((what, how))
        getattr(self, what)(*how)

    @property
    def subscription(self) -> Obj:
        found = self.account.world.get("subscription", self.name)
        assert found is not None
        return found

    @property
    def ended(self) -> bool:
        return self.subscription["status"] in ENDED

    def _update(self, **params: Any) -> None:
        self.account.post(f"subscriptions/{self.name}", **params)

    def subscribe(self, price: int, trial: int, mode: str) -> None:
        more = {"trial_period_days": trial} if trial else {}
        self.name = self.account.subscribed(
            self.prices[price], customer=self.customer, billing_mode={"type": mode}, **more
        )["id"]

    def switch(self, price: int, quantity: int, behavior: str, anew: bool) -> None:
        item = {
            "id": only_item(self.subscription)["id"],
            "price": self.prices[price],
            "quantity": quantity,
        }
        more = {"billing_cycle_anchor": {"type": "now"}} if anew else {}
        self._update(items=[item], proration_behavior=behavior, **more)

    def end_with_period(self, wanted: bool) -> None:
        self._update(cancel_at_period_end=wanted)

    def end_at(self, wanted: str) -> None:
        self._update(cancel_at=wanted)

    def end_now(self, prorate: bool, invoice_now: bool) -> None:
        path = f"subscriptions/{self.name}"
        self.account.delete(path, prorate=prorate, invoice_now=invoice_now)

    def card(self, card: str) -> None:
        self.account.default_card(self.customer, card)

    def pay(self) -> None:
        """Try to pay the latest invoice; a refusal is an outcome like any other."""
        try:
            self.account.post(f"invoices/{self.subscription['latest_invoice']}/pay")
        except Refused as refused:
            if refused.status not in (400, 402):
                raise

    def wait(self, seconds: int) -> None:
        self.account.pass_time(seconds)


class AnyLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.checked = 0
        self.told: dict[tuple[str, str], Obj] = {}

    live = precondition(lambda self: not self.life.ended)
    changeable = precondition(
        lambda self: self.life.subscription["status"] in ("active", "past_due")
    )

    @changeable
    @rule(
        price=st.integers(0, len(RATES) - 1),
        quantity=st.integers(1, 3),
        behavior=st.sampled_from(["create_prorations", "always_invoice", "none"]),
        anew=st.booleans(),
    )
    def switch(self, price: int, quantity: int, behavior: str, anew: bool) -> None:
        self.life.act("switch", price, quantity, behavior, anew)

    @changeable
    @rule(wanted=st.booleans())
    def end_with_period(self, wanted: bool) -> None:
        self.life.act("end_with_period", wanted)

    @changeable
    @rule(wanted=st.sampled_from(["max_period_end", ""]))
    def end_at(self, wanted: str) -> None:
        self.life.act("end_at", wanted)

    @live
    @rule(prorate=st.booleans(), invoice_now=st.booleans())
    def end_now(self, prorate: bool, invoice_now: bool) -> None:
        self.life.act("end_now", prorate, invoice_now)

    @precondition(lambda self: self.life.ended)
    @rule(
        price=st.integers(0, len(RATES) - 1),
        trial=st.sampled_from([0, 0, 2, 14]),
        mode=st.sampled_from(["flexible", "classic"]),
    )
    def subscribe_again(self, price: int, trial: int, mode: str) -> None:
        self.life.act("subscribe", price, trial, mode)

    @rule(card=st.sampled_from([BAD_CARD, GOOD_CARD]))
    def card(self, card: str) -> None:
        self.life.act("card", card)

    @rule()
    def pay(self) -> None:
        self.life.act("pay")

    @rule(days=st.integers(0, 45), seconds=st.sampled_from([0, 1, HOUR, 86_399]))
    def wait(self, days: int, seconds: int) -> None:
        self.life.act("wait", days * DAY + seconds)

    @invariant()
    def invoices_add_up(self) -> None:
        for invoice in self.life.account.world.find("invoice"):
            total, balance = invoice["total"], invoice["starting_balance"]
            assert total == sum(line["amount"] for line in invoice["lines"]["data"])
            assert invoice["amount_due"] == max(0, total + balance)
            assert 0 <= invoice["amount_paid"] <= invoice["amount_due"]
            assert invoice["amount_remaining"] == invoice["amount_due"] - invoice["amount_paid"]
            if invoice["status"] != "draft":
                assert invoice["ending_balance"] == balance + total - invoice["amount_due"]
            if invoice["status"] == "paid":
                assert invoice["amount_remaining"] == 0

    @invariant()
    def the_balance_is_the_sum_of_its_transactions(self) -> None:
        world = self.life.account.world
        customer = world.get("customer", self.life.customer)
        assert customer is not None
        booked = world.find("customer_balance_transaction")
        assert customer["balance"] == sum(entry["amount"] for entry in booked)

    @invariant()
    def what_was_charged_is_what_was_paid(self) -> None:
        world = self.life.account.world
        charged = sum(charge["amount"] for charge in world.find("charge") if charge["paid"])
        assert charged == sum(invoice["amount_paid"] for invoice in world.find("invoice"))

    @invariant()
    def the_subscription_is_in_its_period(self) -> None:
        subscription, now = self.life.subscription, self.life.account.world.now()
        assert subscription["status"] in LEGAL
        if self.life.ended:
            assert subscription["ended_at"] <= now
        else:
            start, end = period(subscription)
            assert start <= now < end
            assert subscription["ended_at"] is None
            assert subscription["cancel_at"] is None or now < subscription["cancel_at"]

    @invariant()
    def the_ledger_can_be_walked_backwards(self) -> None:
        events = self.life.account.world.events
        for event in events[self.checked :]:
            told = event["data"]["object"]
            if "id" not in told:
                continue  # an upcoming invoice is told of and not kept
            key = (told["object"], told["id"])
            previous = event["data"].get("previous_attributes")
            if previous is not None and key in self.told:
                before = undone(told, previous)
                assert without_nulls(before) == without_nulls(self.told[key])
            if key in self.told and event["type"] == "customer.subscription.updated":
                self._follows(self.told[key], told)
            self.told[key] = told
        self.checked = len(events)

    def _follows(self, before: Obj, after: Obj) -> None:
        """Ended is ended; and where a renewal begins, the period before it ended."""
        assert before["status"] not in ENDED
        invoice = self.life.account.world.get("invoice", after["latest_invoice"])
        assert invoice is not None
        renewed = before["latest_invoice"] != after["latest_invoice"]
        if renewed and invoice["billing_reason"] == "subscription_cycle":
            assert period(after)[0] == period(before)[1]

    def teardown(self) -> None:
        again = Life()
        for what, how in self.life.acts[1:]:
            again.act(what, *how)
        lives = [orjson.dumps(life.account.world.events) for life in (self.life, again)]
        assert lives[0] == lives[1]


AnyLife.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestAnyLife = AnyLife.TestCase
