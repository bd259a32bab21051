"""How a subscription may begin: anchors, a start in the past, one-off charges, prices on the spot
(docs.stripe.com/billing/subscriptions/billing-cycle, backdating; api/subscriptions/create).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.engine import DAY
from tests.billing.account import START, Account, Refused, only_item, open_account, period


def at(year: int, month: int, day: int, *clock: int) -> int:
    hour, minute, second = clock or (0, 0, 0)
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


def amounts(account: Account, subscription: dict[str, Any]) -> list[int]:
    return [line["amount"] for line in account.lines(subscription["latest_invoice"])]


def test_up_to_its_anchor_the_first_period_is_prorated() -> None:
    account = open_account(start=at(2026, 6, 16))
    anchor = at(2026, 7, 1)
    subscription = account.subscribed(billing_cycle_anchor=anchor)
    assert subscription["billing_cycle_anchor"] == anchor
    assert period(subscription) == (at(2026, 6, 16), anchor)
    assert amounts(account, subscription) == [1250]  # 15 of June's 30 days
    account.pass_to(anchor)
    renewed = account.fresh(subscription)
    assert period(renewed) == (anchor, at(2026, 8, 1))
    assert amounts(account, renewed) == [2500]


def test_or_it_is_free() -> None:
    account = open_account(start=at(2026, 6, 16))
    subscription = account.subscribed(
        billing_cycle_anchor=at(2026, 7, 1), proration_behavior="none"
    )
    assert (subscription["status"], amounts(account, subscription)) == ("active", [0])


def test_an_anchor_later_than_the_next_natural_date_is_refused(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        account.subscribed(billing_cycle_anchor=START + 40 * DAY)
    assert refused.value.error["param"] == "billing_cycle_anchor"
    assert "next natural billing date" in refused.value.error["message"]


def test_a_trial_then_a_part_then_whole_periods() -> None:
    account = open_account(start=at(2026, 6, 10))
    subscription = account.subscribed(
        trial_end=at(2026, 6, 16), billing_cycle_anchor=at(2026, 7, 1)
    )
    assert (subscription["status"], amounts(account, subscription)) == ("trialing", [0])
    account.pass_to(at(2026, 6, 16))
    part = account.fresh(subscription)
    assert period(part) == (at(2026, 6, 16), at(2026, 7, 1))
    assert amounts(account, part) == [1250]


@pytest.mark.parametrize(
    ("config", "end"),
    [
        ({"day_of_month": 20}, at(2026, 2, 20, 8, 30, 0)),
        ({"day_of_month": 5}, at(2026, 3, 5, 8, 30, 0)),
        ({"day_of_month": 31}, at(2026, 2, 28, 8, 30, 0)),
        ({"day_of_month": 20, "hour": 0, "minute": 0, "second": 0}, at(2026, 2, 20)),
    ],
)
def test_an_anchor_by_day(config: dict[str, int], end: int) -> None:
    account = open_account(start=at(2026, 2, 10, 8, 30, 0))
    subscription = account.subscribed(billing_cycle_anchor_config=config)
    assert period(subscription)[1] == end
    shown = subscription["billing_cycle_anchor_config"]
    assert shown == {"hour": None, "minute": None, "month": None, "second": None, **config}
    account.pass_to(end)
    if config["day_of_month"] == 31:
        assert period(account.fresh(subscription))[1] == at(2026, 3, 31, 8, 30, 0)


@pytest.mark.parametrize(
    ("mode", "charged"), [("flexible", [2500, 1250, 2500]), ("classic", [3750, 2500])]
)
def test_a_start_in_the_past_is_charged_for(mode: str, charged: list[int]) -> None:
    account = open_account(start=at(2026, 6, 16))
    subscription = account.subscribed(
        backdate_start_date=at(2026, 5, 1), billing_mode={"type": mode}
    )
    assert subscription["start_date"] == at(2026, 5, 1)
    assert period(subscription) == (at(2026, 6, 16), at(2026, 7, 16))
    assert amounts(account, subscription) == charged


def test_a_start_in_the_past_may_be_for_the_record_only() -> None:
    account = open_account(start=at(2026, 6, 16))
    subscription = account.subscribed(backdate_start_date=at(2026, 5, 1), proration_behavior="none")
    assert amounts(account, subscription) == [0]


def test_one_off_charges_stand_before_the_plan(account: Account) -> None:
    product = account.post("products", name="Setup")["id"]
    fee = account.post("prices", product=product, currency="usd", unit_amount=1900)["id"]
    subscription = account.subscribed(add_invoice_items=[{"price": fee, "quantity": 2}])
    first, plan = account.lines(subscription["latest_invoice"])
    assert (first["amount"], first["quantity"]) == (3800, 2)
    assert first["parent"]["type"] == "invoice_item_details"
    assert first["parent"]["invoice_item_details"]["subscription"] == subscription["id"]
    assert first["period"] == plan["period"]
    assert plan["amount"] == 2500
    account.pass_to(period(subscription)[1])
    assert amounts(account, account.fresh(subscription)) == [2500]


def test_one_off_charges_of_an_update_wait_for_the_next_invoice(account: Account) -> None:
    subscription = account.subscribed()
    account.told()
    product = only_item(subscription)["price"]["product"]
    data = {"currency": "usd", "product": product, "unit_amount": 700}
    account.post(f"subscriptions/{subscription['id']}", add_invoice_items=[{"price_data": data}])
    assert account.told() == ["invoiceitem.created"]
    account.pass_to(period(subscription)[1])
    assert amounts(account, account.fresh(subscription)) == [700, 2500]


def test_a_price_may_be_made_on_the_spot(account: Account) -> None:
    product = account.post("products", name="Gold")["id"]
    data = {
        "currency": "usd",
        "product": product,
        "recurring": {"interval": "week"},
        "unit_amount": 300,
    }
    subscription = account.subscribed(items=[{"price_data": data, "quantity": 3}])
    price = only_item(subscription)["price"]
    assert (price["active"], price["unit_amount"]) == (False, 300)
    assert amounts(account, subscription) == [900]
    changed = account.post(
        f"subscriptions/{subscription['id']}",
        items=[{"id": only_item(subscription)["id"], "price_data": {**data, "unit_amount": 400}}],
        proration_behavior="none",
    )
    assert only_item(changed)["price"]["unit_amount"] == 400


def test_the_method_that_paid_can_become_the_subscriptions_own(account: Account) -> None:
    subscription = account.subscribed(
        payment_settings={"save_default_payment_method": "on_subscription"}
    )
    assert subscription["default_payment_method"]
    later = account.subscribed(
        customer=account.payer("pm_card_chargeCustomerFail"),
        payment_settings={"save_default_payment_method": "on_subscription"},
    )
    assert (later["status"], later["default_payment_method"]) == ("incomplete", None)
    good = account.default_card(later["customer"], "pm_card_visa")
    account.post(f"invoices/{later['latest_invoice']}/pay")
    paid = account.fresh(later)
    assert (paid["status"], paid["default_payment_method"]) == ("active", good)
