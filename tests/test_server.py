"""The whole simulator on a socket: what ties the rooms together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import httpx
import orjson
import pytest
import stripe

from simulator import CannotListen, ControlClient, Simulator, running

CARD = {"number": "4242424242424242", "exp": "12/34", "cvc": "123", "email": "bo@example.com"}


class Application:
    """An endpoint that remembers the types it was told and lets `before_answering` happen."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.before_answering: Callable[[str], object] = lambda _: None
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event_type = orjson.loads(body)["type"]
                application.before_answering(event_type)
                application.heard.append(event_type)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def application() -> Iterator[Application]:
    application = Application()
    thread = Thread(target=application.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield application
    application.server.shutdown()
    thread.join()
    application.server.server_close()


@pytest.fixture
def carom() -> Iterator[ControlClient]:
    with running(Simulator()) as served, ControlClient(served.url, "sk_test_server") as carom:
        yield carom


def sdk(carom: ControlClient) -> Any:
    return stripe.StripeClient(carom.key, base_addresses={"api": carom.url}).v1


def checkout_for(carom: ControlClient, application: Application) -> Any:
    """An open Checkout session, with the application listening."""
    api = sdk(carom)
    product = api.products.create({"name": "Basic"})
    price = api.prices.create(
        {
            "product": product.id,
            "unit_amount": 1000,
            "currency": "usd",
            "recurring": {"interval": "month"},
        }
    )
    api.webhook_endpoints.create({"url": application.url, "enabled_events": ["*"]})
    return api.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": price.id, "quantity": 1}],
            "success_url": "http://app.carom.test/thanks",
        }
    )


def test_checkout_waits_for_the_answer_to_its_webhook_before_it_redirects(
    carom: ControlClient, application: Application
) -> None:
    session = checkout_for(carom, application)
    answer = httpx.post(session.url, data=CARD)
    assert answer.headers["Location"] == "http://app.carom.test/thanks"
    assert "checkout.session.completed" in application.heard


def test_checkout_does_not_wait_while_webhooks_are_held(
    carom: ControlClient, application: Application
) -> None:
    session = checkout_for(carom, application)
    carom.policy("held")
    assert httpx.post(session.url, data=CARD).status_code == 303
    assert "checkout.session.completed" not in application.heard
    held = [delivery["type"] for delivery in carom.deliveries(state="held")["deliveries"]]
    assert "checkout.session.completed" in held


def test_an_endpoint_may_call_the_api_while_it_is_told(
    carom: ControlClient, application: Application
) -> None:
    session = checkout_for(carom, application)
    seen: list[str] = []

    def refetch(event_type: str) -> None:
        if event_type == "customer.subscription.created":
            seen.extend(sub.status for sub in sdk(carom).subscriptions.list().data)

    application.before_answering = refetch
    httpx.post(session.url, data=CARD)
    carom.advance(seconds=0)
    assert seen == ["active"]


def test_the_api_answers_while_an_endpoint_keeps_it_waiting(
    carom: ControlClient, application: Application
) -> None:
    gate = Event()
    application.before_answering = lambda _: gate.wait(10)
    sdk(carom).webhook_endpoints.create({"url": application.url, "enabled_events": ["*"]})
    names = [sdk(carom).customers.create({"name": name}).name for name in ("Ada", "Ben")]
    assert names == ["Ada", "Ben"]
    assert application.heard == []
    gate.set()
    carom.advance(seconds=0)
    assert application.heard == ["customer.created"] * 2


def test_a_month_goes_by_and_the_application_is_told_in_order(
    carom: ControlClient, application: Application
) -> None:
    session = checkout_for(carom, application)
    httpx.post(session.url, data=CARD)
    carom.advance(seconds=0)
    told = len(application.heard)
    carom.advance(seconds=32 * 86400)
    types = [event["type"] for event in carom.events()["events"]]
    assert "invoice.paid" in application.heard[told:]
    assert application.heard == [t for t in types if t in application.heard]


def test_a_test_clock_is_ready_soon_after_it_was_advanced(carom: ControlClient) -> None:
    clocks = sdk(carom).test_helpers.test_clocks
    clock = clocks.create({"frozen_time": 1_800_000_000})
    assert clocks.advance(clock.id, {"frozen_time": 1_800_003_600}).status == "advancing"
    again = clocks.retrieve(clock.id)
    assert (again.status, again.frozen_time) == ("ready", 1_800_003_600)


def test_hosted_pages_have_the_address_that_is_served_unless_told_otherwise(
    carom: ControlClient, application: Application
) -> None:
    assert checkout_for(carom, application).url.startswith(f"{carom.url}/c/pay/cs_test_")
    carom.reset(public_url="http://stripe.carom.test/")
    assert checkout_for(carom, application).url.startswith("http://stripe.carom.test/c/pay/")


def test_the_same_seed_and_requests_give_the_same_bytes() -> None:
    def life() -> list[Any]:
        with (
            running(Simulator(seed=7)) as served,
            ControlClient(served.url, "sk_test_same") as carom,
        ):
            api = sdk(carom)
            api.webhook_endpoints.create({"url": "http://127.0.0.1:1/", "enabled_events": ["*"]})
            carom.policy("held")
            api.customers.create({"name": "Ada"}, {"idempotency_key": "one"})
            (delivery,) = carom.deliveries()["deliveries"]
            return [carom.events(), carom.take(delivery["id"])["body"]]

    assert life() == life()


def test_a_real_clock_moves_by_itself() -> None:
    wall = [1_800_000_000.0]
    simulator = Simulator(clock="real", wall=lambda: wall[0])
    with running(simulator) as served, ControlClient(served.url, "sk_test_wall") as carom:
        assert carom.world()["now"] == 1_800_000_000
        wall[0] += 5
        assert carom.world()["now"] == 1_800_000_005


def test_it_starts_within_a_second_and_stops_when_the_block_ends() -> None:
    began = time.perf_counter()
    with running(Simulator()) as served:
        assert httpx.get(f"{served.url}/_carom/health").status_code == 200
        assert time.perf_counter() - began < 1
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{served.url}/_carom/health")


def test_a_port_that_is_taken_is_named() -> None:
    with running(Simulator()) as served:
        port = int(served.url.rsplit(":", 1)[1])
        with (
            pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port}.*0 for a free one"),
            running(Simulator(), port=port),
        ):
            pytest.fail("it listens twice")


def test_serve_tells_its_address_and_ends_when_interrupted() -> None:
    program = (
        "from simulator import Simulator, serve;"
        "serve(Simulator(), port=0, on_ready=lambda url: print(url, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/_carom/health").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
