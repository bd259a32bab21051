"""Addresses that Stripe sends customers back to lead back to the app, or are told apart."""

from __future__ import annotations

import pytest

from harness.explore.mailroom import astray

ORIGIN = "http://app.carom.test"


@pytest.mark.parametrize(
    "path", ["", "/", "/billing?from=portal", "/return?session_id={CHECKOUT_SESSION_ID}"]
)
def test_the_apps_own_addresses_lead_back(path: str) -> None:
    assert astray((ORIGIN + path,), ORIGIN) == ()


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:3000/billing",
        f"{ORIGIN}.example/billing",
        "/billing",
        f"{ORIGIN}/return?session_id=%7BCHECKOUT_SESSION_ID%7D",
        f"{ORIGIN}/return?from=checkout?session_id={{CHECKOUT_SESSION_ID}}",
    ],
)
def test_what_leads_elsewhere_or_loses_the_session_does_not(address: str) -> None:
    assert astray((address, ORIGIN), ORIGIN) == (address,)
