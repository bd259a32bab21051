"""dj-stripe (pypi.org/project/dj-stripe) takes Carom for Stripe: its sync command and its webhooks.

The Django project is `djstripe_site`. What dj-stripe holds in the end is what the API answers.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import stripe

from simulator import ControlClient, Running, Simulator, running
from tests.clients.environment import python_with, run
from tests.clients.year import Year

SITE = Path(__file__).parent / "djstripe_site"
VERSION = "2026-08-26.dahlia"  # of the SDK that is installed with dj-stripe
ENDPOINT = UUID("6a2f6f2e-9a4e-4d4e-8a3e-0c8a0c8f7a11")

REFUSED_BY_STRIPE_TOO = {
    "AccountV2": "Received unknown parameter: include",  # class stripe.v2.core AccountListParams
    "TaxId": "Received unknown parameter: id",  # a customer, sent as `id` to GET /v1/tax_ids
    "ActiveEntitlement": "Missing required param: customer.",  # docs: customer is required
    "CountrySpec": "not JSON serializable",  # an object of the SDK, put in a column as it is
}
"""Models that this dj-stripe cannot sync with any Stripe, and what it says of each."""

PATHS = {
    "Charge": "charges",
    "Coupon": "coupons",
    "Customer": "customers",
    "Dispute": "disputes",
    "Event": "events",
    "Invoice": "invoices",
    "InvoiceItem": "invoiceitems",
    "PaymentIntent": "payment_intents",
    "PaymentMethod": "payment_methods",
    "Price": "prices",
    "Product": "products",
    "PromotionCode": "promotion_codes",
    "Refund": "refunds",
    "Session": "checkout/sessions",
    "SetupIntent": "setup_intents",
    "Subscription": "subscriptions",
    "SubscriptionSchedule": "subscription_schedules",
    "TaxRate": "tax_rates",
    "Transfer": "transfers",
}

LISTED_WHOLE = {"Charge", "Event", "Invoice", "PaymentIntent", "Price", "Refund", "Session"}
"""Models of which dj-stripe holds exactly what the API lists without being asked for more."""


@dataclass(frozen=True, slots=True)
class Site:
    """A Django project with dj-stripe, whose Stripe is Carom."""

    python: str
    environment: dict[str, str]

    def manage(self, *words: str, told: str = "") -> subprocess.CompletedProcess[str]:
        return run(
            self.python, str(SITE / "manage.py"), *words, inside=SITE, told=told, **self.environment
        )

    def held(self) -> Any:
        answered = self.manage("rows")
        assert answered.returncode == 0, answered.stderr
        return json.loads(answered.stdout)


@pytest.fixture(scope="module")
def python() -> str:
    return python_with("dj-stripe==2.11.0", "stripe==15.6.2", "Django==5.2.19")


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    with running(Simulator(api_version=VERSION)) as served:
        yield served


@pytest.fixture
def carom(served: Running, request: pytest.FixtureRequest) -> Iterator[ControlClient]:
    letters = re.sub("[^a-z]", "", request.node.name)[:20]
    with ControlClient(served.url, f"sk_test_{letters:0<24}") as carom:
        yield carom


@pytest.fixture
def client(carom: ControlClient) -> stripe.StripeClient:
    return stripe.StripeClient(carom.key, base_addresses={"api": carom.url}, stripe_version=VERSION)


@pytest.fixture
def site(python: str, carom: ControlClient, tmp_path: Path) -> Site:
    site = Site(
        python,
        {
            "CAROM_URL": carom.url,
            "CAROM_KEY": carom.key,
            "SITE_DATABASE": str(tmp_path / "site.sqlite3"),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    made = site.manage("migrate", "--run-syncdb", "--verbosity", "0")
    assert made.returncode == 0, made.stderr
    return site


@pytest.fixture
def listening(site: Site) -> Iterator[str]:
    """The address of the site, being served."""
    command = (site.python, str(SITE / "manage.py"), "serve")
    environment = {"PATH": "", **site.environment}
    with subprocess.Popen(
        command,
        cwd=SITE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_a_year_is_synced(site: Site, carom: ControlClient, client: stripe.StripeClient) -> None:
    Year(client.v1, carom).live()
    synced = site.manage("djstripe_sync_models")
    assert failures(synced.stderr) == REFUSED_BY_STRIPE_TOO.keys(), synced.stderr
    for said in REFUSED_BY_STRIPE_TOO.values():
        assert said in synced.stderr
    rows = site.held()["rows"]
    for model, path in PATHS.items():
        assert rows[model], f"the year had no {model}"
        assert unlike(client, path, rows[model]) == {}, model
    for model, path in PATHS.items():
        if model in LISTED_WHOLE:
            assert rows[model].keys() == {each["id"] for each in answers(client, path)}, model


def test_every_event_of_a_year_is_taken(
    site: Site, listening: str, carom: ControlClient, client: stripe.StripeClient
) -> None:
    endpoint = client.v1.webhook_endpoints.create(
        {
            "url": f"{listening}/stripe/webhook/{ENDPOINT}/",
            "enabled_events": ["*"],
            "api_version": VERSION,
            "metadata": {"djstripe_uuid": str(ENDPOINT)},
        }
    )
    adopted = site.manage("adopt", told=str(endpoint))
    assert adopted.returncode == 0, adopted.stderr
    Year(client.v1, carom).live()
    carom.advance(seconds=1)
    sent = carom.deliveries()["deliveries"]
    held = site.held()
    refused = [heard for heard in held["heard"] if heard["exception"] or not heard["processed"]]
    assert refused == []
    assert {delivery["state"] for delivery in sent} == {"delivered"}
    assert {delivery["event"] for delivery in sent} == {h["event_id"] for h in held["heard"]}
    told = {name: {**row, "pending_webhooks": 0} for name, row in held["rows"]["Event"].items()}
    assert unlike(client, "events", told) == {}
    for model in ("Subscription", "Invoice", "PaymentIntent", "SetupIntent"):
        assert unlike(client, PATHS[model], held["rows"][model]) == {}, model
    # A dispute is told of by its own events; no event of the charge says that it is disputed.
    late = unlike(client, "charges", held["rows"]["Charge"])
    assert {field for differs in late.values() for field in differs} <= {"dispute", "disputed"}


def failures(said: str) -> set[str]:
    """The models of which the command says that they failed to sync."""
    whole = re.findall(r"Failed syncing (\w+) for", said)
    return {*whole, *re.findall(r"\d+ (\w+) object\(s\) failed to sync", said)}


def answers(client: stripe.StripeClient, path: str) -> Iterator[Any]:
    """All of a list, page by page."""
    after = ""
    while True:
        page = asked(client, f"/v1/{path}?limit=100{after}")
        yield from page["data"]
        if not page["has_more"]:
            return
        after = f"&starting_after={page['data'][-1]['id']}"


def asked(client: stripe.StripeClient, path: str) -> Any:
    """As plain JSON, in the version that dj-stripe asks for."""
    return client.raw_request("get", path).data


def unlike(client: stripe.StripeClient, path: str, rows: dict[str, Any]) -> dict[str, Any]:
    """Rows that differ from the API's answer, by id: by field what each of the two has."""
    found = {name: asked(client, f"/v1/{path}/{name}") for name in rows}
    return {
        name: {
            key: (rows[name].get(key), value)
            for key, value in answer.items()
            if not same(rows[name].get(key), value)
        }
        for name, answer in found.items()
        if not same(rows[name], answer)
    }


def same(row: Any, answer: Any) -> bool:
    """Whether a row says what the answer says; what the row has expanded may say more."""
    if isinstance(row, dict) and isinstance(answer, str):
        return bool(row.get("id") == answer)
    if isinstance(row, dict) and isinstance(answer, dict):
        return all(name in row and same(row[name], value) for name, value in answer.items())
    if isinstance(row, list) and isinstance(answer, list):
        return len(row) == len(answer) and all(map(same, row, answer))
    return bool(row == answer)
