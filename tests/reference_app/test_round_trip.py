"""The app as a process, Stripe as a server, and a customer who goes back and forth between them.

All over sockets: the app is started as its users start it, and knows only Stripe's address.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from subprocess import PIPE
from typing import Any

import httpx
import pytest
import stripe

from reference_app.seed import seed
from simulator import ControlClient, Simulator, running

KEY = "sk_test_reference_round_trip"
CARD = {"number": "4242 4242 4242 4242", "exp": "12 / 34", "cvc": "123", "name": "Ada"}
JSON = {"Accept": "application/json"}
LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)\n")


@dataclass(frozen=True, slots=True)
class Town:
    """The app's address, Stripe's, and the hand on Stripe's clock and mail."""

    app: str
    carom: ControlClient
    stripe: stripe.StripeClient


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


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running(Simulator(policy="held")) as served, ControlClient(served.url, KEY) as carom:
        client = stripe.StripeClient(KEY, base_addresses={"api": served.url})
        configuration = seed(client)
        endpoint = client.v1.webhook_endpoints.create(
            {"url": "http://127.0.0.1:9/not-yet", "enabled_events": ["*"]}
        )
        database = tmp_path_factory.mktemp("reference_app") / "app.db"
        environment = {
            **os.environ,
            "STRIPE_API_KEY": KEY,
            "STRIPE_API_BASE": served.url,
            "STRIPE_WEBHOOK_SECRET": str(endpoint.secret),
            "STRIPE_PORTAL_CONFIGURATION": configuration,
            "DATABASE_URL": f"sqlite:///{database}",
        }
        command = [sys.executable, "-m", "reference_app", "--port", "0"]
        with subprocess.Popen(command, env=environment, stdout=PIPE, text=True) as app:
            try:
                assert app.stdout is not None
                started = LISTENING.fullmatch(app.stdout.readline())
                assert started is not None
                client.v1.webhook_endpoints.update(
                    endpoint.id, {"url": f"{started[1]}/webhooks/stripe"}
                )
                yield Town(started[1], carom, client)
            finally:
                app.terminate()


@pytest.fixture
def customer(town: Town) -> Iterator[Customer]:
    with Customer(town) as browser:
        browser.sign_up()
        yield browser


def test_from_sign_up_to_the_end_of_the_last_paid_period(town: Town, customer: Customer) -> None:
    page = customer.buy()
    assert page.url.path == "/billing/return"
    assert page.url.params["session_id"].startswith("cs_")
    assert "Waiting for Stripe" in page.text
    assert (customer.entitlement()["access"], customer.entitlement()["pending"]) == (False, True)

    customer.deliver()
    paid = customer.entitlement()
    assert (paid["plan"], paid["status"], paid["pending"]) == ("pro", "active", False)
    assert "You are on Pro" in customer.get(page.url).text

    customer.in_portal("cancel", subscription=subscription_of(town))
    customer.get("/billing/return?from=portal")
    assert customer.entitlement() == paid, "coming back changes nothing"

    customer.deliver()
    leaving = customer.entitlement()
    assert leaving["winding_down"]
    assert leaving["access"]
    assert leaving["cancel_at"] == paid["current_period_end"]
    assert "Keep Pro" in customer.get("/billing").text

    town.carom.advance(to=leaving["cancel_at"])
    assert customer.entitlement() == leaving, "no clock of ours ends access"
    customer.deliver()
    gone = customer.entitlement()
    assert (gone["plan"], gone["status"], gone["access"]) == ("free", "canceled", False)


def test_the_order_of_the_news_does_not_matter(town: Town, customer: Customer) -> None:
    customer.buy("basic_monthly")
    customer.deliver(backwards=True, times=2)
    assert customer.entitlement()["plan"] == "basic"
    customer.in_portal(
        "switch", subscription=subscription_of(town), price=price(town, "pro_monthly")
    )
    assert customer.entitlement()["plan"] == "basic"
    customer.deliver(backwards=True, times=2)
    assert customer.entitlement()["plan"] == "pro"


def test_keeping_the_plan_after_all(town: Town, customer: Customer) -> None:
    subscription = customer.subscribe()
    before = customer.entitlement()
    customer.in_portal("cancel", subscription=subscription)
    customer.deliver()
    assert customer.post("/billing/reactivate").status_code == 303
    assert town.stripe.v1.subscriptions.retrieve(subscription).cancel_at is None
    assert customer.entitlement()["winding_down"], "the webhook has not come yet"
    customer.deliver()
    assert customer.entitlement() == before


def test_the_classic_shape_of_a_cancellation_winds_down_and_is_undone_too(
    town: Town, customer: Customer
) -> None:
    subscription = customer.subscribe()
    town.stripe.v1.subscriptions.update(subscription, {"cancel_at_period_end": True})
    customer.deliver()
    leaving = customer.entitlement()
    assert (leaving["winding_down"], leaving["cancel_at_period_end"]) == (True, True)
    customer.post("/billing/reactivate")
    customer.deliver()
    assert not customer.entitlement()["winding_down"]


def test_nothing_is_sold_twice_while_the_news_is_on_its_way(customer: Customer) -> None:
    customer.buy()
    again = customer.post("/billing/upgrade", data={"plan": "pro_yearly"}, headers=JSON)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_subscribed")


def test_of_two_checkout_pages_only_the_later_can_be_paid(customer: Customer) -> None:
    first = customer.opened("/billing/upgrade", plan="pro_monthly")
    second = customer.opened("/billing/upgrade", plan="basic_monthly")
    assert customer.post(first, data=CARD).status_code != 303
    assert customer.post(second, data=CARD).status_code == 303


@pytest.mark.parametrize("to", ["", "switch", "cancel", "card"])
def test_every_door_to_the_portal_opens(customer: Customer, to: str) -> None:
    customer.subscribe()
    page = customer.get(customer.opened("/billing/portal", to=to), follow_redirects=True)
    assert page.status_code == 200
    assert f"{customer.town.app}/billing/return?from=portal" in page.text


def test_the_cancel_door_still_opens_for_who_has_cancelled_already(customer: Customer) -> None:
    customer.in_portal("cancel", subscription=customer.subscribe())
    assert customer.get(customer.opened("/billing/portal", to="cancel")).status_code == 200


def test_plans_show_stripes_own_figures(customer: Customer) -> None:
    page = customer.get("/billing/plans").text
    assert all(figure in page for figure in ("$19 a month", "$190 a year", "$49 a month"))


def test_seeding_again_keeps_what_is_there(town: Town) -> None:
    def prices() -> list[str]:
        page = town.stripe.v1.prices.list({"limit": 100})
        return sorted(each.id for each in page.data)

    before = prices()
    assert seed(town.stripe) == seed(town.stripe)
    assert prices() == before


def subscription_of(town: Town) -> str:
    """The newest subscription of the account."""
    return town.stripe.v1.subscriptions.list({"limit": 1}).data[0].id


def price(town: Town, lookup_key: str) -> str:
    return town.stripe.v1.prices.list({"lookup_keys": [lookup_key]}).data[0].id


@pytest.mark.browser
def test_in_a_browser_the_waiting_page_goes_on_when_the_webhook_lands(
    customer: Customer, chromium: Any
) -> None:
    page = chromium.new_page()
    page.set_default_timeout(10_000)
    cookie = {"name": "session", "value": customer.cookies["session"], "url": customer.town.app}
    page.context.add_cookies([cookie])
    page.goto(f"{customer.town.app}/billing/plans")
    page.get_by_role("button", name="$49 a month").click()
    for name, value in CARD.items():
        page.locator(f"input[name={name}]").fill(value)
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("heading", name="Waiting for Stripe").wait_for()
    customer.deliver()
    page.get_by_role("heading", name="You are on Pro").wait_for()

    page.get_by_role("link", name="Billing").last.click()
    page.get_by_role("button", name="See invoices in Stripe’s portal").click()
    page.locator("a[rel=return]").first.click()
    page.get_by_role("heading", name="Back from Stripe").wait_for()
    page.close()
