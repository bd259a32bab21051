"""What a customer may do in the portal, and that nothing else happens, whoever sends the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from simulator.billing import portal
from simulator.billing.test_cards import CardInput
from simulator.contract.errors import CardError, StripeError
from simulator.engine import DAY, HOUR, MINUTE, Obj
from tests.billing.account import Account, only_item, period
from tests.engine.things import digest

VISA = CardInput("4242 4242 4242 4242", 12, 34, "123")
REASONS = {"enabled": True, "options": ["too_expensive", "other"]}


@dataclass(slots=True)
class Visit:
    """A customer with a subscription to silver, in a portal that offers silver, gold and yearly."""

    account: Account
    subscription: Obj
    session: Obj
    silver: str
    gold: str
    yearly: str

    def configure(self, **features: Any) -> None:
        """A new session under a configuration with these features."""
        made = self.account.post("billing_portal/configurations", features=features)
        self.session = self.account.post(
            "billing_portal/sessions",
            customer=self.subscription["customer"],
            configuration=made["id"],
        )
        self.account.news()

    def offer(self, **feature: Any) -> None:
        product = only_item(self.subscription)["price"]["product"]
        products = [
            {"product": product, "prices": [self.gold, self.yearly], **feature.pop("product", {})}
        ]
        allowed = feature.pop("allowed", ["price"])
        self.configure(
            subscription_update={
                "enabled": True,
                "default_allowed_updates": allowed,
                "products": products,
                **feature,
            }
        )

    def cancel(self, *reason: str) -> Obj:
        return portal.cancel(self.account.world, self.session, self.subscription["id"], *reason)

    def renew(self) -> Obj:
        return portal.renew(self.account.world, self.session, self.subscription["id"])

    def switch(self, price: str, quantity: int | None = None) -> Obj:
        return portal.switch(
            self.account.world, self.session, self.subscription["id"], price, quantity
        )

    def add_card(self, card: CardInput = VISA) -> Obj:
        return portal.add_card(self.account.world, self.session, card)


@pytest.fixture
def visit(account: Account) -> Visit:
    product = account.post("products", name="Plan")["id"]
    silver = account.plan(1000, product=product)
    gold = account.plan(3000, product=product)
    yearly = account.plan(30000, "year", product=product)
    subscription = account.subscribed(silver)
    session = account.post("billing_portal/sessions", customer=subscription["customer"])
    account.news()
    return Visit(account, subscription, session, silver, gold, yearly)


# --- what is allowed -----------------------------------------------------------------------------


def test_cancel_and_think_better_of_it(visit: Visit) -> None:
    visit.cancel()
    assert visit.account.told() == ["customer.subscription.updated"]
    visit.renew()
    (event,) = visit.account.news()
    previous = event["data"]["previous_attributes"]
    assert set(previous) == {"cancel_at", "canceled_at", "cancellation_details"}
    renewed = visit.account.fresh(visit.subscription)
    assert renewed == visit.subscription
    visit.account.pass_to(period(renewed)[1])
    assert visit.account.fresh(renewed)["status"] == "active"


def test_cancel_immediately(visit: Visit) -> None:
    visit.configure(subscription_cancel={"enabled": True, "mode": "immediately"})
    assert visit.cancel()["status"] == "canceled"
    assert visit.account.told() == ["customer.subscription.deleted"]


def test_cancel_immediately_with_proration_credits_unused_time(visit: Visit) -> None:
    visit.configure(
        subscription_cancel={
            "enabled": True,
            "mode": "immediately",
            "proration_behavior": "create_prorations",
        }
    )
    visit.account.pass_time(15 * DAY)
    visit.cancel()
    assert visit.account.told() == ["invoiceitem.created", "customer.subscription.deleted"]
    assert [item["amount"] for item in visit.account.pending(visit.subscription)] == [-500]


def test_cancel_a_paused_subscription_ends_it_at_once(visit: Visit) -> None:
    visit.account.post(f"subscriptions/{visit.subscription['id']}/pause")
    assert visit.cancel()["status"] == "canceled"


def test_cancel_on_trial_ends_with_the_trial(account: Account, visit: Visit) -> None:
    visit.subscription = account.subscribed(
        visit.silver, customer=visit.subscription["customer"], trial_period_days=7
    )
    assert visit.cancel()["cancel_at"] == visit.subscription["trial_end"]


def test_switch_now_without_proration_by_default(visit: Visit) -> None:
    visit.offer()
    switched = visit.switch(visit.gold)
    assert only_item(switched)["price"]["id"] == visit.gold
    assert visit.account.told() == ["customer.subscription.updated"]
    assert visit.account.pending(visit.subscription) == []
    visit.account.pass_to(period(switched)[1] + HOUR)
    renewal = visit.account.fresh(switched)["latest_invoice"]
    assert [line["amount"] for line in visit.account.lines(renewal)] == [3000]


def test_switch_with_an_immediate_invoice(visit: Visit) -> None:
    visit.offer(proration_behavior="always_invoice")
    visit.account.pass_time(15 * DAY)
    foreseen = portal.preview_switch(
        visit.account.world, visit.session, visit.subscription["id"], visit.gold
    )
    assert visit.account.told() == []
    switched = visit.switch(visit.gold)
    invoice = visit.account.get(f"invoices/{switched['latest_invoice']}")
    assert invoice["billing_reason"] == "subscription_update"
    assert invoice["total"] == foreseen["total"] == 1000
    assert "invoice.paid" in visit.account.told()


def test_switch_with_a_new_billing_cycle(visit: Visit) -> None:
    visit.offer(proration_behavior="always_invoice", billing_cycle_anchor="now")
    visit.account.pass_time(15 * DAY)
    switched = visit.switch(visit.yearly)
    assert switched["billing_cycle_anchor"] == visit.account.world.now()
    lines = visit.account.lines(switched["latest_invoice"])
    assert [line["amount"] for line in lines] == [-500, 30000]


def test_switch_the_quantity_within_its_limits(visit: Visit) -> None:
    limits = {"adjustable_quantity": {"enabled": True, "minimum": 2, "maximum": 5}}
    visit.offer(allowed=["price", "quantity"], product=limits)
    assert only_item(visit.switch(visit.gold, 5))["quantity"] == 5


def test_switch_on_trial_that_goes_on(account: Account, visit: Visit) -> None:
    visit.subscription = account.subscribed(
        visit.silver, customer=visit.subscription["customer"], trial_period_days=7
    )
    visit.offer(trial_update_behavior="continue_trial")
    switched = visit.switch(visit.gold)
    assert (switched["status"], switched["trial_end"]) == (
        "trialing",
        visit.subscription["trial_end"],
    )


def test_a_new_card_becomes_the_default_and_pays(visit: Visit) -> None:
    method = visit.add_card()
    assert visit.account.told() == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
    ]
    settings = visit.account.customer_of(visit.subscription)["invoice_settings"]
    assert settings["default_payment_method"] == method["id"]


# --- what is not ---------------------------------------------------------------------------------

Act = Callable[[Visit], object]


def _off(feature: str) -> Act:
    """Everything is forbidden under a configuration that enables something else only."""

    def forbid(visit: Visit) -> None:
        visit.configure(invoice_history={"enabled": True})

    forbid.__name__ = feature
    return forbid


def _offer(**feature: Any) -> Act:
    return lambda visit: visit.offer(**feature)


def _as_is(_visit: Visit) -> None:
    """The default configuration: no switching."""


def _scheduled(visit: Visit) -> None:
    visit.cancel()


def _classic_scheduled(visit: Visit) -> None:
    path = f"subscriptions/{visit.subscription['id']}"
    visit.account.post(path, cancel_at_period_end=True)


def _ended(visit: Visit) -> None:
    visit.account.delete(f"subscriptions/{visit.subscription['id']}")


def _two_items(visit: Visit) -> None:
    visit.offer()
    visit.account.post(f"subscriptions/{visit.subscription['id']}", items=[{"price": visit.gold}])


def _inactive_price(visit: Visit) -> None:
    visit.offer()
    visit.account.post(f"prices/{visit.gold}", active=False)


FORBIDDEN: list[tuple[str, Act, Act]] = [
    ("cancel when it is off", _off("cancel"), lambda v: v.cancel()),
    ("add a card when it is off", _off("card"), lambda v: v.add_card()),
    ("switch when it is off", _as_is, lambda v: v.switch(v.gold)),
    ("switch to what is not offered", _offer(), lambda v: v.switch(v.silver, 2)),
    ("switch to what does not exist", _offer(), lambda v: v.switch("price_none")),
    ("switch to an inactive price", _inactive_price, lambda v: v.switch(v.gold)),
    ("switch the quantity too", _offer(), lambda v: v.switch(v.gold, 3)),
    (
        "switch the quantity alone where only the price may change",
        lambda v: v.offer(product={"prices": [v.silver]}),
        lambda v: v.switch(v.silver, 3),
    ),
    (
        "switch to too many",
        _offer(
            allowed=["price", "quantity"],
            product={"adjustable_quantity": {"enabled": True, "maximum": 5}},
        ),
        lambda v: v.switch(v.gold, 6),
    ),
    (
        "switch to none",
        _offer(allowed=["price", "quantity"], product={"adjustable_quantity": {"enabled": True}}),
        lambda v: v.switch(v.gold, 0),
    ),
    (
        "switch the price where only the quantity may change",
        _offer(allowed=["quantity"]),
        lambda v: v.switch(v.gold),
    ),
    ("switch one of several items", _two_items, lambda v: v.switch(v.gold)),
    ("cancel twice", _scheduled, lambda v: v.cancel()),
    ("cancel what the API has set to end", _classic_scheduled, lambda v: v.cancel()),
    ("give a reason that is not offered", _as_is, lambda v: v.cancel("hunger")),
    ("renew what goes on", _as_is, lambda v: v.renew()),
    ("renew what has ended", _ended, lambda v: v.renew()),
    ("cancel what has ended", _ended, lambda v: v.cancel()),
    ("cancel another customer's", _as_is, lambda v: v.cancel()),
    ("renew another customer's", _scheduled, lambda v: v.renew()),
    ("switch another customer's", _offer(), lambda v: v.switch(v.gold)),
    (
        "add a declining card",
        _as_is,
        lambda v: v.add_card(CardInput("4000 0000 0000 0002", 12, 34, "123")),
    ),
    (
        "add an expired card",
        _as_is,
        lambda v: v.add_card(CardInput(VISA.number, 1, 20, "123")),
    ),
    ("add a card without a code", _as_is, lambda v: v.add_card(CardInput(VISA.number, 12, 34, ""))),
]


@pytest.mark.parametrize(("what", "given", "act"), FORBIDDEN, ids=[row[0] for row in FORBIDDEN])
def test_what_is_forbidden_is_refused_and_changes_nothing(
    visit: Visit, what: str, given: Act, act: Act
) -> None:
    given(visit)
    visit.account.news()
    before = digest(visit.account.world)
    if "another customer's" in what:
        stranger = visit.account.payer()
        visit.session = {**visit.session, "customer": stranger}
        visit.account.news()
        before = digest(visit.account.world)
    with pytest.raises(StripeError):
        act(visit)
    assert {**digest(visit.account.world), "kept": {}} == {**before, "kept": {}}
    assert visit.account.told() == []


def test_a_declined_card_says_so(visit: Visit) -> None:
    with pytest.raises(CardError, match="Your card was declined"):
        visit.add_card(CardInput("4000000000000002", 12, 34, "123"))


def test_incomplete_subscriptions_cannot_be_switched(account: Account, visit: Visit) -> None:
    payer = account.payer("pm_card_chargeCustomerFail")
    visit.subscription = account.subscribed(visit.silver, customer=payer)
    visit.offer()
    with pytest.raises(StripeError, match="before its first payment"):
        visit.switch(visit.gold)


# --- how long a link lives -----------------------------------------------------------------------


def test_a_link_that_was_never_opened_dies_after_five_minutes(visit: Visit) -> None:
    world = visit.account.world
    visit.account.pass_time(5 * MINUTE)
    assert not portal.is_expired(world, visit.session)
    visit.account.pass_time(1)
    assert portal.is_expired(world, visit.session)


def test_an_opened_link_lives_for_an_hour_after_the_last_act(visit: Visit) -> None:
    world = visit.account.world
    visit.account.pass_time(4 * MINUTE)
    portal.touch(world, visit.session)
    visit.account.pass_time(HOUR)
    assert not portal.is_expired(world, visit.session)
    portal.touch(world, visit.session)
    visit.account.pass_time(HOUR)
    assert not portal.is_expired(world, visit.session)
    visit.account.pass_time(1)
    assert portal.is_expired(world, visit.session)


def test_a_link_is_found_by_its_token_alone(visit: Visit) -> None:
    token = visit.session["url"].rpartition("/")[2]
    assert portal.find_session(visit.account.world, token) == visit.session
    assert portal.find_session(visit.account.world, token[:-1]) is None
    assert portal.find_session(visit.account.world, visit.session["id"]) is None


def test_switch_on_trial_ends_it_by_default(account: Account, visit: Visit) -> None:
    visit.subscription = account.subscribed(
        visit.silver, customer=visit.subscription["customer"], trial_period_days=7
    )
    visit.offer()
    switched = visit.switch(visit.gold)
    assert (switched["status"], switched["trial_end"]) == ("active", account.world.now())
    assert only_item(switched)["price"]["id"] == visit.gold
    (line,) = account.lines(switched["latest_invoice"])
    assert line["amount"] == only_item(switched)["price"]["unit_amount"]


def test_a_switch_to_less_may_wait_for_the_period_end(account: Account, visit: Visit) -> None:
    account.switch(visit.subscription, visit.gold)
    product = only_item(visit.subscription)["price"]["product"]
    waits = {"conditions": [{"type": "decreasing_item_amount"}]}
    offered = {"product": product, "prices": [visit.silver]}
    visit.offer(product=offered, schedule_at_period_end=waits)
    held = visit.switch(visit.silver)
    assert only_item(held)["price"]["id"] == visit.gold
    assert held["schedule"]
    assert account.told() == [
        "subscription_schedule.created",
        "customer.subscription.updated",
        "subscription_schedule.updated",
    ]
    with pytest.raises(StripeError):
        visit.cancel()
    account.pass_to(period(held)[1] - 1)
    account.told()
    account.pass_to(period(held)[1])
    assert account.told() == [
        "subscription_schedule.updated",
        "customer.subscription.updated",
        "subscription_schedule.released",
        "customer.subscription.updated",
        "invoice.created",
        "customer.subscription.updated",
    ]
    after = account.fresh(held)
    assert (only_item(after)["price"]["id"], after["schedule"]) == (visit.silver, None)
