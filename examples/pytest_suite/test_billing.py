"""Tests of a billing app with Carom's pytest plugin. The app is the one in reference_app/; yours is
described by a carom.toml (`carom init` writes one).

    pytest examples/pytest_suite
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis.stateful import invariant

from harness.testing import BillingStateMachine, Schedule, calm, schedules

# --- Stripe alone ----------------------------------------------------------------------------


def test_an_account_of_ones_own(stripe_sim, stripe_client) -> None:
    customer = stripe_client.v1.customers.create({"email": "ada@example.org"})
    assert stripe_client.v1.customers.retrieve(customer.id).email == "ada@example.org"
    assert stripe_sim.event_types == ["customer.created"]


def test_time_is_yours(stripe_sim) -> None:
    before = stripe_sim.clock.now
    stripe_sim.clock.advance(days=31)
    assert stripe_sim.clock.now - before == 31 * 86400


# --- the app ---------------------------------------------------------------------------------


def test_paying_gives_access(billing_app) -> None:
    ada = billing_app.customer("ada")
    assert not ada.entitlement.access
    ada.subscribe("pro")
    assert ada.entitlement.plan == "pro"
    assert ada.entitlement.access


def test_the_return_page_grants_nothing(billing_app, webhooks) -> None:
    webhooks.hold()
    ada = billing_app.customer("ada")
    ada.subscribe("pro")
    assert not ada.entitlement.access
    webhooks.release()
    assert ada.entitlement.access


def test_old_news_after_new_changes_nothing(billing_app, webhooks) -> None:
    ada = billing_app.customer("ada")
    ada.subscribe("basic")
    webhooks.hold("customer.subscription.updated")
    ada.does("opens the portal", "switches to pro", "switches to basic", "switches to pro")
    webhooks.reorder("customer.subscription.updated#3", "customer.subscription.updated#1")
    assert ada.entitlement.plan == "pro"
    webhooks.release()
    webhooks.duplicate("customer.subscription.updated", nth=2)
    assert ada.entitlement.facts == ada.expected.facts


@pytest.mark.carom(seed=7, policy="held", start=1_770_000_000)
def test_a_cancelled_plan_lasts_until_its_period_ends(billing_app, stripe_sim, webhooks) -> None:
    ada = billing_app.customer("ada")
    ada.subscribe("pro")
    ada.cancel()
    webhooks.settle()
    assert ada.entitlement.access
    assert ada.entitlement.winding_down
    stripe_sim.clock.advance(days=32)
    webhooks.settle()
    assert not ada.entitlement.access


# --- scenarios, schedules, and a state machine -----------------------------------------------


@pytest.mark.scenario("cancel_at_period_end", "duplicate_deliveries")
def test_stories_that_come_with_carom(scenario_run) -> None:
    scenario_run.check()
    assert "converges" in scenario_run.kept


@settings(calm, max_examples=10)
@given(schedule=schedules("cancel_at_period_end", most=8))
def test_every_order_of_the_news(schedule: Schedule) -> None:
    schedule.check()


class Billing(BillingStateMachine):
    """Carom's rules and promises, and one promise of this app's own."""

    customers = ("ada",)

    @invariant()
    def a_plan_without_access_is_never_shown(self) -> None:
        for name in self.customers:
            shown = self.shown(name)
            assert shown is None or shown.access or shown.plan == "none"


TestBilling = Billing.TestCase
TestBilling.settings = settings(calm, max_examples=5, stateful_step_count=10)
