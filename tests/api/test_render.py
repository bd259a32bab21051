"""Objects are written as Stripe writes them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.api import render

LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text('aé"\\\n<')
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abid"), inner, max_size=3),
)


def test_id_and_object_first_then_alphabetical_at_every_depth() -> None:
    obj = {"b": [{"z": 1, "object": "x", "a": {}, "id": "i"}], "object": "o", "a": [], "id": "j"}
    assert render(obj).decode() == (
        '{\n  "id": "j",\n  "object": "o",\n  "a": [],\n  "b": [\n    {\n      "id": "i",\n'
        '      "object": "x",\n      "a": {},\n      "z": 1\n    }\n  ]\n}'
    )


def test_an_event_has_its_object_before_what_it_was() -> None:
    event = {"data": {"previous_attributes": {}, "object": {"object": "customer", "id": "cus_1"}}}
    assert list(json.loads(render(event))["data"]) == ["object", "previous_attributes"]


@given(st.dictionaries(st.text("abid"), VALUES, max_size=4))
def test_nothing_is_lost(obj: dict[str, Any]) -> None:
    assert json.loads(render(obj)) == obj
