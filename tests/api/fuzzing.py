"""Requests that nobody should send, made from what the SDK knows of each endpoint, and from noise.

Most are nearly right: a known path, parameters of the right shape, ids of objects that exist. Some
part of each may be wrong: a value of another shape, an id of another kind, a header, the bytes.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from stripe._encode import _api_encode

from simulator.api import Request
from simulator.billing import HANDLERS
from simulator.contract import Route, parameters, route_table
from simulator.contract.shapes import (
    Boolean,
    Choice,
    DecimalText,
    Fields,
    Integer,
    Items,
    Map,
    Metadata,
    Number,
    OneOf,
    Shape,
    Slot,
)
from tests.api.furnished import IDS, WORLD, recipes
from tests.billing.account import KEY, START

MAX_DEPTH = 5
WIRE = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20)
TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        *("usd", "eur", "jpy", "xxx", "now", "auto", "none", "true", "ada@example.com", "data"),
        *("https://example.com/{CHECKOUT_SESSION_ID}", "http://127.0.0.1:1/hook", "example.com"),
        *("pm_card_visa", "pm_card_chargeDeclined", "tok_visa", "4242424242424242", "12.5", "0"),
        *(
            "x" * 600,
            "9" * 5000,
            "²",
            "%",
            "\x00",
            "é",
            "[]",
            "null",
            "-1",
            "1e9",
            "９",
            "sub_",
            "card",
            "month",
        ),
    ]
)
INTEGERS = st.sampled_from(
    [0, 1, -1, 2, 12, 31, 50, 100, 500, 2500, 10**8, 10**12, 10**17, 10**18 - 1, -(10**18)]
) | st.integers(START - 10**7, START + 10**8)
NUMBERS = st.sampled_from(["0", "1", "-1", "12.5", "100", "100.1", "0.000000000001", "NaN", "1e3"])
BOOLEANS = st.sampled_from(["true", "false"])
VERSIONS = [
    *("2026-10-28.endive", "2026-04-22.dahlia", "2025-10-29.clover", "2025-03-31.basil"),
    *("2025-02-24.acacia", "2024-06-20", "2022-11-15", "2020-08-27", "2020-03-02", "2025-01-01"),
]
NAMES = ["email", "metadata[a]", "metadata[]", "expand[]", "items[0][price]", "a[b][c]", "limit"]


ROUTES = list(route_table().routes)


RECIPES = recipes()
SIMULATED = [
    route
    for route in reversed(ROUTES)
    if route.key in HANDLERS or route.path.endswith("/search")
    for _ in range(9 if route.key in RECIPES else 2)
]
"""Endpoints with handlers of their own, those that make the most of things several times."""


def one_of_all(options: list[Any]) -> st.SearchStrategy[Any]:
    """Any of many with the same chance; `sampled_from` likes the first too much."""
    return st.integers(0, 2**32 - 1).map(lambda n: options[(n * 2654435761 >> 7) % len(options)])


def rarely(draw: st.DrawFn, one_in: int = 12) -> bool:
    return draw(st.integers(0, one_in - 1)) == one_in // 2


@st.composite
def requests(draw: st.DrawFn) -> Request:
    if rarely(draw, 16):
        return draw(noise())
    route = draw(one_of_all(ROUTES if rarely(draw, 4) else SIMULATED))
    pairs = draw(forms(route))
    encoded = "&".join(f"{quote(name, safe='[]')}={quote(value)}" for name, value in pairs)
    headers = draw(some_headers())
    query, body = (encoded, b"")
    if route.method == "POST":
        query, body = "", encoded.encode()
        if route.path.startswith("/v2/"):
            body = json.dumps(dict(pairs)).encode()
    if rarely(draw, 40):
        body += draw(st.binary(max_size=6))
    method = draw(st.sampled_from(["GET", "POST", "DELETE"])) if rarely(draw, 30) else route.method
    return Request(method, draw(paths(route)), query, headers, body)


@st.composite
def noise(draw: st.DrawFn) -> Request:
    """Nothing of it need make sense."""
    method = draw(st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "x"]))
    path = draw(st.sampled_from(["/v1", "/v2/", "/v1/customers/", "/v1/%ff/é", "//"]) | WIRE)
    forms = st.lists(st.tuples(st.sampled_from(NAMES) | WIRE, TEXTS), max_size=4).map(
        lambda pairs: "&".join(f"{name}={quote(value)}" for name, value in pairs)
    )
    body = draw(st.binary(max_size=30) | forms.map(str.encode))
    return Request(method, path, draw(forms), draw(some_headers()), body)


@st.composite
def some_headers(draw: st.DrawFn) -> dict[str, str]:
    headers = {"authorization": f"Bearer {KEY}"}
    choices = {
        "stripe-version": st.sampled_from([*VERSIONS, "", "é"]),
        "idempotency-key": st.sampled_from(["a", "b", "", "é", "k" * 256]),
        "content-type": st.sampled_from(
            ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text"]
        ),
        "stripe-account": st.just(WORLD.account) | WIRE,
        "carom-world": st.just("w") | WIRE,
        "authorization": st.just(f"Basic {KEY}") | WIRE,
    }
    for name, values in choices.items():
        if rarely(draw, 8 if name in ("stripe-version", "idempotency-key") else 50):
            headers[name] = draw(values)
    return headers


@st.composite
def paths(draw: st.DrawFn, route: Route) -> str:
    """The path of a route with ids of the kind that is meant, of another, or of none."""
    parts = []
    for part in route.path.split("/"):
        if part.startswith("{"):
            kind = "/".join(parts).rsplit("/", 1)[-1].removesuffix("s")
            fitting = IDS.meant_by(kind) or IDS.meant_by(part.strip("{}")) or IDS.all
            chosen = st.sampled_from(IDS.all) | TEXTS if rarely(draw) else one_of_all(fitting)
            parts.append(quote(draw(chosen), safe=""))
        else:
            parts.append(part)
    return "/".join(parts)


@st.composite
def forms(draw: st.DrawFn, route: Route) -> list[tuple[str, str]]:
    """Name and value of each parameter, as a form has them."""
    shape = parameters(route)
    recipes = RECIPES.get(route.key)
    if recipes and not rarely(draw, 4):
        pairs = list(_api_encode(draw(st.sampled_from(recipes))))
        for name in draw(st.lists(one_of_all(list(shape.slots)), max_size=3, unique=True)):
            pairs = [pair for pair in pairs if pair[0].partition("[")[0] != name]
            pairs += draw(slots(shape.slots[name], name, 1))
        pairs = [(name, str(value)) for name, value in pairs]
    else:
        pairs = list(draw(fields(shape, "", 0)))
    if rarely(draw, 25):
        pairs.append((draw(st.sampled_from(NAMES)), draw(TEXTS)))
    return pairs


@st.composite
def fields(draw: st.DrawFn, shape: Fields, under: str, depth: int) -> list[tuple[str, str]]:
    optional = [name for name in shape.slots if name not in shape.required]
    names = [name for name in shape.required if not rarely(draw, 20)]
    if optional and depth < MAX_DEPTH:
        most = 5 if depth == 0 else 2
        names += draw(st.lists(one_of_all(optional), max_size=most, unique=True))
    pairs = []
    for name in names:
        pairs += draw(slots(shape.slots[name], f"{under}[{name}]" if under else name, depth))
    return pairs


def slots(slot: Slot, name: str, depth: int) -> st.SearchStrategy[list[tuple[str, str]]]:
    @st.composite
    def slotted(draw: st.DrawFn) -> list[tuple[str, str]]:
        if rarely(draw, 25):
            return [(name, draw(TEXTS | st.just("")))]
        if rarely(draw, 60):
            return [(f"{name}[{draw(st.sampled_from(['', '0', 'x']))}]", draw(TEXTS))]
        if slot.unset and rarely(draw, 10):
            return [(name, "")]
        return draw(values(slot.shape, name, depth))

    return slotted()


@st.composite
def values(draw: st.DrawFn, shape: Shape, name: str, depth: int) -> list[tuple[str, str]]:
    """A value of the shape, as pairs."""
    match shape:
        case Fields():
            return draw(fields(shape, name, depth + 1))
        case Items():
            pairs = []
            for index in range(draw(st.integers(0, 2)) if depth < MAX_DEPTH else 0):
                pairs += draw(slots(shape.of, f"{name}[{index}]", depth + 1))
            return pairs
        case Map():
            return draw(slots(shape.of, f"{name}[{draw(st.sampled_from(['eur', 'a']))}]", depth))
        case Metadata():
            return [(f"{name}[{draw(st.sampled_from(['a', 'b', 'k' * 41]))}]", draw(TEXTS))]
        case OneOf():
            chosen = draw(st.sampled_from([*shape.scalars, *shape.composites]))
            return draw(values(chosen, name, depth))
    return [(name, draw(leaves(shape, name)))]


def leaves(shape: Shape, name: str) -> st.SearchStrategy[Any]:
    match shape:
        case Integer():
            return INTEGERS.map(str)
        case Boolean():
            return BOOLEANS
        case Choice():
            return st.sampled_from(shape.options) if shape.options else TEXTS
        case Number() | DecimalText():
            return NUMBERS
    if name == "query":
        return QUERIES
    if name.startswith("expand"):
        return st.sampled_from(EXPANSIONS)
    if name.endswith("currency"):
        return st.sampled_from(["usd", "usd", "eur", "jpy", "zzz"])
    meant = IDS.meant_by(name)
    return one_of_all(meant) if meant else TEXTS | st.sampled_from(IDS.all)


EXPANSIONS = [
    *("customer", "data.customer", "latest_invoice.payments", "data", "total_count", "lines"),
    *("items.data.price.product", "discounts", "payments.data.payment.payment_intent", "id", "a.b"),
    *("default_payment_method", "latest_invoice.confirmation_secret", "subscriptions", "refunds"),
    *("data.items.data.price.product", "line_items", "", ".", "latest_charge.balance_transaction"),
]
QUERIES = st.sampled_from(
    [
        *('name:"jane"', 'email~"ada"', "amount>100", 'metadata["a"]:"b"', "created>=0 amount<9"),
        *('status:"active" OR status:null', '-currency:"usd"', 'a:"', "name~'x'", "(", "\x00"),
    ]
) | st.text(max_size=30)
