"""What counts as a difference between a recorded answer and ours, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.fidelity.compare import Comparison, Reply, compare
from harness.fidelity.names import Names

AT = 1_762_799_296


def compared(
    recorded: Any, ours: Any, *, status: tuple[int, int] = (200, 200), later: int = 0
) -> Comparison:
    """Compare two bodies; ours was answered `later` seconds on its own clock."""
    return compare(Reply(AT, status[0], recorded), Reply(AT + later, status[1], ours), Names())


def kinds(found: Comparison) -> list[tuple[str, str]]:
    return [(difference.kind, difference.path) for difference in found.differences]


@pytest.mark.parametrize(
    ("recorded", "ours"),
    [
        ({"status": "active"}, {"status": "active"}),
        ({"id": "cus_TOnPTfYVb5cWQv"}, {"id": "cus_3hSTxA9qB0aaaa"}),
        ({"client_secret": "pi_3SRzp4KXBGc_secret_c310885"}, None),
        ({"url": "<url>"}, {"url": "http://127.0.0.1:12111/p/session/abc"}),
        (
            {"doc_url": "<url>/docs/error-codes/card-declined"},
            {"doc_url": "https://stripe.com/docs/error-codes/card-declined"},
        ),
        (
            {"message": "too small (<url>/currencies). Read <url>/payments/setup-intents"},
            {
                "message": "too small (https://docs.stripe.com/currencies#minimum). Read"
                " https://docs.stripe.com/payments/setup-intents"
            },
        ),
        ({"fingerprint": "w4XDzQOFakih5EZM"}, {"fingerprint": "bTh6uC9gFrThKbdj"}),
        ({"number": "HGTLRX3E-0001"}, {"number": "ABCDEFGH-0001"}),
        ({"name": "<name>"}, {"name": "Ada"}),
        ({"created": AT - 3}, {"created": AT}),
        ({"metadata": {}}, {"metadata": {}}),
        ({"outcome": {"object": "charge", "outcome": {"risk_score": 34}}}, None),
    ],
)
def test_right(recorded: Any, ours: Any) -> None:
    found = compared(recorded, recorded if ours is None else ours)
    assert kinds(found) == []
    assert found.exact
    assert (found.keys, found.values) == (found.keys_right, found.values_right)


@pytest.mark.parametrize(
    ("recorded", "ours", "kind"),
    [
        ({"status": "active"}, {"status": "trialing"}, "value"),
        ({"amount": 1000}, {"amount": 1001}, "value"),
        ({"amount": "1000"}, {"amount": 1000}, "type"),
        ({"livemode": False}, {"livemode": 0}, "type"),
        ({"email": None}, {"email": "a@b.org"}, "null"),
        ({"tax": {"ip_address": None}}, {"tax": None}, "null"),
        ({"customer": "cus_TOnPTfYVb5cWQv"}, {"customer": {"id": "cus_TOnPTfYVb5cWQv"}}, "type"),
        ({"id": "cus_TOnPTfYVb5cWQv"}, {"id": "sub_1SRzp3KXBGcbgpbZ"}, "value"),
        ({"url": "<url>"}, {"url": "/relative"}, "value"),
        ({"doc_url": "<url>/docs/a"}, {"doc_url": "https://stripe.com/docs/b"}, "value"),
        ({"number": "HGTLRX3E-0001"}, {"number": "1"}, "value"),
        ({"created": AT - 3}, {"created": AT + 60}, "time"),
        ({"period_end": AT + 2_592_000}, {"period_end": AT + 2_678_400}, "time"),
        ({"data": [1, 2]}, {"data": [1]}, "length"),
        ({"phone": None}, {}, "missing"),
        ({}, {"phone": None}, "extra"),
        ({"name": "<name>"}, {"name": ""}, "value"),
    ],
)
def test_wrong(recorded: Any, ours: Any, kind: str) -> None:
    found = compared(recorded, ours)
    assert [difference.kind for difference in found.differences] == [kind]
    assert not found.exact


def test_another_status_makes_the_whole_body_wrong() -> None:
    found = compared({"a": 1, "b": {"c": [2, 3]}}, {"error": {}}, status=(200, 501))
    assert kinds(found) == [("status", "status")]
    assert (found.keys, found.keys_right) == (3, 0)
    assert (found.values, found.values_right) == (3, 0)


def test_an_error_is_told_with_its_status() -> None:
    error = {"error": {"message": "No such price: 'x'"}}
    found = compared({"id": "x"}, error, status=(200, 400))
    assert found.differences[0].ours == "400 No such price: 'x'"


def test_a_missing_hash_costs_all_that_is_in_it() -> None:
    found = compared({"a": {"b": 1, "c": 2}}, {})
    assert (found.keys, found.keys_right) == (3, 0)
    assert (found.values, found.values_right) == (2, 0)


def test_an_extra_key_costs_a_key_and_no_value() -> None:
    found = compared({"a": 1}, {"a": 1, "b": {"c": 2}})
    assert (found.keys, found.keys_right) == (2, 1)
    assert (found.values, found.values_right) == (1, 1)


def test_times_are_distances_from_the_answer() -> None:
    assert compared({"created": AT}, {"created": AT + 500}, later=500).exact
    assert not compared({"created": AT}, {"created": AT}, later=500).exact


def test_an_id_means_the_same_object_throughout() -> None:
    recorded = {"id": "cus_TOnPTfYVb5cWQv", "customer": "cus_TOnPTfYVb5cWQv"}
    same = {"id": "cus_3hSTxA9qB0aaaa", "customer": "cus_3hSTxA9qB0aaaa"}
    other = {"id": "cus_3hSTxA9qB0aaaa", "customer": "cus_3hSTxA9qB0bbbb"}
    assert compared(recorded, same).exact
    assert kinds(compared(recorded, other)) == [("identity", "customer")]


def test_two_objects_never_become_one() -> None:
    recorded = {"a": "cus_TOnPTfYVb5cWQv", "b": "cus_TOnONcVE3hop1l"}
    ours = {"a": "cus_3hSTxA9qB0aaaa", "b": "cus_3hSTxA9qB0aaaa"}
    assert kinds(compared(recorded, ours)) == [("identity", "b")]


def test_known_ids_count_inside_longer_texts() -> None:
    names = Names()
    names.learn("sub_1SRzp3KXBGcbgpbZ", "sub_1AAAA3KXBGcbgpbZ")
    url = "/v1/subscription_items?subscription="
    found = compare(
        Reply(AT, 200, {"url": f"{url}sub_1SRzp3KXBGcbgpbZ"}),
        Reply(AT, 200, {"url": f"{url}sub_1AAAA3KXBGcbgpbZ"}),
        names,
    )
    assert found.exact


def test_paths_begin_at_the_nearest_object() -> None:
    line = {"id": "il_1SRzp3KXBGcbgpbZ", "object": "line_item", "amount": 1}
    lines = {"object": "list", "data": [line]}
    recorded = {"object": "subscription", "latest_invoice": {"object": "invoice", "lines": lines}}
    ours = {
        "object": "subscription",
        "latest_invoice": {
            "object": "invoice",
            "lines": {"object": "list", "data": [{**line, "amount": 2}]},
        },
    }
    (difference,) = compared(recorded, ours).differences
    assert difference.path == "line_item.amount"
    assert difference.where == "latest_invoice.lines.data[0].amount"


def test_radars_score_may_differ_and_nothing_beside_it() -> None:
    def charge(score: int, level: str) -> Any:
        return {"object": "charge", "outcome": {"risk_score": score, "risk_level": level}}

    assert compared(charge(34, "normal"), charge(7, "normal")).exact
    assert not compared(charge(34, "normal"), charge(34, "elevated")).exact


def test_the_unusable_key_of_a_401_may_be_another() -> None:
    def refusal(message: str) -> Any:
        return {"error": {"message": message}}

    told = refusal("Invalid API Key provided: not_an_api_key")
    assert compared(told, refusal("Invalid API Key provided: ****"), status=(401, 401)).exact
    assert not compared(told, refusal("You did not provide one"), status=(401, 401)).exact
