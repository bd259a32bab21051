"""The portal round trip with nothing but the public `stripe` package and a local Stripe.

Start one with `carom serve`, then run this file. It sells a subscription through Checkout, cancels
it in the portal at the period's end, lets a test clock run to that end, and verifies every webhook
on the way with `stripe.Webhook.construct_event`. The two forms that a person would fill in are
posted with urllib.

    python examples/sdk_round_trip.py [http://127.0.0.1:12111]
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import stripe

PATIENCE = 10.0


class Inbox:
    """A webhook endpoint on a free port of this machine that verifies what it is sent."""

    def __init__(self) -> None:
        self.secret = ""
        self.events: Queue[stripe.Event] = Queue()
        self.refused = 0
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                payload = self.rfile.read(int(self.headers["Content-Length"]))
                signature = self.headers["Stripe-Signature"]
                try:
                    event = stripe.Webhook.construct_event(payload, signature, inbox.secret)
                except (ValueError, stripe.SignatureVerificationError):
                    inbox.refused += 1
                    self.send_response(400)
                else:
                    inbox.events.put(event)
                    self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, kind: str) -> stripe.Event:
        """The next event of that type; prints all that come before it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                event = self.events.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                raise SystemExit(f"no {kind} within {PATIENCE:.0f} s") from None
            print(f"    webhook  {event.type}")
            if event.type == kind:
                return event

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Stay(HTTPRedirectHandler):
    """A browser that looks where it is sent and does not go."""

    def redirect_request(self, *_: object) -> None:
        return None


def submit(url: str, **form: str) -> str:
    """Post a form; where the page then sends the browser."""
    try:
        build_opener(_Stay).open(Request(url, urlencode(form).encode()), timeout=PATIENCE)
    except HTTPError as answer:
        if answer.code == 303:
            return answer.headers["Location"]
        raise
    raise SystemExit(f"{url} did not redirect")


def until(what: str, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(0.02)


def round_trip(base: str, key: str = "sk_test_round_trip") -> None:
    client = stripe.StripeClient(key, base_addresses={"api": base}).v1
    inbox = Inbox()
    endpoint = client.webhook_endpoints.create({"url": inbox.url, "enabled_events": ["*"]})
    inbox.secret = endpoint.secret or ""

    product = client.products.create({"name": "Pro"})
    price = client.prices.create(
        {
            "product": product.id,
            "currency": "usd",
            "unit_amount": 1900,
            "recurring": {"interval": "month"},
            "lookup_key": f"pro_monthly_{product.id}",
        }
    )
    portal = client.billing_portal.configurations.create(
        {"features": {"subscription_cancel": {"enabled": True}}}
    )
    now = int(time.time())
    clock = client.test_helpers.test_clocks.create({"frozen_time": now})
    customer = client.customers.create({"email": "ada@example.org", "test_clock": clock.id})

    print("Checkout")
    session = client.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "line_items": [{"price": price.id, "quantity": 1}],
            "success_url": "http://127.0.0.1/billing/return?session_id={CHECKOUT_SESSION_ID}",
        }
    )
    landed = submit(session.url or "", number="4242 4242 4242 4242", exp="12 / 34", cvc="123")
    print(f"    browser  {landed}")
    assert session.id in landed
    completed = inbox.wait_for("checkout.session.completed")
    bought = completed.data.object["subscription"]
    inbox.wait_for("invoice_payment.paid")

    print("Portal: cancel at the period's end")
    visit = client.billing_portal.sessions.create(
        {
            "customer": customer.id,
            "configuration": portal.id,
            "return_url": "http://127.0.0.1/billing/return",
        }
    )
    submit(f"{visit.url}/cancel", subscription=bought)
    winding_down = inbox.wait_for("customer.subscription.updated").data.object
    assert winding_down["status"] == "active"
    assert winding_down["cancel_at"] is not None

    print("A month later")
    ends_at = winding_down["cancel_at"]
    client.test_helpers.test_clocks.advance(clock.id, {"frozen_time": ends_at})
    ended = inbox.wait_for("customer.subscription.deleted").data.object
    assert ended["status"] == "canceled"
    assert client.subscriptions.retrieve(bought).status == "canceled"
    until(
        "the test clock is ready",
        lambda: client.test_helpers.test_clocks.retrieve(clock.id).status == "ready",
    )
    inbox.close()
    assert inbox.refused == 0
    print("Every webhook was verified.")


if __name__ == "__main__":
    round_trip(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:12111")
