"""Each broken twin breaks its own rule, which the correct app keeps, and still sells."""

from __future__ import annotations

from typing import Any

import pytest

from reference_app import mutants
from reference_app.web import create_app

UPDATED = "customer.subscription.updated"
DEAF = frozenset({"landing_page_fulfils", "webhook_behind_redirect"})
"""Twins whose bug is that no webhook gets as far as the entitlement."""


def buy(visitor: Any, fake: Any) -> str:
    visitor.sign_up()
    customer = visitor.buy()
    fake.has()
    assert isinstance(customer, str)
    return customer


def test_every_mutant_says_how_it_fails() -> None:
    assert {"refresh_on_return", "cancel_revokes_now", "last_write_wins"} <= set(mutants.names())
    for name in mutants.names():
        text = mutants.load(name).__globals__["__doc__"]
        parts = ("Pattern:", "Mechanism:", "Symptom:", "Breaks:", "Seen in:")
        assert [part for part in parts if f"\n{part}" not in text] == [], name


# On PostgreSQL the writer may make no tables, which some twins have of their own.
@pytest.mark.parametrize("urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", [None, *mutants.names()])
def test_every_twin_sells_and_switches_on(open_app: Any, fake: Any, name: str | None) -> None:
    visitor = open_app(mutants.load(name) if name else create_app)
    customer = buy(visitor, fake)
    session = {
        "id": visitor.checkout_session(),
        "customer": customer,
        "client_reference_id": "1",
        "metadata": {"organisation": "1"},
        "payment_status": "paid",
        "subscription": fake.subscriptions[0]["id"],
    }
    subject = {**fake.subscriptions[0], "customer": customer}
    visitor.bring(visitor.event("customer.subscription.created", subject, "evt_a"))
    if not visitor.entitlement()["access"]:
        visitor.bring(visitor.event("checkout.session.completed", session, "evt_b"))
    assert visitor.entitlement()["access"] is (name not in DEAF)


@pytest.mark.parametrize(("name", "granted"), [(None, False), ("refresh_on_return", True)])
def test_refresh_on_return_writes(open_app: Any, fake: Any, name: str, granted: bool) -> None:
    visitor = open_app(mutants.load(name) if name else create_app)
    buy(visitor, fake)
    visitor.get("/billing/return?session_id=cs_1")
    assert visitor.entitlement()["access"] is granted


@pytest.mark.parametrize(("name", "kept"), [(None, True), ("cancel_revokes_now", False)])
def test_cancel_revokes_now_takes_paid_access(
    open_app: Any, fake: Any, name: str, kept: bool
) -> None:
    visitor = open_app(mutants.load(name) if name else create_app)
    customer = buy(visitor, fake)
    fake.has(cancel_at=1_800_000_000)
    visitor.deliver(UPDATED, {"customer": customer})
    assert visitor.entitlement()["access"] is kept


@pytest.mark.parametrize(("name", "status"), [(None, "canceled"), ("last_write_wins", "active")])
def test_last_write_wins_believes_old_news(
    open_app: Any, fake: Any, name: str, status: str
) -> None:
    visitor = open_app(mutants.load(name) if name else create_app)
    customer = buy(visitor, fake)
    old = {**fake.has(status="active"), "customer": customer}
    new = {**fake.has(status="canceled"), "customer": customer}
    visitor.deliver("customer.subscription.deleted", new)
    visitor.deliver(UPDATED, old)
    assert visitor.entitlement()["status"] == status


@pytest.mark.parametrize(("name", "credits"), [("_credits", 100), ("duplicate_grants_again", 200)])
def test_credits_are_granted_once_for_each_invoice_without_the_bug(
    open_app: Any, fake: Any, name: str, credits: int
) -> None:
    visitor = open_app(mutants.load(name))
    paid = {"id": "in_1", "customer": buy(visitor, fake), "amount_paid": 4900}
    for event in ("evt_a", "evt_b"):
        visitor.bring(visitor.event("invoice.paid", paid, event))
    assert visitor.entitlement()["credits"] == credits
