"""An export of another account, made with the SDK: what `carom import` is given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from simulator import ControlClient, Simulator, running

Event = dict[str, Any]


@pytest.fixture(scope="session")
def events() -> Iterator[list[Event]]:
    """A customer buys, switches there and back, cancels at the end of the period, and is gone."""
    with running(Simulator(seed=99, policy="held")) as served:
        api = stripe.StripeClient("sk_test_real", base_addresses={"api": served.url}).v1
        with ControlClient(served.url, "sk_test_real") as control:
            basic, pro = (_price(api, amount) for amount in (500, 2500))
            customer = api.customers.create(
                {
                    "email": "grace@navy.example",
                    "name": "Grace Hopper",
                    "address": {"line1": "1 Long Way", "country": "US"},
                    "metadata": {"team": "compilers"},
                }
            ).id
            card = api.payment_methods.attach("pm_card_visa", {"customer": customer}).id
            api.customers.update(customer, {"invoice_settings": {"default_payment_method": card}})
            wanted = {"customer": customer, "items": [{"price": basic}]}
            subscription = api.subscriptions.create(wanted)
            item = subscription["items"]["data"][0].id
            for day, price in ((1, pro), (2, basic), (3, pro)):
                control.advance(seconds=day * 86400)
                api.subscriptions.update(subscription.id, {"items": [{"id": item, "price": price}]})
            control.advance(seconds=86400)
            api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
            control.advance(seconds=40 * 86400)
            yield [{**each, "livemode": True} for each in control.events()["events"]]


def _price(api: Any, amount: int) -> str:
    recurring = {"interval": "month"}
    product = {"name": f"Plan of {amount}"}
    return str(
        api.prices.create(
            {
                "currency": "usd",
                "unit_amount": amount,
                "recurring": recurring,
                "product_data": product,
            }
        ).id
    )


@pytest.fixture(scope="session")
def prices(events: list[Event]) -> list[str]:
    """The ids of the two prices, cheapest first."""
    objects = [each["data"]["object"] for each in events if each["type"] == "price.created"]
    return [each["id"] for each in sorted(objects, key=lambda each: int(each["unit_amount"]))]


@pytest.fixture
def export(events: list[Event], tmp_path: Path) -> Path:
    path = tmp_path / "grace.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")
    return path
