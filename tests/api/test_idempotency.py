"""A key makes a POST happen once (docs.stripe.com/api/idempotent_requests)."""

from __future__ import annotations

import pytest

from simulator.api.idempotency import IdempotencyKeys
from simulator.contract import IdempotencyError
from simulator.engine import DAY, VirtualClock
from tests.api.shop import START, Shop


def test_the_same_request_gets_the_same_bytes(shop: Shop) -> None:
    params = [("email", "a@b.c"), ("metadata[x]", "1")]
    first = shop.post("/v1/customers", params, idempotency_key="k")
    again = shop.post("/v1/customers", params[::-1], idempotency_key="k")
    assert (again.status, again.answer.body) == (200, first.answer.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert again.headers["Request-Id"] != first.headers["Request-Id"]
    assert again.headers["Idempotency-Key"] == "k"
    assert again.headers["Stripe-Should-Retry"] == "false"
    assert "Idempotent-Replayed" not in first.headers
    assert len(shop.world.find("customer")) == 1


def test_a_failure_that_executed_is_stored(shop: Shop) -> None:
    first = shop.post("/v1/invoices/in_1/pay", idempotency_key="k")
    again = shop.post("/v1/invoices/in_1/pay", idempotency_key="k")
    assert (again.status, again.answer.body) == (402, first.answer.body)
    assert len(shop.world.events) == 1


@pytest.mark.parametrize(
    ("path", "params"),
    [("/v1/customers", {"bogus": "1"}), ("/v1/customers/cus_x", {"name": "x"})],
)
def test_a_fault_of_the_request_is_not_stored(
    shop: Shop, path: str, params: dict[str, str]
) -> None:
    assert shop.post(path, params, idempotency_key="k").status in (400, 404)
    assert shop.post("/v1/customers", idempotency_key="k").status == 200


def test_other_parameters_under_the_same_key(shop: Shop) -> None:
    shop.post("/v1/customers", {"name": "a"}, idempotency_key="k")
    reply = shop.post("/v1/customers", {"name": "b"}, idempotency_key="k")
    assert reply.status == 400
    assert reply.error["type"] == "idempotency_error"
    assert reply.error["message"] == (
        "Keys for idempotent requests can only be used with the same parameters they were first"
        " used with. Try using a key other than 'k' if you meant to execute a different request."
    )
    assert "Stripe-Should-Retry" not in reply.headers


def test_another_endpoint_under_the_same_key(shop: Shop) -> None:
    customer = shop.post("/v1/customers", idempotency_key="k").body["id"]
    reply = shop.post(f"/v1/customers/{customer}", idempotency_key="k")
    assert reply.status == 400
    assert f"('/v1/customers/{customer}' vs '/v1/customers')" in reply.error["message"]


def test_a_key_is_forgotten_after_a_day_of_account_time(shop: Shop) -> None:
    clock = shop.world.clock
    assert isinstance(clock, VirtualClock)
    shop.post("/v1/customers", idempotency_key="k")
    clock.advance_to(START + DAY - 1)
    assert "Idempotent-Replayed" in shop.post("/v1/customers", idempotency_key="k").headers
    clock.advance_to(START + DAY)
    assert "Idempotent-Replayed" not in shop.post("/v1/customers", idempotency_key="k").headers


def test_keys_mean_nothing_on_get_and_delete(shop: Shop) -> None:
    customer = shop.customer()
    assert shop.get("/v1/customers", idempotency_key="k").status == 200
    assert "Idempotency-Key" not in shop.get("/v1/customers", idempotency_key="k").headers
    gone = shop.call("DELETE", f"/v1/customers/{customer}", idempotency_key="k")
    assert gone.headers["Idempotency-Key"] == "k"
    assert "Original-Request" not in gone.headers
    assert shop.call("DELETE", f"/v1/customers/{customer}", idempotency_key="k").status == 404


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_none(shop: Shop, key: str) -> None:
    reply = shop.post("/v1/customers", idempotency_key=key)
    assert reply.status == 400
    assert reply.error["message"].startswith("Idempotency Key ")


def test_a_key_in_use_is_a_conflict() -> None:
    keys = IdempotencyKeys()
    assert keys.begin("k", "/v1/customers", {}, START) is None
    with pytest.raises(IdempotencyError) as conflict:
        keys.begin("k", "/v1/customers", {}, START)
    assert (conflict.value.status, conflict.value.code) == (409, "idempotency_key_in_use")
    keys.abandon("k")
    assert keys.begin("k", "/v1/customers", {}, START) is None
