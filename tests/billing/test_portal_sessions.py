"""Portal configurations and sessions: defaults, flows, and why one is refused.

docs.stripe.com/api/customer_portal; class `stripe.billing_portal.Configuration`.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import Obj
from tests.billing.account import Account, Refused, only_item
from tests.engine.things import digest

OFFERED = {"enabled": True, "default_allowed_updates": ["price"]}


def configured(account: Account, subscription: Obj, **features: Any) -> str:
    """A configuration that offers the subscription's own price and allows cancelling."""
    price = only_item(subscription)["price"]
    update = {**OFFERED, "products": [{"product": price["product"], "prices": [price["id"]]}]}
    given = {"subscription_update": update, "subscription_cancel": {"enabled": True}, **features}
    name: str = account.post("billing_portal/configurations", features=given)["id"]
    return name


def open_flow(account: Account, subscription: Obj, flow: Obj, **more: Any) -> Obj:
    return account.post(
        "billing_portal/sessions", customer=subscription["customer"], flow_data=flow, **more
    )


def test_a_session_has_this_shape(account: Account) -> None:
    customer = account.payer()
    account.news()
    session = account.post(
        "billing_portal/sessions", customer=customer, return_url="http://localhost:3000/"
    )
    assert session["id"].startswith("bps_1")
    assert session["url"].startswith(f"{account.world.settings.public_url}/p/session/test_")
    assert session["return_url"] == "http://localhost:3000/"
    assert session["flow"] is None
    (event,) = account.news()
    assert event["type"] == "billing_portal.session.created"
    assert event["data"]["object"] == session


def test_each_session_is_new(account: Account) -> None:
    customer = account.payer()
    made = [account.post("billing_portal/sessions", customer=customer) for _ in range(3)]
    assert len({session["url"] for session in made}) == 3


def test_the_default_configuration_is_the_dashboards(account: Account) -> None:
    (default,) = account.get("billing_portal/configurations")["data"]
    features = default["features"]
    assert default["is_default"] is True
    assert features["subscription_cancel"]["enabled"] is True
    assert features["subscription_cancel"]["mode"] == "at_period_end"
    assert features["payment_method_update"]["enabled"] is True
    assert features["invoice_history"]["enabled"] is True
    assert features["subscription_update"]["enabled"] is False
    with pytest.raises(Refused, match="cannot deactivate the default"):
        account.post(f"billing_portal/configurations/{default['id']}", active=False)


def test_changing_the_default_configuration_tells_only_what_changed(account: Account) -> None:
    (default,) = account.get("billing_portal/configurations")["data"]
    account.pass_time(5)
    account.post(f"billing_portal/configurations/{default['id']}", name="Mine")
    (event,) = account.news()
    assert event["type"] == "billing_portal.configuration.updated"
    assert set(event["data"]["previous_attributes"]) == {"name", "updated"}


def test_what_a_configuration_does_not_name_is_off(account: Account) -> None:
    made = account.post(
        "billing_portal/configurations", features={"invoice_history": {"enabled": True}}
    )
    enabled = [name for name, feature in made["features"].items() if feature["enabled"]]
    assert enabled == ["invoice_history"]
    assert made["features"]["subscription_update"]["proration_behavior"] == "none"
    assert "products" not in made["features"]["subscription_update"]
    assert account.told() == ["billing_portal.configuration.created"]


def test_the_products_are_shown_when_they_are_expanded(account: Account) -> None:
    subscription = account.subscribed()
    name = configured(account, subscription)
    shown = account.get(
        f"billing_portal/configurations/{name}",
        expand=["features.subscription_update.products"],
    )
    (offer,) = shown["features"]["subscription_update"]["products"]
    assert offer["prices"] == [only_item(subscription)["price"]["id"]]


def test_the_return_url_of_the_configuration_is_used_unless_the_session_has_one(
    account: Account,
) -> None:
    customer = account.payer()
    made = account.post(
        "billing_portal/configurations",
        features={"invoice_history": {"enabled": True}},
        default_return_url="https://example.org/a",
    )
    params = {"customer": customer, "configuration": made["id"]}
    session = account.post("billing_portal/sessions", **params)
    assert session["return_url"] == "https://example.org/a"
    session = account.post("billing_portal/sessions", **params, return_url="https://example.org/b")
    assert session["return_url"] == "https://example.org/b"


@pytest.mark.parametrize(
    "url", ["/account", "example.org/account", "javascript:alert(1)", "http://", "http://a b/"]
)
def test_a_return_url_is_absolute(account: Account, url: str) -> None:
    customer = account.payer()
    account.post("billing_portal/sessions", customer=customer)
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.post("billing_portal/sessions", customer=customer, return_url=url)
    assert refused.value.error["code"] == "url_invalid"
    assert digest(account.world) == before


REFUSED_CONFIGURATIONS: list[tuple[str, dict[str, Any]]] = [
    ("features[subscription_update][default_allowed_updates]", {"enabled": True}),
    ("features[subscription_update][products]", OFFERED),
]


@pytest.mark.parametrize(("param", "update"), REFUSED_CONFIGURATIONS)
def test_switching_needs_what_may_change_and_what_is_offered(
    account: Account, param: str, update: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        account.post("billing_portal/configurations", features={"subscription_update": update})
    assert refused.value.error["param"] == param


@pytest.mark.parametrize(
    "cancel",
    [
        {"enabled": True, "mode": "immediately", "proration_behavior": "always_invoice"},
        {"enabled": True, "mode": "at_period_end", "proration_behavior": "create_prorations"},
    ],
)
def test_cancelling_cannot_be_prorated_in_these_ways(account: Account, cancel: Obj) -> None:
    with pytest.raises(Refused) as refused:
        account.post("billing_portal/configurations", features={"subscription_cancel": cancel})
    assert refused.value.status == 400
    assert "subscription_cancel" in refused.value.error["param"]


def test_two_prices_of_one_product_with_the_same_interval_are_refused(account: Account) -> None:
    product = account.post("products", name="Plan")["id"]
    prices = [account.plan(amount, product=product) for amount in (1, 2)]
    update = {**OFFERED, "products": [{"product": product, "prices": prices}]}
    with pytest.raises(Refused, match="same billing interval"):
        account.post("billing_portal/configurations", features={"subscription_update": update})


# --- why a session is refused --------------------------------------------------------------------


def test_the_customer_must_be_there(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        account.post("billing_portal/sessions", customer="cus_none")
    error = refused.value.error
    assert (refused.value.status, error["code"], error["param"]) == (
        400,
        "resource_missing",
        "customer",
    )
    assert error["message"] == "No such customer: 'cus_none'"
    gone = account.payer()
    account.delete(f"customers/{gone}")
    with pytest.raises(Refused, match="No such customer"):
        account.post("billing_portal/sessions", customer=gone)


def test_an_inactive_configuration_is_refused(account: Account) -> None:
    subscription = account.subscribed()
    name = configured(account, subscription)
    account.post(f"billing_portal/configurations/{name}", active=False)
    with pytest.raises(Refused) as refused:
        account.post(
            "billing_portal/sessions", customer=subscription["customer"], configuration=name
        )
    assert refused.value.error["param"] == "configuration"


def test_a_flow_shows_what_was_asked(account: Account) -> None:
    subscription = account.subscribed()
    flow = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": subscription["id"]},
        "after_completion": {
            "type": "redirect",
            "redirect": {"return_url": "https://example.org/done"},
        },
    }
    shown = open_flow(account, subscription, flow)["flow"]
    assert shown["type"] == "subscription_cancel"
    assert shown["subscription_cancel"]["subscription"] == subscription["id"]
    assert shown["after_completion"]["redirect"] == {"return_url": "https://example.org/done"}


def _cancel(subscription: Obj) -> Obj:
    return {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": subscription["id"]},
    }


def _update(subscription: Obj) -> Obj:
    return {
        "type": "subscription_update",
        "subscription_update": {"subscription": subscription["id"]},
    }


def _confirm(subscription: Obj, **item: Any) -> Obj:
    items = [{"id": only_item(subscription)["id"], **item}]
    return {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": {"subscription": subscription["id"], "items": items},
    }


def test_a_flow_needs_its_feature(account: Account) -> None:
    subscription = account.subscribed()
    with pytest.raises(
        Refused,
        match="cannot be updated because the subscription update feature in the portal"
        " configuration is disabled",
    ):
        open_flow(account, subscription, _update(subscription))
    made = account.post(
        "billing_portal/configurations", features={"invoice_history": {"enabled": True}}
    )
    for flow in (_cancel(subscription), {"type": "payment_method_update"}):
        with pytest.raises(Refused, match="disabled"):
            open_flow(account, subscription, flow, configuration=made["id"])


def test_a_confirmation_needs_something_to_confirm(account: Account) -> None:
    subscription = account.subscribed()
    name = configured(account, subscription)
    price = only_item(subscription)["price"]["id"]
    with pytest.raises(Refused, match="there are no changes to confirm"):
        open_flow(
            account,
            subscription,
            _confirm(subscription, price=price, quantity=1),
            configuration=name,
        )


def test_a_confirmation_needs_a_price_that_is_offered(account: Account) -> None:
    subscription = account.subscribed()
    name = configured(account, subscription)
    flow = _confirm(subscription, price=account.plan(9900))
    with pytest.raises(Refused, match="is not offered in the portal configuration"):
        open_flow(account, subscription, flow, configuration=name)


@pytest.mark.parametrize("by", ["api", "cancel_at"])
def test_what_is_set_to_end_cannot_be_canceled_again(account: Account, by: str) -> None:
    subscription = account.subscribed()
    wanted: dict[str, Any] = {"cancel_at_period_end": True}
    if by == "cancel_at":
        wanted = {"cancel_at": "max_period_end"}
    account.post(f"subscriptions/{subscription['id']}", **wanted)
    with pytest.raises(Refused, match="already set to be canceled"):
        open_flow(account, subscription, _cancel(subscription))


def test_another_customers_subscription_is_refused(account: Account) -> None:
    mine, theirs = account.subscribed(), account.subscribed()
    name = configured(account, theirs)
    for flow in (_cancel(theirs), _update(theirs), _confirm(theirs, quantity=2)):
        with pytest.raises(Refused, match="does not belong to the customer"):
            open_flow(account, mine, flow, configuration=name)


def test_ended_subscriptions_and_several_items_have_no_update_flow(account: Account) -> None:
    subscription = account.subscribed()
    name = configured(account, subscription)
    account.post(f"subscriptions/{subscription['id']}", items=[{"price": account.plan(100)}])
    with pytest.raises(Refused, match="multiple items"):
        open_flow(account, subscription, _update(subscription), configuration=name)
    account.delete(f"subscriptions/{subscription['id']}")
    with pytest.raises(Refused, match="its status is canceled"):
        open_flow(account, subscription, _update(subscription), configuration=name)


def test_a_flow_without_its_data_is_refused(account: Account) -> None:
    subscription = account.subscribed()
    with pytest.raises(Refused) as refused:
        open_flow(account, subscription, {"type": "subscription_cancel"})
    assert refused.value.error["param"] == "flow_data[subscription_cancel]"
