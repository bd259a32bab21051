"""The app as a process, Stripe as a server, and a customer who goes between them.

All over sockets: the app is started as its users start it, and knows only Stripe's address.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import stripe

from harness.app.process import free_port, started
from reference_app.seed import seed
from simulator import ControlClient, Simulator, running
from tests.postgres import Urls

ROOT = Path(__file__).parents[2]
KEY = "sk_test_reference_round_trip"
CARD = {"number": "4242 4242 4242 4242", "exp": "12 / 34", "cvc": "123", "name": "Ada"}
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Town:
    """The app's address, Stripe's, and the hand on Stripe's clock and mail."""

    app: str
    carom: ControlClient
    stripe: stripe.StripeClient
    secret: str


class Customer(httpx.Client):
    """A browser of somebody who has just signed up."""

    numbers = count(1)

    def __init__(self, town: Town) -> None:
        super().__init__(base_url=town.app, trust_env=False)
        self.town = town

    def sign_up(self) -> None:
        email = f"customer{next(self.numbers)}@example.com"
        form = {"email": email, "password": "correct horse", "organisation": "The Corner Pocket"}
        assert self.post("/signup", data=form).status_code == 303

    def entitlement(self) -> dict[str, Any]:
        found = self.get("/api/entitlement").json()
        assert isinstance(found, dict)
        return found

    def opened(self, path: str, **fields: str) -> str:
        """Where Stripe's page is that the app opens for us."""
        answer = self.post(path, data=fields, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["url"])

    def buy(self, plan: str = "pro_monthly") -> httpx.Response:
        """Pay at Checkout with a good card, and go where it leads."""
        paid = self.post(self.opened("/billing/upgrade", plan=plan), data=CARD)
        assert paid.status_code == 303, paid.text
        return self.get(paid.headers["location"])

    def subscribe(self, plan: str = "pro_monthly") -> str:
        """Buy and let the webhooks land; the id of the subscription."""
        self.buy(plan)
        self.deliver()
        found = [
            event["data"]["object"]["id"]
            for event in self.town.carom.events()["events"]
            if event["type"] == "customer.subscription.created"
        ]
        return str(found[-1])

    def in_portal(self, action: str, **fields: str) -> None:
        """Open the portal and do something there."""
        answer = self.post(f"{self.opened('/billing/portal')}/{action}", data=fields)
        assert answer.status_code == 303, answer.text

    def deliver(self, *, backwards: bool = False, times: int = 1) -> None:
        """Bring the app what Stripe holds for it. Each is acknowledged."""
        held = self.town.carom.deliveries(state="held")["deliveries"]
        assert held, "Stripe has something to tell"
        for each in held[::-1] if backwards else held:
            for _ in range(times):
                attempts = self.town.carom.send(each["id"])["attempts"]
                assert attempts[-1]["status"] == 200, attempts[-1]


@contextmanager
def opened(urls: Urls, workers: int = 1) -> Iterator[Town]:
    """A town with that database. With more than one worker the app is that many processes."""
    with running(Simulator(policy="held")) as served, ControlClient(served.url, KEY) as carom:
        client = stripe.StripeClient(KEY, base_addresses={"api": served.url})
        configuration = seed(client)
        app = f"http://127.0.0.1:{(port := free_port())}"
        endpoint = client.v1.webhook_endpoints.create(
            {"url": f"{app}/webhooks/stripe", "enabled_events": ["*"]}
        )
        environment = {
            **urls.environment(),
            "APP_URL": app,
            "SESSION_SECRET": "for tests",
            "STRIPE_API_KEY": KEY,
            "STRIPE_API_BASE": served.url,
            "STRIPE_WEBHOOK_SECRET": str(endpoint.secret),
            "STRIPE_PORTAL_CONFIGURATION": configuration,
        }
        command = [sys.executable, "-m", "reference_app", "--port", str(port)]
        if workers > 1:
            served_by = ["uvicorn", "--factory", "reference_app.asgi:create", "--port", str(port)]
            command = [sys.executable, "-m", *served_by, "--workers", str(workers)]
        with started(command, ROOT, environment, f"{app}/health", within=PATIENCE):
            yield Town(app, carom, client, str(endpoint.secret))
