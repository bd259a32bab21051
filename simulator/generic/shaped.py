"""A valid answer of an endpoint that Carom does not know more about: no state, no effect.

It is made from the schema of the answer, the parameters and the placeholders of the path, and the
same call always gets the same one. What Carom does hold shows through: the object that the path
names, and the lists inside it. A list of what an account would own is empty, since nothing has made
any; of what Stripe publishes for everyone it has one sample.
"""

from __future__ import annotations

from typing import Any

import orjson

from simulator.billing.call import Answer, Call, Embedded
from simulator.contract import Route, response_schema
from simulator.contract.classes import Schema
from simulator.engine import Ids, Obj, World, value_at
from simulator.generic import stored
from simulator.generic.defaults import Defaults
from simulator.generic.documents import Document, one_page
from simulator.generic.fitting import Fitting
from simulator.generic.roles import Role, is_page, kinds_of, names_in, parent_of

PUBLISHED = frozenset(
    {
        "/v1/climate/products",
        "/v1/climate/suppliers",
        "/v1/exchange_rates",
        "/v1/issuing/physical_bundles",
        "/v1/reporting/report_types",
        "/v1/tax_codes",
    }
)
"""Lists of what is the same for every account."""

OWN = {"GET /v1/account": "account"}
"""Endpoints that answer with the account itself."""


def shape(route: Route, role: Role | None, world: World, call: Call) -> Answer | Document:
    """The answer of an endpoint, by its schema."""
    schema = response_schema(route)
    if not schema:
        return one_page(call.path["quote"]) if route.method == "GET" else {}
    ids = Ids(world.seed, f"{world.key}/{_call_words(route, call)}", world.now)
    fitting = Fitting(world, Defaults(ids, world.now(), world.settings))
    if is_page(route):
        return _page(route, schema, fitting, call)
    known = stored.held(role, world, call) if role is not None else None
    kind = known["object"] if known is not None else _kind(route)
    obj = known or _named(route, kind, fitting.defaults, world, call)
    changes = fitting.changes(kind, call.params, obj) if kind in kinds_of(route) else {}
    return {**obj, **changes, **_gone(route, kind)}


def _page(route: Route, schema: Schema, fitting: Fitting, call: Call) -> Answer:
    """An empty list, a list with a sample, or the list inside the object that the path names."""
    if (inside := _inside(route, fitting.world, call)) is not None:
        return Embedded(tuple(inside))
    kind = kinds_of(route)[0]
    data = [fitting.defaults.object(kind)] if route.path in PUBLISHED else []
    if route.result.startswith("SearchResultObject["):
        page: Obj = fitting.defaults.hash(schema)
        return {**page, "url": route.path}
    return Embedded(tuple(data))


def _inside(route: Route, world: World, call: Call) -> list[Obj] | None:
    """`/v1/credit_notes/{credit_note}/lines`: the `lines` of the credit note, if it has them."""
    parent = parent_of(route)
    if parent is None:
        return None
    name = call.path[parent.name]
    found = next((obj for kind in parent.kinds if (obj := world.get(kind, name))), None)
    if found is None:
        return None
    data = value_at(found, (route.path.rpartition("/")[2], "data"))
    return data if isinstance(data, list) else None


def _named(route: Route, kind: str, defaults: Defaults, world: World, call: Call) -> Obj:
    """A new object, with the ids that stand in the path."""
    obj = defaults.object(kind)
    names = names_in(route.path)
    if route.key in OWN:
        obj["id"] = world.account
    elif "id" in obj and names and not _is_part_of_another(route, kind):
        obj["id"] = call.path[names[-1]]
    return {**obj, **{name: call.path[name] for name in names if name in obj and name != "id"}}


def _is_part_of_another(route: Route, kind: str) -> bool:
    """Whether the last placeholder names the object that the answer only belongs to."""
    parent = parent_of(route)
    return not route.path.endswith("}") and parent is not None and kind not in parent.kinds


def _kind(route: Route) -> str:
    return kinds_of(route)[0]


def _gone(route: Route, kind: str) -> Obj:
    """What a deletion adds to the answer."""
    stub = route.method == "DELETE" and not kind.startswith("v2.") and ":" not in kind
    return {"deleted": True} if stub else {}


def _call_words(route: Route, call: Call) -> str:
    """What a call asks, as text from which its ids are drawn."""
    asked: Any = [route.key, call.path, call.params]
    return orjson.dumps(asked, option=orjson.OPT_SORT_KEYS).decode()
