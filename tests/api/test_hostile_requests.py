"""Whatever comes in, an answer goes out: JSON, and never a status that blames Carom."""

from __future__ import annotations

import json
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from simulator.api import Request
from tests.api.shop import KEY, Shop

SHOP = Shop()
WIRE = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
NAMES = st.sampled_from(
    ["email", "name", "metadata[a]", "metadata[]", "metadata", "expand[]", "expand", "items[0][p]"]
)
VALUES = st.sampled_from(["", "1", "-1", "data", "data.x", "a.b.c.d.e", "true"]) | WIRE
FORMS = st.lists(st.tuples(NAMES | WIRE, VALUES), max_size=4).map(
    lambda pairs: "&".join(f"{name}={quote(value)}" for name, value in pairs)
)
PATHS = st.sampled_from(["/v1/customers", "/v1/customers/%ff", "/v1/subscriptions"]) | WIRE
HEADERS = st.dictionaries(
    st.sampled_from(["stripe-version", "idempotency-key", "content-type", "stripe-account"]), WIRE
)


@given(st.sampled_from(["GET", "POST", "DELETE", "HEAD"]), PATHS, FORMS, HEADERS, st.binary())
def test_every_request_is_answered(
    method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    headers["authorization"] = f"Bearer {KEY}"
    answer = SHOP.api.answer(Request(method, path, query, headers, body))
    assert json.loads(answer.body)
    assert answer.status in (200, 400, 403, 404, 501)
    for _, value in answer.headers:
        value.encode("latin-1")


@given(st.text(max_size=60))
def test_every_authorization_is_answered(authorization: str) -> None:
    headers = {"authorization": authorization}
    assert SHOP.api.answer(Request("GET", "/v1/customers", "", headers)).status in (200, 401)
