"""The two journeys, in a real browser with scripts turned off."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

pytestmark = pytest.mark.browser


class Application(BaseHTTPRequestHandler):
    """Answers whatever it is asked."""

    def do_GET(self) -> None:
        body = b"back in the application"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def application(shop: Any) -> Iterator[None]:
    """The shop's application, on a site of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    shop.app = f"http://localhost:{server.server_port}"
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("mode", ["flexible", "classic"])
def test_cancel_in_the_portal_then_return(tab: Any, shop: Any, mode: str) -> None:
    subscription = shop.subscriber(billing_mode=mode)
    tab.goto(shop.portal(subscription.customer))
    tab.get_by_role("link", name="Cancel plan").click()
    tab.get_by_label("Other reason").check()
    tab.get_by_role("button", name="Cancel plan").click()
    tab.get_by_role("link", name="Return to").click()
    assert tab.url == f"{shop.app}/billing"
    now = shop.subscription(subscription.id)
    assert now.status == "active"
    assert now.cancel_at == now["items"].data[0].current_period_end
    assert now.cancel_at_period_end is (mode == "classic")


def test_return_having_done_nothing(tab: Any, shop: Any) -> None:
    subscription = shop.subscriber()
    url = shop.portal(subscription.customer)
    before = shop.events()
    tab.goto(url)
    tab.get_by_role("link", name="Return to").click()
    assert tab.url == f"{shop.app}/billing"
    assert shop.events() == before


def test_an_errand_leads_on_to_the_application(tab: Any, shop: Any) -> None:
    subscription = shop.subscriber()
    after = {"type": "redirect", "redirect": {"return_url": f"{shop.app}/done"}}
    flow = {"type": "payment_method_update", "after_completion": after}
    tab.goto(shop.portal(subscription.customer, flow_data=flow))
    tab.get_by_label("Card number").fill("4242424242424242")
    tab.get_by_label("Expiry").fill("12/34")
    tab.get_by_label("Security code").fill("123")
    tab.get_by_role("button", name="Save card").click()
    assert tab.url == f"{shop.app}/done"


def test_checkout_with_a_declined_card_and_then_with_4242(tab: Any, shop: Any) -> None:
    session = shop.checkout()
    tab.goto(session.url)
    tab.get_by_label("Email").fill("bo@example.com")
    tab.get_by_label("Card number").fill("4000 0000 0000 0002")
    tab.get_by_label("Expiry").fill("12 / 34")
    tab.get_by_label("Security code").fill("123")
    tab.get_by_role("button", name="Subscribe").click()
    assert "declined" in tab.get_by_role("alert").inner_text()
    tab.get_by_label("Card number").fill("4242 4242 4242 4242")
    tab.get_by_label("Security code").fill("123")
    tab.get_by_role("button", name="Subscribe").click()
    assert tab.url == f"{shop.app}/thanks?session_id={session.id}"
    assert shop.stripe.checkout.sessions.retrieve(session.id).status == "complete"
