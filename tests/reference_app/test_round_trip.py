"""The app and Stripe as servers, on each database, and what a customer does between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reference_app.seed import seed
from tests.postgres import Urls
from tests.reference_app.town import CARD, Customer, Town, opened

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('reference_app')}/app.db"
        with opened(Urls(url, url, url)) as made:
            yield made
    else:
        with request.getfixturevalue("postgres").database() as urls, opened(urls) as made:
            yield made


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


def test_a_deleted_customer_is_let_go_and_can_come_back(town: Town, customer: Customer) -> None:
    subscription = town.stripe.v1.subscriptions.retrieve(customer.subscribe())
    town.stripe.v1.customers.delete(str(subscription.customer))
    customer.deliver(backwards=True)
    gone = customer.entitlement()
    assert (gone["plan"], gone["access"], gone["pending"]) == ("free", False, False)
    again = town.stripe.v1.subscriptions.retrieve(customer.subscribe("basic_monthly"))
    assert again.customer != subscription.customer
    assert customer.entitlement()["plan"] == "basic"


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
    page.get_by_role("button", name="See invoices on Stripe").click()
    page.locator("a[rel=return]").first.click()
    page.get_by_role("heading", name="Back from Stripe").wait_for()
    page.close()
