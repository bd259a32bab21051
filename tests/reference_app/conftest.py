"""The real app and the real SDK; below them, at the SDK's HTTP client, a Stripe of a few lines.

It knows no rules: it answers what a test puts there and remembers what was asked. What Stripe
itself would do is the simulator's business, and tested against it in `test_round_trip.py`.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import stripe
from fastapi import FastAPI
from fastapi.testclient import TestClient

from reference_app.accounts import passwords
from reference_app.billing import Billing
from reference_app.settings import Settings
from reference_app.tables import Organisation
from reference_app.web import create_app
from tests.postgres import Cluster, Urls, cluster

SECRET = "whsec_reference"
EMAIL = "ada@example.com"
JSON = {"Accept": "application/json"}
Answer = dict[str, Any]


class Refusal(Exception):
    """Raised by an answer to make Stripe say no."""

    def __init__(self, status: int, **error: Any) -> None:
        self.status, self.error = status, error


class FakeStripe(stripe.HTTPClient):
    """`calls` is what was asked; `subscriptions` is what it says a customer has."""

    name = "fake"

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.keys: list[str] = []
        self.subscriptions: list[Answer] = []
        self.prices = {"basic_monthly": 1900, "pro_monthly": 4900}
        self.before: Callable[[str], None] = lambda _call: None
        self.on_the_way_back: Callable[[str], None] = lambda _call: None
        self._numbers = count(1)

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None
    ) -> tuple[bytes, int, dict[str, str]]:
        parts = urlsplit(url)
        fields = dict(parse_qsl(post_data if method == "post" else parts.query, True))
        call = f"{method.upper()} {parts.path}"
        self.calls.append((call, parts.path, fields))
        if "Idempotency-Key" in headers:
            self.keys.append(headers["Idempotency-Key"])
        try:
            self.before(call)
            status, body = 200, self._answer(call, parts.path, fields)
            self.on_the_way_back(call)
        except Refusal as refusal:
            status, body = refusal.status, {"error": refusal.error}
        return json.dumps(body).encode(), status, {"Stripe-Should-Retry": "false"}

    def close(self) -> None:
        """Nothing is open."""

    def has(self, price: str = "pro_monthly", status: str = "active", **facts: Any) -> Answer:
        """From now on the customer has this one subscription, which is returned."""
        self.subscriptions = [subscription(price, status, **facts)]
        return self.subscriptions[0]

    def refuse(self, wanted: str, status: int, **error: Any) -> None:
        """From now on say no to this call."""

        def answer(call: str) -> None:
            if call == wanted:
                raise Refusal(status, **error)

        self.before = answer

    def refuse_field(self, name: str, status: int, **error: Any) -> None:
        """From now on say no to calls that have this field."""

        def answer(_call: str) -> None:
            if name in self.calls[-1][2]:
                raise Refusal(status, **error)

        self.before = answer

    def stall_first(self, wanted: str) -> tuple[threading.Event, threading.Event]:
        """Hold the first answer to `wanted` until told, or for as long as a test can bear.

        Returns (it is held, let it go). An app that locks rightly will not get the others to Stripe
        meanwhile, so nobody can tell it to go: hence the time limit.
        """
        held, go = threading.Event(), threading.Event()

        def hold(call: str) -> None:
            if call == wanted and not held.is_set():
                held.set()
                go.wait(0.4)

        self.on_the_way_back = hold
        return held, go

    def recover(self) -> None:
        self.before = lambda _call: None

    @property
    def asked(self) -> list[str]:
        return [call for call, _, _ in self.calls]

    def last(self, call: str) -> dict[str, str]:
        """The fields of the last such call."""
        return next(fields for name, _, fields in reversed(self.calls) if name == call)

    def _answer(self, call: str, path: str, fields: dict[str, str]) -> Answer:
        number = next(self._numbers)
        match call.split("/v1/")[1]:
            case "customers":
                return {"id": f"cus_{number}", "object": "customer"}
            case "customers/search":
                return {**listing(path, []), "object": "search_result"}
            case one if one.startswith("customers/"):
                return {"id": one.partition("/")[2], "object": "customer", "email": EMAIL}
            case "subscriptions":
                return listing(path, self.subscriptions)
            case "prices":
                wanted = [value for name, value in fields.items() if "lookup_keys" in name]
                return listing(path, [self._price(key) for key in wanted if key in self.prices])
            case "checkout/sessions":
                url = f"https://checkout.stripe.test/c/pay/cs_{number}"
                return {"id": f"cs_{number}", "object": "checkout.session", "url": url}
            case "billing_portal/sessions":
                url = f"https://billing.stripe.test/p/session/{number}"
                return {"id": f"bps_{number}", "object": "billing_portal.session", "url": url}
            case expiry if expiry.endswith("/expire"):
                return {"object": "checkout.session", "status": "expired"}
            case one if one.startswith("subscriptions/"):
                return next(each for each in self.subscriptions if one.endswith(each["id"]))
        raise AssertionError(f"the app asked Stripe something new: {call}")

    def _price(self, key: str) -> Answer:
        amount = self.prices[key]
        return {
            "id": f"price_{key}",
            "object": "price",
            "lookup_key": key,
            "unit_amount": amount,
            "currency": "usd",
        }


def listing(url: str, data: list[Answer]) -> Answer:
    return {"object": "list", "url": url, "has_more": False, "data": data}


def subscription(price: str = "pro_monthly", status: str = "active", **facts: Any) -> Answer:
    """A subscription as API version 2026-10-28.endive shows it, as far as the app looks."""
    key = {"id": f"price_{price}", "lookup_key": price, "metadata": {}}
    item = {"id": "si_1", "current_period_end": 1_800_000_000, "price": key}
    return {
        "id": "sub_1",
        "object": "subscription",
        "status": status,
        "created": 1_700_000_000,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "items": listing("/v1/subscription_items", [item]),
        **facts,
    }


class Visitor(TestClient):
    """A browser that can sign up, and the courier that brings Stripe's webhooks."""

    events = count(1)

    @property
    def billing(self) -> Billing:
        app = self.app
        assert isinstance(app, FastAPI)
        found = app.state.context.billing
        assert isinstance(found, Billing)
        return found

    def sign_up(self, email: str = EMAIL, organisation: str = "Ada's Arms") -> None:
        form = {"email": email, "password": "correct horse", "organisation": organisation}
        assert self.post("/signup", data=form).status_code == 303

    def buy(self, plan: str = "pro_monthly") -> str:
        """Begin a purchase; the customer it made."""
        answer = self.post("/billing/upgrade", json={"plan": plan}, headers=JSON)
        assert answer.status_code == 200, answer.text
        stripe_side = self.billing.stripe._requestor._client
        assert isinstance(stripe_side, FakeStripe)
        return stripe_side.last("POST /v1/checkout/sessions")["customer"]

    def checkout_session(self) -> str | None:
        """The purchase that the first organisation has begun, as the database has it."""
        with self.billing.database.reading() as session:
            return session.get_one(Organisation, 1).checkout_session

    def deliver(self, type: str, subject: Answer, id: str | None = None) -> str:
        """Bring a signed event; what the app says it led to."""
        answer = self.bring(self.event(type, subject, id or f"evt_{next(self.events)}"))
        assert answer.status_code == 200, answer.text
        outcome = answer.json()["outcome"]
        assert isinstance(outcome, str)
        return outcome

    def bring(self, body: bytes, signature: str | None = None) -> Any:
        header = signature if signature is not None else self.signed(body)
        return self.post("/webhooks/stripe", content=body, headers={"Stripe-Signature": header})

    @staticmethod
    def event(type: str, subject: Answer, id: str = "evt_1") -> bytes:
        body = {
            "id": id,
            "object": "event",
            "type": type,
            "api_version": "2026-10-28.endive",
            "created": 1_700_000_000,
            "livemode": False,
            "data": {"object": subject},
        }
        # Indented, as Stripe sends it: whoever re-encodes the body breaks the signature.
        return json.dumps(body, indent=2).encode()

    @staticmethod
    def signed(body: bytes, secret: str = SECRET, at: int | None = None) -> str:
        return stripe.WebhookSignature.generate_signature_header(
            body.decode(), secret, at or int(time.time())
        )

    def entitlement(self) -> Answer:
        answer = self.get("/api/entitlement")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert isinstance(found, dict)
        return found


@pytest.fixture
def fake() -> FakeStripe:
    return FakeStripe()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hashing is slow on purpose. Its cost stands beside each hash, so a lower one works, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "COST", 2**4)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Urls]:
    """The addresses of an empty database. Whoever asks is tested on both."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'app.db'}"
        yield Urls(url, url, url)
    else:
        with request.getfixturevalue("postgres").database() as made:
            yield made


@pytest.fixture
def settings(urls: Urls) -> Settings:
    return Settings(
        stripe_api_key="sk_test_reference",
        stripe_webhook_secret=SECRET,
        session_secret="for tests",
        app_url="http://testserver",
        database_url=urls.web,
        database_writer_url=urls.writer,
        database_owner_url=urls.owner,
        instance="first",
    )


Open = Callable[..., Visitor]


@pytest.fixture
def open_app(settings: Settings, fake: FakeStripe) -> Iterator[Open]:
    """Opens an app (the correct one unless told otherwise) whose Stripe is `fake`."""
    visitors: list[Visitor] = []

    def build(create: Callable[[Settings], FastAPI] = create_app) -> Visitor:
        app = create(settings)
        app.state.context.billing.stripe = stripe.StripeClient("sk_test_x", http_client=fake)
        visitors.append(Visitor(app, follow_redirects=False))
        return visitors[-1]

    yield build
    for visitor in visitors:
        visitor.billing.database.close()


@pytest.fixture
def visitor(open_app: Open) -> Visitor:
    """A browser, nobody signed in yet."""
    return open_app()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium under Playwright, or a skip that says what is missing."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium, to run the browser tests")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()
