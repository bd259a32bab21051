"""What becomes a delivery, and how a delivery goes through its states."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
import stripe

from simulator.delivery import HEADER, Answer, EndpointClosed, NothingTaken, UnknownDelivery

OK = Answer(200, None, "ok")
DOWN = Answer(503)


def fail_when_due(account: Any, endpoint: str) -> Any:
    parcel = account.outbox.take_due(endpoint)
    assert parcel is not None
    return account.outbox.record(parcel, DOWN)


def test_an_event_goes_to_the_enabled_endpoints_that_selected_its_type(account: Any) -> None:
    everything = account.endpoint("http://a")
    account.endpoint("http://b", "invoice.paid")
    exact = account.endpoint("http://c", "invoice.paid", "customer.created")
    off = account.endpoint("http://d")
    account.world.change("webhook_endpoint", off, {"status": "disabled"})
    account.happens("customer.created")
    assert [delivery.endpoint for delivery in account.outbox.collect()] == [everything, exact]
    assert account.outbox.collect() == []


def test_an_endpoint_hears_of_nothing_that_happened_before_it_was_there(account: Any) -> None:
    account.happens()
    account.outbox.collect()
    account.endpoint()
    assert account.outbox.collect() == []


def test_prompt_is_due_at_once_and_held_is_not_due_at_all(account: Any, held: Any) -> None:
    for each, state in ((account, "pending"), (held, "held")):
        endpoint = each.endpoint()
        each.happens()
        assert [delivery.state for delivery in each.outbox.collect()] == [state]
        assert each.outbox.endpoints_due() == ([endpoint] if state == "pending" else [])


def test_deliveries_of_an_endpoint_come_out_in_the_order_of_their_events(account: Any) -> None:
    endpoint = account.endpoint()
    events = [account.happens() for _ in range(5)]
    account.outbox.collect()
    bodies = [account.outbox.take_due(endpoint).body for _ in events]
    assert [orjson.loads(body)["id"] for body in bodies] == events
    assert account.outbox.take_due(endpoint) is None


def test_a_taken_attempt_carries_stripes_headers_and_a_signature_of_now(held: Any) -> None:
    endpoint = held.endpoint("http://127.0.0.1:1/hooks")
    event = held.happens()
    held.outbox.collect()
    parcel = held.outbox.take("dlv_000001", wall=int(time.time()))
    assert parcel.url == "http://127.0.0.1:1/hooks"
    assert parcel.headers["User-Agent"] == "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
    assert parcel.headers["Content-Type"] == "application/json; charset=utf-8"
    secret = held.world.kept(endpoint)["secret"]
    assert stripe.Webhook.construct_event(parcel.body, parcel.headers[HEADER], secret).id == event


def test_failures_are_retried_in_account_time_and_then_given_up(account: Any) -> None:
    endpoint = account.endpoint()
    account.happens()
    account.outbox.collect()
    start, waits = account.world.now(), []
    for wait in (60, 600, 3600):
        assert fail_when_due(account, endpoint).state == "retrying"
        waits.append(account.outbox.next_due() - account.world.now())
        assert account.outbox.endpoints_due() == []
        account.world.run_until(account.world.now() + wait)
    last = fail_when_due(account, endpoint)
    assert waits == [60, 600, 3600]
    assert last.state == "failed"
    assert last.note == "every retry was used up"
    assert [attempt.at - start for attempt in last.attempts] == [0, 60, 660, 4260]
    assert account.outbox.next_due() is None


def test_an_attempt_by_hand_uses_up_no_retry_unless_it_succeeds(account: Any) -> None:
    endpoint = account.endpoint()
    account.happens()
    account.outbox.collect()
    due_at = fail_when_due(account, endpoint).due_at
    account.outbox.take("dlv_000001", wall=1)
    again = account.outbox.answer("dlv_000001", DOWN)
    assert (again.state, again.due_at) == ("retrying", due_at)
    assert [attempt.scheduled for attempt in again.attempts] == [True, False]
    account.outbox.take("dlv_000001", wall=1)
    assert account.outbox.answer("dlv_000001", OK).state == "delivered"
    assert account.outbox.next_due() is None


def test_a_duplicate_of_a_delivered_one_is_kept_as_an_attempt_whatever_it_gets(held: Any) -> None:
    held.endpoint()
    held.happens()
    held.outbox.collect()
    for answer in (OK, DOWN):
        held.outbox.take("dlv_000001", wall=9)
        held.outbox.answer("dlv_000001", answer)
    delivery = held.outbox.get("dlv_000001")
    assert delivery.state == "delivered"
    assert [attempt.answer.status for attempt in delivery.attempts] == [200, 503]
    assert delivery.shown()["attempts"][0] == {
        "number": 1,
        "at": held.world.now(),
        "sent_at": 9,
        "scheduled": True,
        "status": 200,
        "error": None,
        "body": "ok",
    }


@pytest.mark.parametrize("status", [199, 301, 302, 304, 400, 404, 500, None])
def test_only_a_2xx_is_success(status: int | None) -> None:
    assert not Answer(status).accepted
    assert Answer(204).accepted


def test_pending_webhooks_counts_who_has_not_answered_2xx_when_it_was_rendered(held: Any) -> None:
    held.endpoint("http://a")
    held.endpoint("http://b")
    event = held.happens()
    held.outbox.collect()
    counts = []
    for name in ("dlv_000001", "dlv_000002"):
        counts.append(orjson.loads(held.outbox.take(name, wall=1).body)["pending_webhooks"])
        assert held.world.get("event", event)["pending_webhooks"] == counts[-1]
        held.outbox.answer(name, OK)
    assert counts == [2, 1]
    assert held.world.get("event", event)["pending_webhooks"] == 0


@pytest.mark.parametrize("how", ["disabled", "deleted"])
def test_a_closed_endpoint_gets_no_further_attempts(account: Any, how: str) -> None:
    endpoint = account.endpoint()
    account.happens()
    account.outbox.collect()
    if how == "deleted":
        account.world.remove("webhook_endpoint", endpoint)
    else:
        account.world.change("webhook_endpoint", endpoint, {"status": "disabled"})
    with pytest.raises(EndpointClosed, match=how):
        account.outbox.take("dlv_000001", wall=1)
    assert account.outbox.take_due(endpoint) is None
    assert account.outbox.get("dlv_000001").state == "failed"
    assert how in account.outbox.get("dlv_000001").note


def test_retries_go_on_when_the_endpoint_was_enabled_again_in_time(account: Any) -> None:
    endpoint = account.endpoint()
    account.happens()
    account.outbox.collect()
    fail_when_due(account, endpoint)
    account.world.change("webhook_endpoint", endpoint, {"status": "disabled"})
    account.world.change("webhook_endpoint", endpoint, {"status": "enabled"})
    account.world.run_until(account.world.now() + 60)
    assert account.outbox.take_due(endpoint) is not None


def test_release_lets_go_what_is_held_in_order(held: Any) -> None:
    endpoint = held.endpoint()
    for _ in range(3):
        held.happens()
    held.outbox.collect()
    names = [delivery.id for delivery in held.outbox.release()]
    assert [held.outbox.take_due(endpoint).delivery for _ in names] == names


def test_what_does_not_exist_is_named(held: Any) -> None:
    with pytest.raises(UnknownDelivery, match="dlv_9"):
        held.outbox.take("dlv_9", wall=1)
    held.endpoint()
    held.happens()
    held.outbox.collect()
    with pytest.raises(NothingTaken, match="take it first"):
        held.outbox.answer("dlv_000001", OK)
