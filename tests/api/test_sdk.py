"""The real SDK, over a socket, takes the API for Stripe's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from socket import socket
from urllib.request import Request, urlopen

import pytest
import stripe
import uvicorn

from simulator.api import StripeApp
from tests.api.shop import Shop


class Server(uvicorn.Server):
    """A server that says when it has started, and where."""

    def __init__(self, app: StripeApp) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @property
    def url(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = Server(StripeApp(Shop().api))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.ready.wait(10)
    yield server.url
    server.should_exit = True
    thread.join()


@pytest.fixture
def client(url: str, request: pytest.FixtureRequest) -> stripe.StripeClient:
    return stripe.StripeClient(f"sk_test_{request.node.name}", base_addresses={"api": url})


def test_create_update_retrieve_delete(client: stripe.StripeClient) -> None:
    params: stripe.params.CustomerCreateParams = {
        "email": "jenny+rosen@example.com",
        "name": "Jürgen",
    }
    made = client.v1.customers.create(params)
    assert (made.email, made.name) == ("jenny+rosen@example.com", "Jürgen")
    assert made.last_response.request_id.startswith("req_")
    assert made.last_response.idempotency_key
    changed = client.v1.customers.update(made.id, {"metadata": {"plan": "pro"}})
    assert changed.metadata["plan"] == "pro"
    assert client.v1.customers.retrieve(made.id).name == "Jürgen"
    assert client.v1.customers.delete(made.id).deleted


def test_auto_paging_both_ways(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create({}).id for _ in range(7)]
    down = client.v1.customers.list({"limit": 3}).auto_paging_iter()
    assert [customer.id for customer in down] == made[::-1]
    up = client.v1.customers.list({"limit": 3, "ending_before": made[0]}).auto_paging_iter()
    assert [customer.id for customer in up] == made[1:]


def test_expand(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"name": "Jenny"})
    subscription = client.v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": "price_1"}], "expand": ["customer"]}
    )
    assert isinstance(subscription.customer, stripe.Customer)


def test_a_keyed_post_happens_once(client: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "once"}
    first = client.v1.customers.create({"name": "a"}, options)
    assert client.v1.customers.create({"name": "a"}, options).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "b"}, options)


def test_refusals_raise_the_sdks_own_classes(client: stripe.StripeClient, url: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.customers.retrieve("cus_x")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: bogus"):
        client.v1.customers.create({"bogus": 1})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(stripe.CardError) as declined:
        client.v1.invoices.pay("in_1")
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "generic_decline"
    with pytest.raises(stripe.AuthenticationError, match="never accepts a live key"):
        stripe.StripeClient("sk_live_x", base_addresses={"api": url}).v1.customers.list()


def test_a_version_newer_than_caroms_is_warned_of(client: stripe.StripeClient) -> None:
    with pytest.warns(UserWarning, match="shape of 2026-10-28.endive"):
        client.v1.customers.list({}, {"stripe_version": "2027-01-31.fig"})


def test_chunked_bodies_and_encoded_paths(url: str) -> None:
    headers = {"Authorization": "Bearer sk_test_chunks"}
    chunks = iter([b"email=a%40b.c&na", b"me=Jenny"])
    posted = Request(f"{url}/v1/customers", data=chunks, headers=headers, method="POST")
    made = json.load(urlopen(posted, timeout=10))
    assert (made["email"], made["name"]) == ("a@b.c", "Jenny")
    encoded = f"{url}/v1/customers/{made['id'].replace('_', '%5F')}"
    assert json.load(urlopen(Request(encoded, headers=headers), timeout=10))["id"] == made["id"]


def test_a_body_too_large_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.APIError, match="larger than"):
        client.v1.customers.create({"description": "x" * 1_100_000})
