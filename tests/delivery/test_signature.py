"""The signature is one that the official SDK accepts, and it refuses all others."""

from __future__ import annotations

import time

import pytest
import stripe

from simulator.delivery import signature_header

BODY = '{\n  "id": "evt_1",\n  "object": "event",\n  "name": "Zoë"\n}'.encode()
SECRET = "whsec_abc123"


def test_the_sdk_accepts_it() -> None:
    header = signature_header(BODY, [SECRET], int(time.time()))
    assert stripe.Webhook.construct_event(BODY, header, SECRET).id == "evt_1"


def test_one_v1_for_each_active_secret_so_that_a_rolled_one_still_verifies() -> None:
    header = signature_header(BODY, [SECRET, "whsec_old"], int(time.time()))
    assert header.count("v1=") == 2
    assert stripe.Webhook.construct_event(BODY, header, "whsec_old").id == "evt_1"


def test_elements_are_parted_by_a_comma_without_a_space_and_v0_is_a_decoy() -> None:
    header = signature_header(BODY, [SECRET], 1_795_000_000)
    stamp, v1, v0 = header.split(",")
    assert stamp == "t=1795000000"
    assert v1.startswith("v1=")
    assert v0.startswith("v0=")
    assert v1[3:] != v0[3:]
    assert " " not in header


@pytest.mark.parametrize(
    ("body", "secret", "age"),
    [(BODY + b" ", SECRET, 0), (BODY, "whsec_other", 0), (BODY, SECRET, 301)],
    ids=["altered body", "other secret", "stale"],
)
def test_the_sdk_refuses_all_else(body: bytes, secret: str, age: int) -> None:
    header = signature_header(BODY, [SECRET], int(time.time()) - age)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, secret)
