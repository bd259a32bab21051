"""The account's settings and payments that fail on request, over HTTP."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
import stripe

from simulator import ControlClient, ControlRefused
from simulator.billing.requested_declines import CODES
from simulator.control import bodies, shapes
from simulator.engine import Settings, settings


def sdk(carom: ControlClient) -> Any:
    return stripe.StripeClient(carom.key, base_addresses={"api": carom.url}).v1


def test_the_control_api_offers_every_setting() -> None:
    names = {field.name for field in fields(Settings)}
    assert set(get_type_hints(shapes.SettingsShape)) == names
    assert set(bodies.AccountSettings.model_fields) == names - {"public_url"}
    for alias in ("AfterRetries", "GivenUp", "OnDispute"):
        assert get_args(getattr(shapes, alias)) == get_args(getattr(settings, alias))


def test_settings_change_and_the_rest_stays(carom: ControlClient) -> None:
    before = carom.settings()
    after = carom.change_settings(retry_days=[1, 2], after_retries="unpaid")
    assert after == {**before, "retry_days": [1, 2], "after_retries": "unpaid"}
    assert carom.settings() == after
    carom.reset()
    assert carom.settings() == before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"retry_day": [1]}, "unknown field 'retry_day'"),
        ({"retry_days": [0]}, "retry_days"),
        ({"after_retries": "explode"}, "after_retries"),
        ({"api_version": "2025-13-45.bogus"}, "2025-13-45.bogus"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    carom: ControlClient, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(ControlRefused, match=says):
        carom.change_settings(**given)


def test_payments_fail_on_request(carom: ControlClient) -> None:
    intent = {
        "amount": 500,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": "https://example.org",
    }
    carom.fail_payments(2, "insufficient_funds")
    with pytest.raises(stripe.CardError) as declined:
        sdk(carom).payment_intents.create(intent)
    assert declined.value.json_body["error"]["decline_code"] == "insufficient_funds"
    left = carom.declines()["declines"]
    assert left == [{"count": 1, "decline_code": "insufficient_funds", "customer": None}]
    assert carom.clear_declines() == {"declines": []}
    assert sdk(carom).payment_intents.create(intent).status == "succeeded"


def test_only_decline_codes_of_stripe_are_taken(carom: ControlClient) -> None:
    with pytest.raises(ControlRefused, match="no decline code"):
        carom.fail_payments(decline_code="insuficient_funds")
    for code in CODES:
        assert carom.fail_payments(decline_code=code)["declines"][-1]["decline_code"] == code
