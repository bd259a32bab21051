"""The control API, through its client, over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest
import stripe

from simulator import ControlClient, ControlRefused, Running, Simulator, running


class Endpoint:
    """A webhook endpoint that remembers what it got and answers with `status`."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, str]] = []
        self.status = 200
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.heard.append((body, self.headers["Stripe-Signature"]))
                self.send_response(endpoint.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    thread = Thread(target=endpoint.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield endpoint
    endpoint.server.shutdown()
    thread.join()
    endpoint.server.server_close()


def sdk(carom: ControlClient) -> stripe.StripeClient:
    return stripe.StripeClient(carom.key, base_addresses={"api": carom.url})


def hook(carom: ControlClient, url: str) -> str:
    """A webhook endpoint for everything; returns its secret."""
    made = sdk(carom).v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    assert made.secret is not None
    return made.secret


def test_health_needs_no_key(served: Running) -> None:
    answer = httpx.get(f"{served.url}/_carom/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_each_key_is_a_world_of_its_own(carom: ControlClient, served: Running) -> None:
    sdk(carom).v1.customers.create({"name": "Ada"})
    with ControlClient(served.url, carom.key + "other") as other:
        assert other.world()["account"] != carom.world()["account"]
        assert other.events()["events"] == []
    assert [event["type"] for event in carom.events()["events"]] == ["customer.created"]


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("", "did not provide an API key"),
        ("sk_live_abc", "never accepts a live key"),
        ("nonsense", "Invalid API Key"),
    ],
)
def test_a_key_that_opens_nothing_is_refused(served: Running, key: str, says: str) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = httpx.get(f"{served.url}/_carom/world", headers=headers)
    assert answer.status_code == 401
    assert says in answer.json()["error"]["message"]


def test_reset_gives_the_same_fresh_world_again(carom: ControlClient) -> None:
    def life() -> list[str]:
        carom.reset(seed=3, start=1_800_000_000)
        sdk(carom).v1.customers.create({"name": "Ada"}, {"idempotency_key": "one"})
        return [event["id"] for event in carom.events()["events"]]

    assert life() == life()
    assert carom.world()["now"] == 1_800_000_000
    assert carom.reset(seed=4)["seed"] == 4
    assert carom.events()["events"] == []


def test_the_clock_moves_only_when_told(carom: ControlClient) -> None:
    now = carom.world()["now"]
    assert carom.advance(seconds=90)["now"] == now + 90
    assert carom.advance(to=now + 100)["now"] == now + 100
    assert carom.world()["now"] == now + 100
    with pytest.raises(ControlRefused, match="cannot go back"):
        carom.advance(to=now)


def test_a_real_clock_is_not_advanced() -> None:
    with (
        running(Simulator(clock="real")) as served,
        ControlClient(served.url, "sk_test_real") as carom,
    ):
        with pytest.raises(ControlRefused, match="follows the real clock") as refused:
            carom.advance(seconds=1)
        assert refused.value.status == 409
        assert carom.world()["clock"] == "real"


def test_requests_are_numbered_and_can_be_followed(carom: ControlClient) -> None:
    sdk(carom).v1.customers.create({"name": "Ada"}, {"idempotency_key": "one"})
    page = carom.requests()
    (request,) = page["requests"]
    assert (request["method"], request["path"]) == ("POST", "/v1/customers")
    assert request["params"] == {"name": "Ada"}
    assert request["idempotency_key"] == "one"
    assert request["status"] == 200
    assert carom.requests(after=page["next"])["requests"] == []


def test_held_webhooks_wait_and_are_taken_signed(carom: ControlClient) -> None:
    secret = hook(carom, "http://127.0.0.1:1/hook")
    carom.policy("held")
    sdk(carom).v1.customers.create({"name": "Zoë"})
    (delivery,) = carom.deliveries(state="held")["deliveries"]
    taken = carom.take(delivery["id"])
    event = stripe.Webhook.construct_event(
        taken["body"].encode(), taken["headers"]["Stripe-Signature"], secret
    )
    assert event.type == "customer.created"
    failed = carom.answer(delivery["id"], 500)
    assert failed["state"] == "retrying"
    assert failed["due_at"] == carom.world()["now"] + 60
    carom.take(delivery["id"])
    assert carom.answer(delivery["id"], 200)["state"] == "delivered"
    carom.take(delivery["id"])
    again = carom.answer(delivery["id"], None, error="connection refused")
    assert [attempt["status"] for attempt in again["attempts"]] == [500, 200, None]
    assert again["state"] == "delivered"


def test_prompt_webhooks_arrive_and_the_sdk_accepts_them(
    carom: ControlClient, endpoint: Endpoint
) -> None:
    secret = hook(carom, endpoint.url)
    for name in ("Ada", "Zoë"):
        sdk(carom).v1.customers.create({"name": name})
    carom.advance(seconds=0)  # waits for what is under way
    events = [stripe.Webhook.construct_event(*heard, secret) for heard in endpoint.heard]
    assert [event.data.object["name"] for event in events] == ["Ada", "Zoë"]
    assert {one["state"] for one in carom.deliveries()["deliveries"]} == {"delivered"}


def test_a_failed_webhook_is_sent_again_when_time_goes_on(
    carom: ControlClient, endpoint: Endpoint
) -> None:
    hook(carom, endpoint.url)
    endpoint.status = 503
    sdk(carom).v1.customers.create({"name": "Ada"})
    carom.advance(seconds=59)
    assert len(endpoint.heard) == 1
    endpoint.status = 200
    carom.advance(seconds=1)
    (delivery,) = carom.deliveries()["deliveries"]
    assert [attempt["status"] for attempt in delivery["attempts"]] == [503, 200]
    assert len({signature for _, signature in endpoint.heard}) <= 2


def test_release_and_send_bring_what_was_held(carom: ControlClient, endpoint: Endpoint) -> None:
    hook(carom, endpoint.url)
    carom.policy("held")
    for name in ("Ada", "Ben", "Cyd"):
        sdk(carom).v1.customers.create({"name": name})
    first = carom.deliveries()["deliveries"][0]
    assert carom.send(first["id"])["state"] == "delivered"
    assert [one["state"] for one in carom.release()["deliveries"]] == ["delivered"] * 2
    assert len(carom.send(first["id"])["attempts"]) == 2
    assert len(endpoint.heard) == 4


@pytest.mark.parametrize(
    ("path", "body", "field", "says"),
    [
        ("clock/advance", {}, None, "give either `seconds` or `to`"),
        ("clock/advance", {"seconds": 1, "to": 2}, None, "give either `seconds` or `to`"),
        ("clock/advance", {"seconds": "ten"}, "seconds", "integer"),
        ("clock/advance", {"seconds": -1}, "seconds", "greater than or equal to 0"),
        ("clock/advance", {"second": 1}, "second", "unknown field 'second'"),
        ("policy", {"policy": "prmpt"}, "policy", "'prompt' or 'held'"),
        ("policy", None, None, "a JSON body is required"),
        ("world/reset", {"seed": "x"}, "seed", "integer"),
        ("world/reset", {"public_url": "stripe.test"}, "public_url", "pattern"),
        ("deliveries/dlv_1/answer", {"status": 99}, "status", "greater than or equal to 100"),
        ("deliveries/dlv_1/answer", {}, "status", "missing field 'status'"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    carom: ControlClient, path: str, body: object, field: str | None, says: str
) -> None:
    before = carom.world()
    answer = httpx.post(
        f"{carom.url}/_carom/{path}", json=body, headers={"Authorization": f"Bearer {carom.key}"}
    )
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]
    assert answer.json()["error"]["param"] == field
    assert carom.world() == before


def test_json_that_is_none_is_refused(carom: ControlClient) -> None:
    answer = httpx.post(
        f"{carom.url}/_carom/policy",
        content=b"{nope",
        headers={"Authorization": f"Bearer {carom.key}", "Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["error"]["message"]


def test_a_delivery_that_is_not_there_is_a_404(carom: ControlClient) -> None:
    for act in (carom.take, carom.send):
        with pytest.raises(ControlRefused, match="no delivery 'dlv_404'") as refused:
            act("dlv_404")
        assert refused.value.status == 404


def test_an_answer_to_nothing_taken_is_a_409(carom: ControlClient) -> None:
    hook(carom, "http://127.0.0.1:1/hook")
    carom.policy("held")
    sdk(carom).v1.customers.create({"name": "Ada"})
    (delivery,) = carom.deliveries()["deliveries"]
    with pytest.raises(ControlRefused, match="take it first") as refused:
        carom.answer(delivery["id"], 200)
    assert refused.value.status == 409


def test_the_documentation_lists_every_route_without_the_network(served: Running) -> None:
    description = httpx.get(f"{served.url}/_carom/openapi.json").json()
    html = httpx.get(f"{served.url}/_carom/docs").text
    assert len(description["paths"]) >= 12
    for path in description["paths"]:
        assert path.startswith("/_carom/")
        assert path in html
    assert "https://" not in html


def test_what_is_nowhere_says_where_things_are(served: Running) -> None:
    answer = httpx.get(f"{served.url}/nothing")
    assert answer.status_code == 404
    assert "/_carom/docs" in answer.json()["error"]["message"]
