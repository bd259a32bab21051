"""Features, products that have them, and what customers are entitled to
(docs.stripe.com/billing/entitlements).
"""

from __future__ import annotations

import pytest

from simulator.engine import DAY, HOUR, Obj
from tests.billing.account import Account, Refused, only_item, period

SUMMARY = "entitlements.active_entitlement_summary.updated"


def feature(account: Account, key: str = "api-access") -> str:
    made: str = account.post("entitlements/features", lookup_key=key, name=key.title())["id"]
    return made


def product_with(account: Account, *features: str) -> str:
    product: str = account.post("products", name="Test Subscription")["id"]
    for name in features:
        account.post(f"products/{product}/features", entitlement_feature=name)
    return product


def entitled(account: Account, customer: str) -> list[str]:
    found = account.get("entitlements/active_entitlements", customer=customer)
    return sorted(each["lookup_key"] for each in found["data"])


def summaries(account: Account) -> list[Obj]:
    return [event["data"] for event in account.news() if event["type"] == SUMMARY]


# --- features ------------------------------------------------------------------------------------


def test_a_lookup_key_belongs_to_one_active_feature(account: Account) -> None:
    first = feature(account)
    with pytest.raises(Refused) as refused:
        feature(account)
    assert refused.value.error["code"] == "resource_already_exists"
    account.post(f"entitlements/features/{first}", active=False)
    assert feature(account) != first


def test_an_archived_feature_is_hidden_and_final(account: Account) -> None:
    first, second = feature(account, "a"), feature(account, "b")
    account.post(f"entitlements/features/{first}", active=False)
    listed = account.get("entitlements/features")["data"]
    assert [each["id"] for each in listed] == [second]
    archived = account.get("entitlements/features", archived=True)["data"]
    assert [each["id"] for each in archived] == [first]
    with pytest.raises(Refused):
        account.post(f"entitlements/features/{first}", active=True)
    with pytest.raises(Refused):
        product_with(account, first)


def test_features_are_found_by_their_key(account: Account) -> None:
    feature(account, "a")
    wanted = feature(account, "b")
    listed = account.get("entitlements/features", lookup_key="b")["data"]
    assert [each["id"] for each in listed] == [wanted]


def test_a_product_shows_its_features_as_they_are_now(account: Account) -> None:
    name = feature(account)
    product = product_with(account, name)
    account.post(f"entitlements/features/{name}", name="Renamed", metadata={"tier": "1"})
    (held,) = account.get(f"products/{product}/features")["data"]
    assert held["entitlement_feature"]["name"] == "Renamed"
    assert account.get(f"products/{product}/features/{held['id']}") == held
    with pytest.raises(Refused):
        account.post(f"products/{product}/features", entitlement_feature=name)
    gone = account.delete(f"products/{product}/features/{held['id']}")
    assert gone == {"id": held["id"], "object": "product_feature", "deleted": True}
    assert account.get(f"products/{product}/features")["data"] == []


# --- what customers get --------------------------------------------------------------------------


def test_a_subscription_entitles_and_its_end_takes_it_back(account: Account) -> None:
    product = product_with(account, feature(account, "a"), feature(account, "b"))
    account.news()
    subscription = account.subscribed(account.plan(product=product))
    customer = subscription["customer"]
    types = [event["type"] for event in account.world.events]
    assert types.index(SUMMARY) > types.index("customer.subscription.created")
    (told,) = summaries(account)
    assert told["previous_attributes"]["entitlements"]["data"] == []
    shown = told["object"]
    assert "id" not in shown
    assert (shown["customer"], len(shown["entitlements"]["data"])) == (customer, 2)
    assert entitled(account, customer) == ["a", "b"]
    first = shown["entitlements"]["data"][0]
    assert account.get(f"entitlements/active_entitlements/{first['id']}") == first
    account.delete(f"subscriptions/{subscription['id']}")
    (told,) = summaries(account)
    assert told["object"]["entitlements"]["data"] == []
    assert entitled(account, customer) == []


def test_changes_that_grant_nothing_else_are_not_told(account: Account) -> None:
    product = product_with(account, feature(account))
    subscription = account.subscribed(account.plan(product=product))
    account.news()
    account.post(f"subscriptions/{subscription['id']}", metadata={"a": "b"})
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    assert summaries(account) == []
    account.pass_to(period(subscription)[1])
    assert len(summaries(account)) == 1


def test_another_plan_brings_its_own_features(account: Account) -> None:
    basic = account.plan(product=product_with(account, feature(account, "a")))
    better = account.plan(9900, product=product_with(account, feature(account, "b")))
    subscription = account.subscribed(basic)
    account.switch(subscription, better)
    assert entitled(account, subscription["customer"]) == ["b"]


def test_one_feature_from_two_products_is_one_entitlement(account: Account) -> None:
    shared = feature(account)
    customer = account.payer()
    subscriptions = [
        account.subscribed(account.plan(product=product_with(account, shared)), customer=customer)
        for _ in range(2)
    ]
    assert entitled(account, customer) == ["api-access"]
    account.delete(f"subscriptions/{subscriptions[0]['id']}")
    assert entitled(account, customer) == ["api-access"]
    account.delete(f"subscriptions/{subscriptions[1]['id']}")
    assert entitled(account, customer) == []


def test_incomplete_grants_nothing_and_paying_does(account: Account) -> None:
    product = product_with(account, feature(account))
    subscription = account.subscribed(
        account.plan(product=product), payment_behavior="default_incomplete"
    )
    assert entitled(account, subscription["customer"]) == []
    account.post(f"invoices/{subscription['latest_invoice']}/pay")
    assert entitled(account, subscription["customer"]) == ["api-access"]


def test_an_unpaid_renewal_keeps_them_until_the_subscription_ends(account: Account) -> None:
    product = product_with(account, feature(account))
    subscription = account.subscribed(account.plan(product=product))
    account.default_card(subscription["customer"], "pm_card_chargeCustomerFail")
    account.pass_to(period(subscription)[1] + HOUR)
    assert account.fresh(subscription)["status"] == "past_due"
    assert entitled(account, subscription["customer"]) == ["api-access"]
    account.pass_time(20 * DAY)
    assert account.fresh(subscription)["status"] == "canceled"
    assert entitled(account, subscription["customer"]) == []


def test_product_changes_reach_subscribers_with_the_next_period(account: Account) -> None:
    product = product_with(account)
    subscription = account.subscribed(account.plan(product=product))
    customer, end = subscription["customer"], period(subscription)[1]
    account.post(f"products/{product}/features", entitlement_feature=feature(account))
    account.post(f"subscriptions/{subscription['id']}", metadata={"a": "b"})
    assert entitled(account, customer) == []
    account.pass_to(end)
    assert entitled(account, customer) == ["api-access"]
    (held,) = account.get(f"products/{product}/features")["data"]
    account.delete(f"products/{product}/features/{held['id']}")
    assert entitled(account, customer) == ["api-access"]
    account.pass_to(period(account.fresh(subscription))[1])
    assert entitled(account, customer) == []


def test_an_archived_feature_still_grants(account: Account) -> None:
    name = feature(account)
    product = product_with(account, name)
    account.post(f"entitlements/features/{name}", active=False)
    subscription = account.subscribed(account.plan(product=product))
    assert entitled(account, subscription["customer"]) == ["api-access"]


def test_on_a_test_clock_each_change_is_told_where_it_happens(account: Account) -> None:
    product = product_with(account, feature(account))
    clock = account.post("test_helpers/test_clocks", frozen_time=account.world.now())["id"]
    customer = account.payer(test_clock=clock)
    subscription = account.subscribed(account.plan(product=product), customer=customer)
    account.post(f"subscriptions/{subscription['id']}", cancel_at_period_end=True)
    account.news()
    end = only_item(subscription)["current_period_end"]
    account.post(f"test_helpers/test_clocks/{clock}/advance", frozen_time=end + DAY)
    account.pass_time(0)
    assert account.told() == [
        "test_helpers.test_clock.advancing",
        "customer.subscription.deleted",
        SUMMARY,
        "test_helpers.test_clock.ready",
    ]
