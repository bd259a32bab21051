"""From sign-up to the end in Chromium, with fifty conflicting deliveries at once at every turn.

The app is two processes on one database, so nothing but the database can keep order. At each turn
Stripe's state changes several times while old and new events arrive together, and the app is
watched all the while. Right at the end is not enough: what it shows must at every moment be
something that Stripe said, and never something older than what it has shown before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from tests.postgres import Urls
from tests.reference_app.storm import AT_ONCE, Shown, Watch, storm, watched
from tests.reference_app.town import CARD, Customer, Town, opened

FREE = ("free", False, False, None)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('journey')}/app.db"
        with opened(Urls(url, url, url), workers=2) as made:
            yield made
    else:
        with (
            request.getfixturevalue("postgres").database() as urls,
            opened(urls, workers=2) as made,
        ):
            yield made


def summary(shown: Shown) -> tuple[Any, ...]:
    return shown["plan"], shown["access"], shown["winding_down"], shown["cancel_at"]


@dataclass(frozen=True, slots=True)
class History:
    """What Stripe has said of the one subscription so far, oldest first."""

    town: Town
    states: list[tuple[Any, ...]] = field(default_factory=lambda: [FREE])

    def note(self) -> None:
        """Read from Stripe what an app must show now, by a few lines that are not the app's."""
        subscription = self.town.stripe.v1.subscriptions.list({"status": "all"}).data[0].to_dict()
        if subscription["status"] == "canceled":
            self.states.append((*FREE[:3], subscription["cancel_at"]))
            return
        key = subscription["items"]["data"][0]["price"]["lookup_key"]
        winding_down = bool(subscription["cancel_at"] or subscription["cancel_at_period_end"])
        self.states.append((key.split("_")[0], True, winding_down, subscription["cancel_at"]))

    def holds(self, watch: Watch) -> None:
        """Every answer is a state of Stripe's, and none is older than the one before it."""
        assert watch.problems == []
        assert watch.seen
        place = 0
        for number, shown in enumerate(watch.seen):
            rest = self.states[place:]
            assert summary(shown) in rest, f"answer {number} of {len(watch.seen)}: {shown}"
            place += rest.index(summary(shown))
        assert watch.seen[-1]["access"] or not watch.seen[-1]["pending"]


def weather(
    town: Town, customer: Customer, history: History, *changes: Callable[[], object], seed: int
) -> None:
    """Half of the changes are made and nobody told; then all events there are arrive at once, and
    the other half is made meanwhile. What came of that is delivered in a second storm.
    """

    def make(some: Sequence[Callable[[], object]]) -> None:
        for change in some:
            change()
            history.note()

    middle = len(changes) // 2
    with watched(customer) as watch:
        make(changes[:middle])
        for later in (changes[middle:], ()):
            events = town.carom.events()["events"]
            answers = storm(town, events[-AT_ONCE:], seed, partial(make, later))
            assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    history.holds(watch)
    assert summary(customer.entitlement()) == history.states[-1]


@pytest.mark.browser
def test_fifty_conflicting_deliveries_at_every_turn(town: Town, chromium: Any) -> None:
    context = chromium.new_context(base_url=town.app)
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto("/signup")
    page.get_by_label("Organisation").fill("The Corner Pocket")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="Choose a plan").click()
    page.get_by_role("button", name="$49 a month").click()
    for name, value in CARD.items():
        page.locator(f"input[name={name}]").fill(value)

    customer, history = Customer(town), History(town)
    customer.cookies.set("session", session_cookie(context))
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("heading", name="Waiting for Stripe").wait_for()
    history.note()
    weather(town, customer, history, seed=1)
    page.get_by_role("heading", name="You are on Pro").wait_for()

    page.goto("/billing/return?from=portal")
    subscription = town.stripe.v1.subscriptions.list().data[0].id
    weather(town, customer, history, *whims(town, subscription), seed=2)
    page.wait_for_url("**/billing")
    page.get_by_role("heading", name="Pro ends on").wait_for()

    page.get_by_role("button", name="Keep Pro").click()
    page.get_by_role("heading", name="Asked Stripe").wait_for()
    history.note()
    weather(town, customer, history, seed=3)
    page.wait_for_url("**/billing")
    page.get_by_text("Renews").wait_for()

    end = lambda: town.stripe.v1.subscriptions.cancel(subscription)  # noqa: E731
    weather(town, customer, history, *whims(town, subscription), end, seed=4)
    page.reload()
    page.get_by_role("link", name="Choose a plan").wait_for()
    customer.close()
    context.close()


def whims(town: Town, subscription: str) -> list[Callable[[], object]]:
    """A customer who cannot decide: ends as Pro, winding down."""
    subscriptions = town.stripe.v1.subscriptions
    item = subscriptions.retrieve(subscription)["items"].data[0].id

    def switch(key: str) -> Callable[[], object]:
        price = town.stripe.v1.prices.list({"lookup_keys": [key]}).data[0].id
        return lambda: subscriptions.update(subscription, {"items": [{"id": item, "price": price}]})

    def schedule(end: bool) -> Callable[[], object]:
        return lambda: subscriptions.update(subscription, {"cancel_at_period_end": end})

    return [
        schedule(True),
        switch("basic_monthly"),
        schedule(False),
        switch("pro_monthly"),
        schedule(True),
    ]


def session_cookie(context: Any) -> str:
    return next(each["value"] for each in context.cookies() if each["name"] == "session")
