"""Events are told in the version of the account, webhooks in that of their endpoint."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from simulator.server import Simulator
from tests.api.versions.till import FAMILIES, NEWEST, START, opened

ACACIA = FAMILIES["acacia"]
KEY = {"Authorization": "Bearer sk_test_hooks"}
ENDED = "customer.subscription.updated"


def renewed(version: str) -> Any:
    """The update by which a subscription of an account of this version is renewed."""
    till = opened(api_version=version)
    till.subscribed()
    till.world.run_until(START + 40 * 86_400)
    events = till.get("events", NEWEST, type=ENDED)["data"]
    return next(
        event for event in events if "latest_invoice" in event["data"]["previous_attributes"]
    )


def test_an_update_tells_of_the_period_where_the_version_has_it() -> None:
    new, old = renewed(NEWEST), renewed(ACACIA)
    assert "items" in new["data"]["previous_attributes"]
    previous, now = old["data"]["previous_attributes"], old["data"]["object"]
    assert previous["current_period_start"] == START
    assert previous["current_period_end"] == now["current_period_start"]
    assert "items" not in previous
    assert previous["latest_invoice"] != now["latest_invoice"]


def test_an_event_keeps_the_version_of_its_account_whoever_reads_it() -> None:
    till = opened(api_version=ACACIA)
    till.subscribed()
    events = till.get("events", NEWEST, type="customer.subscription.created")["data"]
    assert events[0]["api_version"] == ACACIA
    assert "current_period_end" in events[0]["data"]["object"]
    one = till.get(f"events/{events[0]['id']}", "2025-03-31.basil")
    assert one == events[0]


def test_an_old_event_shows_the_charge_there_was_then() -> None:
    till = opened(api_version=ACACIA)
    till.subscribed()
    of_type = {
        event["type"]: event["data"]["object"] for event in till.get("events", limit=100)["data"]
    }
    created, finalized = of_type["invoice.created"], of_type["invoice.finalized"]
    paid = of_type["invoice.paid"]
    assert (created["payment_intent"], created["charge"], created["paid"]) == (None, None, False)
    assert (finalized["payment_intent"], finalized["charge"]) == (paid["payment_intent"], None)
    assert paid["charge"] == of_type["charge.succeeded"]["id"]


@pytest.fixture
def served() -> TestClient:
    return TestClient(Simulator(policy="held", start=START))


def test_each_endpoint_receives_the_shape_of_its_own_version(served: TestClient) -> None:
    for family, version in FAMILIES.items():
        made = served.post(
            "/v1/webhook_endpoints",
            headers=KEY,
            data={
                "url": f"http://127.0.0.1:1/{family}",
                "enabled_events[]": "customer.subscription.created",
                "api_version": version,
            },
        ).json()
        assert made["api_version"] == version
    plain = {"url": "http://127.0.0.1:1/plain", "enabled_events[]": "customer.subscription.created"}
    served.post("/v1/webhook_endpoints", headers=KEY, data=plain)
    subscribe(served)
    bodies = delivered(served)
    assert {name: body["api_version"] for name, body in bodies.items()} == {
        **FAMILIES,
        "plain": NEWEST,
    }
    on_top = {n for n, body in bodies.items() if "current_period_end" in body["data"]["object"]}
    on_items = {
        name
        for name, body in bodies.items()
        if "current_period_end" in body["data"]["object"]["items"]["data"][0]
    }
    assert on_top == {"acacia"}
    assert on_items == {"basil", "clover", "dahlia", "endive", "plain"}
    with_account = {n for n, b in bodies.items() if "customer_account" in b["data"]["object"]}
    assert with_account == {"dahlia", "endive", "plain"}


def test_the_default_of_an_account_is_set_by_a_reset(served: TestClient) -> None:
    settings = {"settings": {"api_version": ACACIA}}
    assert served.post("/_carom/world/reset", headers=KEY, json=settings).status_code == 200
    plain = {"url": "http://127.0.0.1:1/plain", "enabled_events[]": "*"}
    served.post("/v1/webhook_endpoints", headers=KEY, data=plain)
    subscribe(served)
    assert "current_period_end" in delivered(served)["plain"]["data"]["object"]
    [event] = [
        event
        for event in served.get("/_carom/events", headers=KEY).json()["events"]
        if event["type"] == "customer.subscription.created"
    ]
    assert event["api_version"] == ACACIA
    assert "current_period_end" in event["data"]["object"]
    refused = served.post(
        "/_carom/world/reset", headers=KEY, json={"settings": {"api_version": "2025-01-01.fig"}}
    )
    assert refused.status_code == 400
    assert "Invalid Stripe API version" in refused.text


def subscribe(served: TestClient) -> None:
    def post(path: str, **data: Any) -> str:
        name: str = served.post(f"/v1/{path}", headers=KEY, data=data).json()["id"]
        return name

    product = post("products", name="Gold")
    terms = {"unit_amount": "2500", "currency": "usd", "recurring[interval]": "month"}
    price = post("prices", product=product, **terms)
    card = "pm_card_visa"
    default = {"invoice_settings[default_payment_method]": card}
    customer = post("customers", payment_method=card, **default)
    post("subscriptions", customer=customer, **{"items[0][price]": price})


def delivered(served: TestClient) -> dict[str, Any]:
    """The subscription's creation as each endpoint gets it, by the last part of its URL."""
    found = served.get("/_carom/deliveries", headers=KEY).json()["deliveries"]
    bodies = {}
    for delivery in found:
        if delivery["type"] == "customer.subscription.created":
            path = f"/_carom/deliveries/{delivery['id']}/take"
            taken = served.post(path, headers=KEY).json()
            bodies[taken["url"].rpartition("/")[2]] = json.loads(taken["body"])
    return bodies
