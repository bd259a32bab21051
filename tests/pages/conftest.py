"""A shop with two plans, customers, and a visitor who sees its hosted pages as a browser would."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from html import unescape
from itertools import count
from typing import Any

import httpx
import pytest
import stripe

from simulator import ControlClient, Running, Simulator, running

APP = "http://app.carom.test"
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_keys = count(1)


class Shop:
    """One account that sells Basic and Pro by the month; `app` is where its application lives."""

    def __init__(self, served: Running, key: str) -> None:
        self.url = served.url
        self.app = APP
        self.control = ControlClient(served.url, key)
        self.stripe = stripe.StripeClient(key, base_addresses={"api": served.url}).v1
        self.prices = {
            name: self._price(name, amount) for name, amount in (("Basic", 1000), ("Pro", 2500))
        }

    def _price(self, name: str, amount: int) -> Any:
        product = self.stripe.products.create({"name": name})
        return self.stripe.prices.create(
            {
                "product": product.id,
                "unit_amount": amount,
                "currency": "usd",
                "recurring": {"interval": "month"},
            }
        )

    def configuration(self, **features: Any) -> str:
        """A portal configuration that allows everything, but for what `features` replaces."""
        allowed: dict[str, Any] = {
            "subscription_cancel": {
                "enabled": True,
                "mode": "at_period_end",
                "cancellation_reason": {"enabled": True, "options": ["too_expensive", "other"]},
            },
            "subscription_update": {
                "enabled": True,
                "default_allowed_updates": ["price"],
                "proration_behavior": "create_prorations",
                "products": [
                    {"product": price.product, "prices": [price.id]}
                    for price in self.prices.values()
                ],
            },
            "payment_method_update": {"enabled": True},
            "invoice_history": {"enabled": True},
        }
        made = self.stripe.billing_portal.configurations.create(
            {"features": {**allowed, **features}}
        )
        return str(made.id)

    def subscriber(self, plan: str = "Basic", billing_mode: str = "flexible", **more: Any) -> Any:
        """A new customer with a subscription, which is returned."""
        customer = self.stripe.customers.create({"email": "ada@example.com", "name": "Ada"})
        method = self.stripe.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        self.stripe.customers.update(
            customer.id, {"invoice_settings": {"default_payment_method": method.id}}
        )
        return self.stripe.subscriptions.create(
            {
                "customer": customer.id,
                "items": [{"price": self.prices[plan].id}],
                "billing_mode": {"type": billing_mode},
                **more,
            }
        )

    def portal(self, customer: str, configuration: str | None = None, **more: Any) -> str:
        """The URL of a new portal session."""
        session = self.stripe.billing_portal.sessions.create(
            {
                "customer": customer,
                "return_url": f"{self.app}/billing",
                "configuration": configuration or self.configuration(),
                **more,
            }
        )
        return str(session.url)

    def checkout(self, **more: Any) -> Any:
        """A new Checkout session for Basic."""
        return self.stripe.checkout.sessions.create(
            {
                "mode": "subscription",
                "line_items": [{"price": self.prices["Basic"].id, "quantity": 1}],
                "success_url": f"{self.app}/thanks?session_id={{CHECKOUT_SESSION_ID}}",
                "cancel_url": f"{self.app}/plans",
                **more,
            }
        )

    def subscription(self, name: str) -> Any:
        return self.stripe.subscriptions.retrieve(name)

    def events(self) -> list[str]:
        return [event["type"] for event in self.control.events()["events"]]


class Visitor:
    """Somebody with a browser that runs no script."""

    def __init__(self) -> None:
        self.http = httpx.Client(trust_env=False)

    def get(self, url: str) -> httpx.Response:
        return self.http.get(url)

    def post(self, url: str, **form: str) -> httpx.Response:
        return self.http.post(url, data=form)

    def reads(self, url: str) -> str:
        """What the page at `url`, or where it leads, says without its tags."""
        return self.said(self.http.get(url, follow_redirects=True))

    def said(self, answer: httpx.Response) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture(scope="session")
def served() -> Iterator[Running]:
    with running(Simulator(seed=7)) as served:
        yield served


@pytest.fixture
def shop(served: Running) -> Iterator[Shop]:
    shop = Shop(served, f"sk_test_pages{next(_keys)}")
    yield shop
    shop.control.close()


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    visitor = Visitor()
    yield visitor
    visitor.http.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright, or a skip that says what is missing.

    For one module only: while it is open, Playwright's loop runs in this thread, and tests with a
    loop of their own could not.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        notice = "no Chromium: apt-get install chromium, to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(notice)
        pytest.skip(notice)
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()
