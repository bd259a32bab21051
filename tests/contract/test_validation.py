"""What is wrong with a body is told by place and reason."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from simulator.contract import route_table
from simulator.contract.validation import violations, violations_of, violations_of_event

COUPON: dict[str, Any] = {
    "id": "c1",
    "object": "coupon",
    "amount_off": 500,
    "created": 1,
    "currency": "usd",
    "duration": "once",
    "duration_in_months": None,
    "livemode": False,
    "max_redemptions": None,
    "metadata": {},
    "name": None,
    "percent_off": None,
    "redeem_by": None,
    "times_redeemed": 0,
    "valid": True,
}


def test_a_right_object_has_no_faults() -> None:
    assert violations_of(COUPON, strict_keys=True) == []
    assert violations_of({**COUPON, "duration": "of a newer version"}) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"amount_off": "500"}, "amount_off: '500' is not of type 'integer', 'null'"),
        ({"valid": None}, "valid: None is not of type 'boolean'"),
        ({"metadata": {"a": 1}}, "metadata.a: 1 is not of type 'string'"),
        ({"object": "cupon"}, "object: 'cupon' is no object that the SDK knows"),
    ],
)
def test_a_fault_is_told_with_its_place(change: dict[str, Any], fault: str) -> None:
    assert violations_of({**COUPON, **change}) == [fault]


def test_a_missing_field_is_a_fault() -> None:
    (fault,) = violations_of({key: COUPON[key] for key in COUPON if key != "valid"})
    assert fault == "(the object): 'valid' is a required property"


def test_an_unknown_key_is_a_fault_where_asked_for() -> None:
    odd = {**COUPON, "bogus": 1}
    assert violations_of(odd) == []
    (fault,) = violations_of(odd, strict_keys=True)
    assert "'bogus' was unexpected" in fault


def test_the_stub_of_a_deleted_object_is_enough() -> None:
    assert violations_of({"id": "c1", "object": "coupon", "deleted": True}) == []
    assert violations_of({"object": "coupon", "deleted": True}) != []


def test_an_answer_is_what_its_route_promises() -> None:
    listing = next(route for route in route_table().routes if route.key == "GET /v1/coupons")
    page = {"object": "list", "data": [COUPON], "has_more": False, "url": "/v1/coupons"}
    assert violations(listing, page, strict_keys=True) == []
    assert violations(listing, {**page, "data": [{**COUPON, "id": 1}]}) == [
        "data.0.id: 1 is not of type 'string'"
    ]
    assert violations(listing, COUPON)[0].startswith("object: 'list' was expected")


def test_an_event_is_judged_with_its_object() -> None:
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1,
        "data": {"object": {**COUPON, "valid": 1}},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": "coupon.created",
    }
    assert violations_of_event(event) == ["data.object.valid: 1 is not of type 'boolean'"]


@pytest.mark.skipif("CAROM_RECORDINGS" not in os.environ, reason="CAROM_RECORDINGS is not set")
def test_recorded_answers_of_this_year_are_valid() -> None:
    """`billing_schedules` is newer than the recordings; all else is as the SDK says."""
    judged, faults = 0, []
    for path in Path(os.environ["CAROM_RECORDINGS"]).glob("*.json"):
        for recorded in json.loads(path.read_text())["interactions"]:
            if recorded["status"] != 200 or not recorded["version"].startswith("2026"):
                continue
            found = route_table().match(recorded["method"], recorded["path"])
            assert found is not None
            judged += 1
            faults += violations(found[0], recorded["response"], strict_keys=True)
    assert judged > 30
    assert set(faults) <= {"(the object): 'billing_schedules' is a required property"}
