"""What anybody may post to a webhook endpoint: forgeries, and Stripe's news that is not for us.

https://docs.stripe.com/webhooks/signature; a signature older than five minutes is refused by every
official SDK.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.explore.rules import PROBES

HEADER = "Stripe-Signature"
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Probe:
    """A request to the endpoint. `forged` says in what way it is no news from Stripe."""

    headers: Mapping[str, str]
    body: bytes
    forged: str = ""
    foreign: bool = False


def probe_named(words: str, event: str, taken: Mapping[str, object], secret: str) -> Probe:
    """The probe that the words of a choice stand for, made from a delivery of `event`."""
    kind = next(kind for kind, said in PROBES.items() if said.format(event=event) == words)
    return probe(kind, taken, secret)


def probe(kind: str, taken: Mapping[str, object], secret: str) -> Probe:
    """The probe of this kind (a key of `PROBES`), made from a delivery."""
    given = taken["headers"]
    assert isinstance(given, dict)
    body = str(taken["body"]).encode()
    headers = {key: value for key, value in given.items() if key.lower() != HEADER.lower()}
    at = next(value for key, value in given.items() if key.lower() == HEADER.lower())
    signed_at = int(at.partition(",")[0].removeprefix("t="))
    if kind in _FOREIGN:
        body = _FOREIGN[kind](body)
        return Probe({**headers, HEADER: _signature(body, secret, signed_at)}, body, foreign=True)
    if kind == "unsigned":
        return Probe(headers, body, forged="without a signature")
    if kind == "wrong":
        signature = _signature(body, "whsec_of_somebody_else", signed_at)
        return Probe({**headers, HEADER: signature}, body, forged="signed with another secret")
    if kind == "empty":
        signature = _signature(body, "", signed_at)
        return Probe({**headers, HEADER: signature}, body, forged="signed with an empty secret")
    if kind == "stale":
        signature = _signature(body, secret, signed_at - DAY)
        return Probe({**headers, HEADER: signature}, body, forged="signed a day ago")
    signature = _signature(body, secret, signed_at)
    return Probe({**headers, HEADER: signature}, body + b"\n", forged="altered after signing")


def _signature(body: bytes, secret: str, at: int) -> str:
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _elsewhere(body: bytes) -> bytes:
    event = json.loads(body)
    subject = event["data"]["object"]
    event["id"] = "evt_1CaromSomebodyElse"
    subject["id"] = f"{str(subject['id']).partition('_')[0]}_CaromSomebodyElse"
    subject["customer"] = "cus_CaromSomebodyElse"
    subject["metadata"] = {}
    return json.dumps(event).encode()


def _of_a_new_type(body: bytes) -> bytes:
    event = json.loads(body)
    event["id"], event["type"] = "evt_1CaromNewType", "carom.novelty.created"
    return json.dumps(event).encode()


def _of_the_other_mode(body: bytes) -> bytes:
    """Test and live mode have ids of their own at Stripe; what an app wrote into the metadata of
    both can be the same. Of a subscription it tells the opposite, so that it shows if it is used.
    """
    event = json.loads(body)
    subject = event["data"]["object"]
    event["id"], event["livemode"] = "evt_1CaromOtherMode", not event["livemode"]
    subject["id"] = f"{str(subject['id']).partition('_')[0]}_CaromOtherMode"
    subject["customer"], subject["livemode"] = "cus_CaromOtherMode", event["livemode"]
    if subject["object"] == "subscription":
        subject["status"] = "active" if subject["status"] == "canceled" else "canceled"
    return json.dumps(event).encode()


_FOREIGN: Mapping[str, Callable[[bytes], bytes]] = {
    "foreign": _elsewhere,
    "mode": _of_the_other_mode,
    "unknown": _of_a_new_type,
}
