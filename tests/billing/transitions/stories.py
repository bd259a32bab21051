"""What leads up to a transition, and acts that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.billing import payment_intents
from simulator.billing.requested_declines import RequestedDecline, request
from simulator.engine import DAY, HOUR, Obj, Settings
from tests.billing.account import Account, Refused, period

BAD_CARD = "pm_card_chargeCustomerFail"
ASKING_CARD = "pm_card_authenticationRequired"
RETRY_AFTER = tuple(days * DAY for days in Settings().retry_days)


def then(
    story: Callable[[Account], Any], act: Callable[[Account, Any], object]
) -> Callable[[Account], Any]:
    """A story that goes on with an act; what the story led to is what is held."""

    def told(account: Account) -> Any:
        held = story(account)
        act(account, held)
        return held

    return told


def nothing(_account: Account) -> None:
    """Nothing has happened yet."""


def ten_days_in(account: Account) -> Obj:
    subscription = account.subscribed()
    account.pass_time(10 * DAY)
    return subscription


def to_buy(account: Account) -> tuple[str, str]:
    """A customer with a good card, and a plan."""
    return account.payer(), account.plan()


def to_buy_with(card: str) -> Callable[[Account], tuple[str, str]]:
    return lambda account: (account.payer(card), account.plan())


def bought(account: Account, held: tuple[str, str], **more: Any) -> Obj:
    return account.subscribed(held[1], customer=held[0], **more)


def set_up(account: Account, **settings: Any) -> None:
    """The account's dashboard settings."""
    account.world.settings = replace(account.world.settings, **settings)


def changed(account: Account, subscription: Obj, **params: Any) -> Obj:
    return account.post(f"subscriptions/{subscription['id']}", **params)


def renewing(account: Account) -> Obj:
    """A subscription whose period is about to end."""
    subscription = account.subscribed()
    account.pass_to(period(subscription)[1] - 1)
    return subscription


def renewed(account: Account) -> Obj:
    """A subscription whose renewal is still a draft."""
    subscription = renewing(account)
    account.pass_time(1)
    return subscription


def losing_card(account: Account, card: str = BAD_CARD) -> Obj:
    """A subscription whose card will fail at its renewal, which is still a draft."""
    subscription = account.subscribed()
    account.default_card(subscription["customer"], card)
    account.pass_to(period(subscription)[1])
    return subscription


def past_due(account: Account) -> Obj:
    subscription = losing_card(account)
    account.pass_time(HOUR)
    return account.fresh(subscription)


def on_trial(account: Account, days: int = 7) -> Obj:
    return account.subscribed(trial_period_days=days)


def cardless_trial(account: Account, then: str) -> Obj:
    customer = account.post("customers", email="ada@example.org")["id"]
    settings = {"end_behavior": {"missing_payment_method": then}}
    return account.subscribed(customer=customer, trial_period_days=7, trial_settings=settings)


def switchable(account: Account) -> tuple[Obj, str]:
    product = account.post("products", name="Gold")["id"]
    subscription = account.subscribed(account.plan(2500, product=product))
    price = account.plan(5000, product=product)
    account.pass_time(10 * DAY)
    return subscription, price


def past_last_retry(account: Account) -> Obj:
    subscription = past_due(account)
    account.pass_time(sum(RETRY_AFTER) - 1)
    return subscription


def pay_latest(account: Account, subscription: Obj) -> None:
    account.post(f"invoices/{account.fresh(subscription)['latest_invoice']}/pay")


def new_card_and_pay(account: Account, subscription: Obj) -> None:
    account.default_card(subscription["customer"], "pm_card_visa")
    account.news()
    pay_latest(account, subscription)


def incomplete(account: Account) -> Obj:
    return account.subscribed(customer=account.payer(BAD_CARD))


def to_come(subscription: Obj) -> int:
    return int(period(subscription)[1])


def latest(account: Account, subscription: Obj) -> str:
    """The id of the latest invoice."""
    return str(account.fresh(subscription)["latest_invoice"])


def refused(act: Callable[[], object], status: int) -> None:
    with pytest.raises(Refused) as error:
        act()
    assert error.value.status == status


def answered(account: Account, subscription: Obj, succeeds: bool) -> None:
    """The holder of the card has answered their bank."""
    (intent,) = account.world.find("payment_intent", "customer", subscription["customer"])
    payment_intents.authenticated(account.world, intent, succeeds)


def credited(account: Account, subscription: Obj, amount: int) -> None:
    path = f"customers/{subscription['customer']}/balance_transactions"
    account.post(path, amount=-amount, currency="usd")


def without_cards(account: Account, subscription: Obj) -> None:
    for method in account.get("payment_methods", customer=subscription["customer"])["data"]:
        account.post(f"payment_methods/{method['id']}/detach")


def lost(account: Account, subscription: Obj) -> None:
    """The next payment is declined as that of a lost card."""
    request(
        account.world, RequestedDecline(customer=subscription["customer"], decline_code="lost_card")
    )


def wait_to_be_paid(account: Account, held: tuple[Obj, str]) -> Obj:
    """Another price, if it is paid for."""
    return account.switch(
        *held, payment_behavior="pending_if_incomplete", proration_behavior="always_invoice"
    )


def waiting(account: Account) -> Obj:
    """A subscription with an update that is not paid for yet."""
    held = switchable(account)
    account.default_card(held[0]["customer"], BAD_CARD)
    return wait_to_be_paid(account, held)


def paused(account: Account) -> Obj:
    """A subscription that was paused ten days into its period, fifteen days ago."""
    subscription = account.subscribed()
    account.pass_time(10 * DAY)
    account.post(f"subscriptions/{subscription['id']}/pause")
    account.pass_time(15 * DAY)
    return subscription


def resuming(account: Account) -> Obj:
    """A paused subscription whose new invoice waits to be paid."""
    subscription = paused(account)
    return account.post(f"subscriptions/{subscription['id']}/resume")


def collection_paused(behavior: str) -> Callable[[Account], Obj]:
    return lambda account: changed(
        account, account.subscribed(), pause_collection={"behavior": behavior}
    )


def two_phases(account: Account, held: tuple[str, str, str], **more: Any) -> Obj:
    """A schedule of a month of one price and a month of another."""
    customer, *prices = held
    month = {"interval": "month", "interval_count": 1}
    return account.post(
        "subscription_schedules",
        customer=customer,
        start_date=more.pop("start_date", "now"),
        phases=[{"items": [{"price": price}], "duration": month} for price in prices],
        **more,
    )


def scheduled(account: Account, **more: Any) -> Obj:
    return two_phases(account, (account.payer(), account.plan(1000), account.plan(3000)), **more)


def on_clock(account: Account) -> Obj:
    """A subscription on a test clock."""
    clock = account.post("test_helpers/test_clocks", frozen_time=account.world.now())
    return account.subscribed(customer=account.payer(test_clock=clock["id"]))


def advanced(account: Account, subscription: Obj, to: int) -> None:
    path = f"test_helpers/test_clocks/{subscription['test_clock']}/advance"
    account.post(path, frozen_time=to)
    account.pass_time(0)


def entitling(account: Account) -> str:
    """A plan of a product with a feature."""
    product = account.post("products", name="Gold")["id"]
    feature = account.post("entitlements/features", lookup_key="api-access", name="API access")
    account.post(f"products/{product}/features", entitlement_feature=feature["id"])
    return account.plan(product=product)


def entitled(account: Account) -> Obj:
    return account.subscribed(entitling(account))
