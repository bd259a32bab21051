"""Each broken twin breaks its own rule, which the correct app keeps, and still sells."""

from __future__ import annotations

from typing import Any

import pytest

from reference_app import mutants
from reference_app.web import create_app

UPDATED = "customer.subscription.updated"


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
        assert all(word in text for word in ("Mechanism:", "Symptom:", "Breaks:"))


@pytest.mark.parametrize("name", [None, *mutants.names()])
def test_every_twin_sells_and_switches_on(open_app: Any, fake: Any, name: str | None) -> None:
    visitor = open_app(mutants.load(name) if name else create_app)
    customer = buy(visitor, fake)
    subject = {**fake.subscriptions[0], "customer": customer}
    assert visitor.deliver("customer.subscription.created", subject) == "written"
    assert visitor.entitlement()["plan"] == "pro"


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
