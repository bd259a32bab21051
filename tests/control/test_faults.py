"""Faults on request, met by the official SDK."""

from __future__ import annotations

from time import perf_counter
from typing import Any, get_args

import httpx
import pytest
import stripe

from simulator import ControlClient
from simulator.api import faults
from simulator.control import shapes


def sdk(carom: ControlClient, **options: Any) -> Any:
    return stripe.StripeClient(carom.key, base_addresses={"api": carom.url}, **options).v1


def test_the_control_api_offers_every_fault() -> None:
    assert get_args(shapes.FaultKind) == get_args(faults.Kind)
    assert get_args(shapes.FaultReason) == get_args(faults.Reason)


def test_the_sdk_raises_what_it_raises_at_stripe(carom: ControlClient) -> None:
    carom.fault("rate_limit", 2, method="GET", path="/v1/customers*", reason="endpoint-rate")
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError) as limited:
            sdk(carom).customers.list()
        assert limited.value.json_body["error"]["code"] == "rate_limit"
        assert limited.value.headers["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    sdk(carom).customers.list()
    carom.fault("unavailable")
    with pytest.raises(stripe.APIError):
        sdk(carom).customers.create()
    assert carom.events()["events"] == []


@pytest.mark.parametrize("kind", ["lock_timeout", "server_error", "unavailable"])
def test_the_sdk_retries_what_may_be_retried(carom: ControlClient, kind: Any) -> None:
    carom.fault(kind)
    sdk(carom, max_network_retries=1).customers.create({"name": "Ada"})
    assert [event["type"] for event in carom.events()["events"]] == ["customer.created"]
    statuses = [(r["status"], r["fault"]) for r in carom.requests()["requests"]]
    assert statuses == [(429 if kind == "lock_timeout" else statuses[0][0], kind), (200, None)]


def test_a_500_after_execution_is_not_retried_into_a_second_customer(carom: ControlClient) -> None:
    carom.fault("server_error_after")
    client = sdk(carom, max_network_retries=2)
    with pytest.raises(stripe.APIError):
        client.customers.create({"name": "Ada"}, {"idempotency_key": "one"})
    with pytest.raises(stripe.APIError):
        client.customers.create({"name": "Ada"}, {"idempotency_key": "one"})
    assert len(carom.requests()["requests"]) == 2
    assert len(carom.events()["events"]) == 1


def test_a_delay_is_waited_for(carom: ControlClient) -> None:
    carom.fault("delay", seconds=0.2)
    start = perf_counter()
    sdk(carom).customers.create()
    assert perf_counter() - start >= 0.2


def test_what_waits_is_shown_and_can_be_called_off(carom: ControlClient) -> None:
    waiting = carom.fault("server_error", 3, method="POST")
    assert waiting == carom.faults()
    assert waiting["faults"] == [
        {
            "kind": "server_error",
            "times": 3,
            "method": "POST",
            "path": None,
            "reason": "global-rate",
            "seconds": 0.0,
        }
    ]
    assert carom.clear_faults() == {"faults": []}
    sdk(carom).customers.create()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "missing field 'kind'"),
        ({"kind": "bogus"}, "kind: "),
        ({"kind": "delay"}, "`seconds` belongs to a delay"),
        ({"kind": "rate_limit", "seconds": 1}, "`seconds` belongs to a delay"),
        ({"kind": "rate_limit", "times": 0}, "times: "),
        ({"kind": "rate_limit", "path": "v1"}, "path: "),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    carom: ControlClient, body: dict[str, Any], says: str
) -> None:
    answer = httpx.post(
        f"{carom.url}/_carom/faults", json=body, headers={"Authorization": f"Bearer {carom.key}"}
    )
    assert answer.status_code == 400
    assert says in answer.json()["error"]["message"]
