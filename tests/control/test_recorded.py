"""Events that happened elsewhere are brought in: held, told, delivered, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from simulator import ControlClient, ControlRefused


def sdk(carom: ControlClient) -> Any:
    return stripe.StripeClient(carom.key, base_addresses={"api": carom.url}).v1


def recorded(carom: ControlClient, kind: str = "customer.created", **changes: Any) -> Any:
    """An event as another account would have exported it."""
    with ControlClient(carom.url, "sk_test_elsewhere") as elsewhere:
        sdk(elsewhere).customers.create({"email": "ada@example.org"})
        event = elsewhere.events()["events"][-1]
    event["data"]["object"].update(changes)
    return {**event, "type": kind, "livemode": True}


def test_what_an_event_shows_is_held_and_told_and_delivered(carom: ControlClient) -> None:
    carom.policy("held")
    url = {"url": "http://app.test/hook", "enabled_events": ["*"]}
    sdk(carom).webhook_endpoints.create(url)
    event = recorded(carom)
    page = carom.bring([event])
    assert page["next"] == 1
    assert [each["id"] for each in carom.events()["events"]] == [event["id"]]
    customer = sdk(carom).customers.retrieve(event["data"]["object"]["id"])
    assert customer.email == "ada@example.org"
    told = sdk(carom).events.retrieve(event["id"])
    assert (told.livemode, told.pending_webhooks, told.created) == (False, 1, event["created"])
    assert [each["type"] for each in carom.deliveries()["deliveries"]] == ["customer.created"]


def test_a_later_event_moves_the_object_on_and_a_deletion_takes_it_away(
    carom: ControlClient,
) -> None:
    event = recorded(carom)
    name = event["data"]["object"]["id"]
    later = {**event, "id": "evt_later", "type": "customer.updated"}
    later["data"] = {"object": {**event["data"]["object"], "email": "new@example.org"}}
    carom.bring([event, later])
    assert sdk(carom).customers.retrieve(name).email == "new@example.org"
    carom.bring([{**later, "id": "evt_gone", "type": "customer.deleted"}])
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        sdk(carom).customers.retrieve(name)
    assert len(carom.events()["events"]) == 3


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"object": "customer"}, "object is 'customer', not 'event'"),
        ({"created": "today"}, "created is 'today'"),
        ({"data": {}}, "data.object is no object of Stripe's"),
    ],
)
def test_what_is_no_event_is_refused_by_its_place_and_nothing_is_brought(
    carom: ControlClient, changes: dict[str, Any], problem: str
) -> None:
    event = recorded(carom)
    with pytest.raises(ControlRefused, match=problem) as refused:
        carom.bring([event, {**event, "id": "evt_2", **changes}])
    assert (refused.value.status, refused.value.param) == (400, "events[1]")
    assert carom.events()["events"] == []


def test_an_event_happens_once(carom: ControlClient) -> None:
    event = recorded(carom)
    with pytest.raises(ControlRefused, match="is there already"):
        carom.bring([event, event])
    carom.bring([event])
    with pytest.raises(ControlRefused, match="is there already"):
        carom.bring([event])
