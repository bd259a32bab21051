"""What Carom does not simulate it refuses by name, and what is refused changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.engine import Obj
from tests.billing.account import Account, Refused, only_item
from tests.engine.things import digest

UNKNOWN = [
    ("customers", {"nickname": "a"}, "nickname"),
    ("customers", {"metadata": {"k": "v"}, "wishes[one]": "a"}, "wishes"),
    ("products", {"name": "Gold", "colour": "gold"}, "colour"),
    ("subscriptions", {"customer": "cus_1", "plan": "gold"}, "plan"),
    ("billing_portal/sessions", {"customer": "cus_1", "back": "/"}, "back"),
    ("checkout/sessions", {"subscription_data": {"bogus": 1}}, "subscription_data[bogus]"),
]


@pytest.mark.parametrize(("path", "params", "named"), UNKNOWN)
def test_an_unknown_parameter_is_refused_by_name(
    account: Account, path: str, params: dict[str, Any], named: str
) -> None:
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        account.post(path, **params)
    assert (refused.value.status, refused.value.error["code"]) == (400, "parameter_unknown")
    assert refused.value.error["message"].startswith("Received unknown parameter")
    assert named in refused.value.error["message"]
    assert digest(account.world) == before


Call = Callable[[Account, Obj], object]

# Each is a real parameter of Stripe's; when one becomes simulated, its line goes.
NOT_SIMULATED: list[tuple[str, Call]] = [
    (
        "billing_thresholds",
        lambda a, s: a.post(f"subscriptions/{s['id']}", billing_thresholds={"amount_gte": 1000}),
    ),
    (
        "billing_thresholds",
        lambda a, s: a.post(
            f"subscription_items/{only_item(s)['id']}", billing_thresholds={"usage_gte": 1000}
        ),
    ),
    (
        "flow_data[type]",
        lambda a, s: a.post(
            "billing_portal/sessions",
            customer=s["customer"],
            flow_data={"type": "customer_update"},
        ),
    ),
    (
        "automatic_tax[enabled]",
        lambda a, s: a.post(
            "invoices/create_preview", subscription=s["id"], automatic_tax={"enabled": True}
        ),
    ),
    (
        "subscription_details[billing_schedules]",
        lambda a, s: a.post(
            "invoices/create_preview",
            subscription=s["id"],
            subscription_details={"billing_schedules": [{"key": "k"}]},
        ),
    ),
    (
        "end_behavior",
        lambda a, s: a.post(
            "subscription_schedules",
            customer=s["customer"],
            end_behavior="renew",
            phases=[{"items": _item(s), "duration": {"interval": "month"}}],
        ),
    ),
    (
        "phases[0][application_fee_percent]",
        lambda a, s: a.post(
            "subscription_schedules",
            customer=s["customer"],
            phases=[{"items": _item(s), "application_fee_percent": 10}],
        ),
    ),
]


@pytest.mark.parametrize(("param", "call"), NOT_SIMULATED, ids=[row[0] for row in NOT_SIMULATED])
def test_a_parameter_that_is_not_simulated_is_a_501_that_names_it(
    account: Account, param: str, call: Call
) -> None:
    subscription = account.subscribed()
    account.payer()
    account.get("billing_portal/configurations")
    before = len(account.world.events), account.fresh(subscription)
    with pytest.raises(Refused) as refused:
        call(account, subscription)
    assert (refused.value.status, refused.value.error["param"]) == (501, param)
    assert "Carom does not simulate" in refused.value.error["message"]
    created = [e["type"] for e in account.world.events[before[0] :]]
    assert [kind for kind in created if not kind.startswith(("customer.", "payment_"))] == []
    assert account.fresh(subscription) == before[1]


REFUSED: list[tuple[str, Call]] = [
    ("subscribe nobody", lambda a, s: a.subscribed(customer="cus_none", items=_item(s))),
    ("subscribe to nothing", lambda a, s: a.post("subscriptions", customer=s["customer"])),
    ("switch to nothing", lambda a, s: a.switch(s, "price_none")),
    (
        "switch what is not there",
        lambda a, s: a.post(f"subscriptions/{s['id']}", items=[{"id": "si_none", "quantity": 2}]),
    ),
    ("cancel what is not there", lambda a, _: a.delete("subscriptions/sub_none")),
    (
        "cancel twice over",
        lambda a, s: a.post(
            f"subscriptions/{s['id']}", cancel_at_period_end=True, cancel_at="max_period_end"
        ),
    ),
    ("pay what is paid", lambda a, s: a.post(f"invoices/{s['latest_invoice']}/pay")),
    ("void what is paid", lambda a, s: a.post(f"invoices/{s['latest_invoice']}/void")),
    ("finalise twice", lambda a, s: a.post(f"invoices/{s['latest_invoice']}/finalize")),
    (
        "make a stranger's card the default",
        lambda a, s: a.post(f"subscriptions/{s['id']}", default_payment_method="pm_none"),
    ),
    ("a trial that is over", lambda a, s: a.subscribed(items=_item(s), trial_end=5, **_who(s))),
    (
        "an error in the second of two items",
        lambda a, s: a.post(
            f"subscriptions/{s['id']}",
            items=[{"id": only_item(s)["id"], "quantity": 7}, {"price": "price_none"}],
            proration_behavior="always_invoice",
        ),
    ),
    ("read what is not there", lambda a, _: a.get("invoices/in_none")),
]


def _item(subscription: Obj) -> list[Obj]:
    return [{"price": only_item(subscription)["price"]["id"]}]


def _who(subscription: Obj) -> dict[str, str]:
    return {"customer": subscription["customer"]}


@pytest.mark.parametrize(("what", "call"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused_changes_nothing(account: Account, what: str, call: Call) -> None:
    subscription = account.subscribed()
    before = digest(account.world)
    with pytest.raises(Refused) as refused:
        call(account, subscription)
    assert refused.value.status in (400, 404), what
    assert digest(account.world) == before
