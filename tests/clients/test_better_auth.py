"""better-auth (npmjs.com/package/@better-auth/stripe) takes Carom for Stripe: accounts and plans.

The app is `better_auth/app.mjs`: all its routes are better-auth's own. A user signs up, subscribes
in Checkout, changes plan and leaves in the portal; what the app shows follows from its webhooks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from simulator import ControlClient, Simulator, running
from tests.clients.environment import node_with, serving
from tests.clients.year import CARD, DAY, PATIENCE

HERE = Path(__file__).parent / "better_auth"
PLANS = {"basic": 1000, "pro": 3000}  # a month, in cents


@dataclass(frozen=True, slots=True)
class App:
    """The app in a browser, which keeps its cookies, and the Stripe behind it."""

    browser: httpx.Client
    client: stripe.StripeClient
    carom: ControlClient

    def post(self, route: str, **body: Any) -> Any:
        answered = self.browser.post(f"/api/auth/{route}", json=body)
        assert answered.status_code == 200, answered.text
        return answered.json()

    def plans(self) -> list[Any]:
        """What the app says the user is subscribed to."""
        self.carom.advance(seconds=1)  # and every webhook is delivered
        listed: list[Any] = self.browser.get("/api/auth/subscription/list").json()
        return listed

    def submit(self, url: str, **form: str) -> None:
        """Fill in a hosted page; it leads back, to the app or to a page that says so."""
        answered = httpx.post(url, data=form, timeout=PATIENCE, trust_env=False)
        assert answered.status_code == 303, answered.text

    def subscribe(self, plan: str, **more: Any) -> Any:
        return self.post(
            "subscription/upgrade",
            plan=plan,
            successUrl="/done",
            cancelUrl="/pricing",
            returnUrl="/account",
            **more,
        )


@pytest.fixture(scope="module")
def package() -> Path:
    return node_with(
        "@better-auth/stripe@1.7.6", "better-auth@1.7.6", "better-call@1.4.0", "stripe@22.6.2"
    )


@pytest.fixture
def app(package: Path) -> Iterator[App]:
    with running(Simulator()) as served, ControlClient(served.url, "sk_test_better") as carom:
        client = stripe.StripeClient(carom.key, base_addresses={"api": carom.url})
        prices = {name: sold(client, name, amount) for name, amount in PLANS.items()}
        switched_on(client, prices)
        environment = {
            "CAROM_KEY": carom.key,
            "CAROM_URL": carom.url,
            "CLIENT_IN": str(package),
            "PLANS": json.dumps([{"name": name, "priceId": prices[name].id} for name in prices]),
        }
        with (
            serving("node", "app.mjs", inside=HERE, **environment) as url,
            httpx.Client(
                base_url=url, headers={"origin": url}, timeout=PATIENCE, trust_env=False
            ) as browser,
        ):
            app = App(browser, client, carom)
            app.post("sign-up/email", email="ada@example.com", password="long enough", name="Ada")
            yield app
            sent = carom.deliveries()["deliveries"]
            assert {delivery["state"] for delivery in sent} == {"delivered"}
            heard = browser.get("/rows").json()["heard"]
            assert sorted(heard) == sorted(delivery["event"] for delivery in sent)


def sold(client: stripe.StripeClient, name: str, amount: int) -> stripe.Price:
    return client.v1.prices.create(
        {
            "currency": "usd",
            "product_data": {"name": name},
            "recurring": {"interval": "month"},
            "unit_amount": amount,
        }
    )


def switched_on(client: stripe.StripeClient, prices: dict[str, stripe.Price]) -> None:
    """Let customers switch plans in the portal, as the package's own instructions say."""
    default = client.v1.billing_portal.configurations.list({"is_default": True}).data[0]
    products: Any = [{"product": price.product, "prices": [price.id]} for price in prices.values()]
    client.v1.billing_portal.configurations.update(
        default.id,
        {
            "features": {
                "subscription_update": {
                    "default_allowed_updates": ["price"],
                    "enabled": True,
                    "products": products,
                }
            }
        },
    )


def test_a_user_subscribes_switches_and_leaves(app: App) -> None:
    (customer,) = app.client.v1.customers.list().data
    assert (customer.email, app.plans()) == ("ada@example.com", [])

    checkout = app.subscribe("basic")["url"]
    assert app.plans() == []
    app.submit(checkout, **CARD, name="Ada Lovelace")
    (plan,) = app.plans()
    assert (plan["plan"], plan["status"], plan["stripeCustomerId"]) == (
        "basic",
        "active",
        customer.id,
    )
    assert app.client.v1.customers.retrieve(customer.id).name == "Ada Lovelace"

    portal = app.subscribe("pro")["url"]
    (subscription,) = app.client.v1.subscriptions.list({"customer": customer.id}).data
    (pro,) = (p for p in app.client.v1.prices.list().data if p.unit_amount == PLANS["pro"])
    app.submit(f"{portal}/switch", subscription=subscription.id, price=pro.id)
    (plan,) = app.plans()
    assert (plan["plan"], plan["status"]) == ("pro", "active")

    leaving = app.post("subscription/cancel", returnUrl="/account")["url"]
    app.submit(f"{leaving}/cancel", subscription=subscription.id)
    (plan,) = app.plans()
    assert (plan["status"], plan["cancelAt"]) == ("active", plan["periodEnd"])

    app.carom.advance(seconds=40 * DAY)
    assert app.plans() == []
    (row,) = app.browser.get("/rows").json()["subscription"]
    assert (row["plan"], row["status"]) == ("pro", "canceled")


def test_a_change_can_wait_for_the_next_period(app: App) -> None:
    app.submit(app.subscribe("pro")["url"], **CARD)
    app.subscribe("basic", scheduleAtPeriodEnd=True)
    (plan,) = app.plans()
    assert (plan["plan"], bool(plan["stripeScheduleId"])) == ("pro", True)
    app.carom.advance(seconds=40 * DAY)
    (plan,) = app.plans()
    assert (plan["plan"], plan["status"]) == ("basic", "active")


def test_who_winds_down_can_come_back(app: App) -> None:
    app.submit(app.subscribe("basic")["url"], **CARD)
    (subscription,) = app.client.v1.subscriptions.list().data
    app.client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    (plan,) = app.plans()
    assert plan["cancelAtPeriodEnd"] is True
    app.post("subscription/restore")
    (plan,) = app.plans()
    assert (plan["cancelAtPeriodEnd"], plan["status"]) == (False, "active")
    app.carom.advance(seconds=40 * DAY)
    (plan,) = app.plans()
    assert plan["status"] == "active"
