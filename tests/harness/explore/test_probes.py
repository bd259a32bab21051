"""What a stranger can post to the endpoint, and what Stripe sends that is not for this app."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from harness.explore.probes import HEADER, Probe, probe
from harness.explore.rules import PROBES

SECRET = "whsec_ours"
AT = 1_800_000_000
SUBJECT = {
    "object": "subscription",
    "id": "sub_1",
    "customer": "cus_1",
    "status": "active",
    "livemode": False,
    "metadata": {"organisation": "1"},
}
EVENT = {
    "id": "evt_1",
    "type": "customer.subscription.updated",
    "livemode": False,
    "data": {"object": SUBJECT},
}


def taken(**subject: Any) -> dict[str, object]:
    body = json.dumps({**EVENT, "data": {"object": {**SUBJECT, **subject}}}, indent=2)
    signature = stripe.WebhookSignature.generate_signature_header(body, SECRET, AT)
    return {"headers": {"Accept": "*/*", HEADER: signature}, "body": body}


def verifies(found: Probe, secret: str = SECRET) -> bool:
    """By the words of https://docs.stripe.com/webhooks/signature, as the SDK has them; `secret`
    may be empty, for which the SDK would not even look.
    """
    header = found.headers.get(HEADER, "")
    at = int(header.partition(",")[0].removeprefix("t=") or 0)
    wanted = stripe.WebhookSignature.generate_signature_header(found.body.decode(), secret, at)
    return at == AT and header == wanted


@pytest.mark.parametrize("kind", PROBES)
def test_stripe_vouches_for_what_is_foreign_and_for_nothing_that_is_forged(kind: str) -> None:
    found = probe(kind, taken(), SECRET)
    assert found.foreign != bool(found.forged)
    assert verifies(found) == found.foreign


def test_an_empty_secret_is_a_key_that_everybody_has() -> None:
    found = probe("empty", taken(), SECRET)
    assert verifies(found, secret="")
    assert found.forged == "signed with an empty secret"


@pytest.mark.parametrize(("status", "told"), [("active", "canceled"), ("canceled", "active")])
def test_the_other_mode_has_other_ids_and_the_same_metadata(status: str, told: str) -> None:
    event = json.loads(probe("mode", taken(status=status), SECRET).body)
    subject = event["data"]["object"]
    assert event["livemode"] is subject["livemode"] is True
    assert not {event["id"], subject["id"], subject["customer"]} & {"evt_1", "sub_1", "cus_1"}
    assert subject["metadata"] == SUBJECT["metadata"]
    assert subject["status"] == told
