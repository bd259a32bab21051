"""A bad day at Stripe, on request (docs.stripe.com/rate-limits, and .../error-low-level)."""

from __future__ import annotations

from typing import Any

from simulator.api import Request
from simulator.api.faults import LOCK_TIMEOUT, RATE_LIMIT, Fault
from simulator.api.wire import MAX_BODY
from tests.api.shop import KEY, Shop


def ask(shop: Shop, kind: Any, **fields: Any) -> None:
    shop.api.books(shop.world).faults.add(Fault(kind, **fields))


def test_a_rate_limit(shop: Shop) -> None:
    ask(shop, "rate_limit", reason="endpoint-rate")
    reply = shop.post("/v1/customers", idempotency_key="k")
    assert reply.status == 429
    assert {name: reply.error[name] for name in ("code", "doc_url", "message", "type")} == {
        "code": "rate_limit",
        "doc_url": "https://stripe.com/docs/error-codes/rate-limit",
        "message": RATE_LIMIT,
        "type": "invalid_request_error",
    }
    assert reply.headers["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    assert reply.headers["Stripe-Should-Retry"] == "false"
    assert "Retry-After" not in reply.headers
    assert reply.headers["Request-Id"].startswith("req_")
    again = shop.post("/v1/customers", idempotency_key="k")
    assert again.status == 200
    assert "Idempotent-Replayed" not in again.headers


def test_a_lock_timeout_may_be_retried(shop: Shop) -> None:
    ask(shop, "lock_timeout")
    reply = shop.get("/v1/customers")
    assert (reply.status, reply.error["code"]) == (429, "lock_timeout")
    assert reply.error["message"] == LOCK_TIMEOUT
    assert reply.headers["Stripe-Should-Retry"] == "true"
    assert "Stripe-Rate-Limited-Reason" not in reply.headers


def test_a_500_before_execution_leaves_nothing(shop: Shop) -> None:
    ask(shop, "server_error")
    reply = shop.post("/v1/customers", idempotency_key="k")
    assert (reply.status, reply.error["type"]) == (500, "api_error")
    assert "Stripe-Should-Retry" not in reply.headers
    assert shop.world.find("customer") == []
    assert shop.post("/v1/customers", idempotency_key="k").status == 200


def test_a_500_after_execution_keeps_the_effects_and_replays(shop: Shop) -> None:
    ask(shop, "server_error_after")
    first = shop.post("/v1/customers", idempotency_key="k")
    again = shop.post("/v1/customers", idempotency_key="k")
    assert (first.status, again.status) == (500, 500)
    assert again.answer.body == first.answer.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.headers["Stripe-Should-Retry"] == "false"
    assert len(shop.world.find("customer")) == 1
    assert [event["type"] for event in shop.world.events] == ["customer.created"]


def test_a_decline_that_commits_commits_under_a_500_too(shop: Shop) -> None:
    ask(shop, "server_error_after")
    assert shop.post("/v1/invoices/in_1/pay").status == 500
    assert shop.world.get("charge", "ch_1") is not None


def test_a_503_comes_from_the_edge(shop: Shop) -> None:
    ask(shop, "unavailable")
    reply = shop.post("/v1/customers")
    assert reply.status == 503
    assert reply.headers == {"Content-Type": "text/html"}
    assert reply.answer.body.startswith(b"<html>")
    assert shop.world.find("customer") == []


def test_a_delay_executes_at_once_and_answers_late(shop: Shop) -> None:
    ask(shop, "delay", seconds=1.5)
    reply = shop.post("/v1/customers")
    assert (reply.status, reply.answer.late) == (200, 1.5)
    assert shop.get("/v1/customers").answer.late == 0


def test_faults_are_met_in_order_and_used_up(shop: Shop) -> None:
    ask(shop, "rate_limit", times=2)
    ask(shop, "server_error")
    assert [shop.get("/v1/customers").status for _ in range(4)] == [429, 429, 500, 200]


def test_a_fault_waits_for_the_calls_it_is_for(shop: Shop) -> None:
    ask(shop, "server_error", method="POST", path="/v1/customers/*")
    ask(shop, "rate_limit", method="GET")
    customer = shop.customer()
    assert shop.get("/v1/customers").status == 429
    assert shop.post(f"/v1/customers/{customer}").status == 500
    assert shop.post(f"/v1/customers/{customer}").status == 200


def test_faults_come_after_the_key_and_before_all_else(shop: Shop) -> None:
    ask(shop, "rate_limit")
    assert shop.get("/v1/customers", authorization="").status == 401
    assert shop.get("/v1/bogus", stripe_version="never").status == 429


def test_a_501_is_no_500_of_stripes(shop: Shop) -> None:
    ask(shop, "server_error_after")
    assert shop.post("/v1/customers", {"bogus": "1"}).status == 400


def test_the_log_says_which_calls_met_a_fault(shop: Shop) -> None:
    ask(shop, "unavailable")
    shop.post("/v1/customers", {"name": "a"})
    shop.get("/v1/customers")
    first, second = shop.api.books(shop.world).requests()
    assert (first.status, first.fault, first.params) == (503, "unavailable", {"name": "a"})
    assert (second.status, second.fault) == (200, None)


def test_the_log_has_what_refused_requests_said(shop: Shop) -> None:
    shop.post("/v1/bogus", {"a": "1"})
    shop.post("/v1/customers", {"a": "2"}, stripe_version="never")
    shop.post("/v1/customers", {"a": "3"}, content_type="application/json")
    shop.post("/v1/customers", {"a": "4"}, stripe_account="acct_x")
    shop.get("/v1/customers/cus_x", {"a": "5"})
    shop.post("/v1/customers", {"name": "x" * MAX_BODY})
    headers = {"authorization": f"Bearer {KEY}"}
    shop.api.answer(Request("POST", "/v1/customers", "a=7", headers, b"\xff=1"))
    shop.get("/v1/customers", authorization="Bearer sk_live_x")
    logged = shop.api.books(shop.world).requests()
    assert [request.status for request in logged] == [404, 400, 400, 403, 400, 413, 400]
    assert [request.params for request in logged[:5]] == [
        {"a": "1"},
        {"a": "2"},
        {},
        {"a": "4"},
        {"a": "5"},
    ]
    assert logged[2].unread == "\na=3"
    assert logged[6].unread == "a=7\n�=1"
