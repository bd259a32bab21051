"""Stripe Sync Engine (npmjs.com/package/@supabase/stripe-sync-engine) takes Carom for Stripe.

The app is `stripe_sync/app.mjs`: the engine copies a year into its tables, from webhooks and by
asking for everything. What its rows hold in the end is what the API answers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe

from simulator import ControlClient, Simulator, running
from tests.clients.environment import node_with, serving
from tests.clients.year import Year

HERE = Path(__file__).parent / "stripe_sync"
PATIENCE = 120.0  # seconds
LONG_AGO = 1_577_836_800
"""2020: the engine keeps the newer of two answers, and dates one that it asked for by its own clock
and one that it heard by the event's. A year in the future would always be newer.
"""

UNSYNCED = {
    "application_fee.created",
    "application_fee.refunded",
    "coupon.created",
    "customer_cash_balance_transaction.created",
    "customer.discount.created",
    "customer.discount.deleted",
    "invoiceitem.created",
    "promotion_code.created",
    "tax_rate.created",
    "transfer.created",
    "transfer.reversed",
}
"""Events that the engine has no table for, and says so."""

COPIED = {
    "charges": "charges?",
    "credit_notes": "credit_notes?",
    "checkout_sessions": "checkout/sessions?",
    "disputes": "disputes?",
    "invoices": "invoices?",
    "payment_intents": "payment_intents?",
    "plans": "plans?",
    "prices": "prices?",
    "products": "products?",
    "refunds": "refunds?",
    "setup_intents": "setup_intents?",
    "subscription_schedules": "subscription_schedules?",
    "subscriptions": "subscriptions?status=all&",
}
"""Tables that hold exactly what the API lists, by the beginning of the list's address."""

OWN = {"last_synced_at", "updated_at", "_updated_at"}
"""Columns that say when the engine wrote the row."""


@pytest.fixture(scope="module")
def package() -> Path:
    return node_with(
        "@supabase/stripe-sync-engine@0.48.5",
        "@electric-sql/pglite@0.5.16",
        "@electric-sql/pglite-socket@0.2.17",
        "stripe@22.6.2",
    )


@pytest.fixture
def carom() -> Iterator[ControlClient]:
    simulator = Simulator(start=LONG_AGO)
    with running(simulator) as served, ControlClient(served.url, "sk_test_sync") as carom:
        yield carom


@pytest.fixture
def engine(package: Path, carom: ControlClient) -> Iterator[httpx.Client]:
    environment = {"CAROM_KEY": carom.key, "CAROM_URL": carom.url, "CLIENT_IN": str(package)}
    with (
        serving("node", "app.mjs", inside=HERE, **environment) as url,
        httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as engine,
    ):
        yield engine


def test_a_year_is_copied(engine: httpx.Client, carom: ControlClient) -> None:
    version = engine.get("/rows").json()["version"]
    client = stripe.StripeClient(
        carom.key, base_addresses={"api": carom.url}, stripe_version=version
    )
    Year(client.v1, carom).live()
    carom.advance(seconds=1)
    heard = engine.get("/rows").json()["heard"]
    assert {each["id"] for each in heard} == {
        delivery["event"] for delivery in carom.deliveries()["deliveries"]
    }
    assert {h["type"] for h in heard if h["outcome"] == "Unhandled webhook event"} == UNSYNCED
    left = [h for h in heard if h["outcome"] != "synced" and h["type"] not in UNSYNCED]
    # docs.stripe.com/api/events/types: an upcoming invoice has no id, and the engine wants one.
    assert {h["type"] for h in left} == {"invoice.upcoming"}
    assert all("null value in column" in h["outcome"] for h in left), Counter(map(str, left))

    asked = engine.post("/backfill")
    assert asked.status_code == 200, asked.text
    held = engine.get("/rows").json()["rows"]
    for table, path in COPIED.items():
        listed = {answer["id"]: answer for answer in everything(client, path)}
        assert held[table], table
        assert {row["id"] for row in held[table]} == listed.keys(), table
        for row in held[table]:
            assert unlike(row, listed[row["id"]]) == {}, (table, row["id"])


def everything(client: stripe.StripeClient, path: str) -> Iterator[Any]:
    """All of a list, page by page, as plain JSON."""
    after = ""
    while True:
        page: Any = client.raw_request("get", f"/v1/{path}limit=100{after}").data
        yield from page["data"]
        if not page["has_more"]:
            return
        after = f"&starting_after={page['data'][-1]['id']}"


def unlike(row: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row that say something else than the answer: what each of the two says."""
    return {
        name: (value, answer[name])
        for name, value in row.items()
        if name in answer and name not in OWN and not same(value, answer[name])
    }


def same(value: Any, answer: Any) -> bool:
    """Whether a column has the answer's value, as it is or written as JSON in a column of text."""
    written = json.dumps(answer, separators=(",", ":"), ensure_ascii=False)
    return bool(value in (answer, written))
