"""What each endpoint answers, as JSON Schema."""

from __future__ import annotations

from simulator.contract.classes import BASE, Schema, either, page_of
from simulator.contract.routes import WRAPPERS, Route
from simulator.contract.schemas import schemas


def response_schema(route: Route) -> Schema:
    """The schema of what an endpoint answers; `{}` where it answers no JSON object."""
    known = schemas().classes
    kinds = [known[name] for name in route.classes if name in known]
    if not kinds:
        return {}
    v2 = route.path.startswith("/v2/")
    wrapper = route.result.partition("[")[0]
    return page_of(wrapper, either(kinds), v2=v2) if wrapper in WRAPPERS else either(kinds)


def object_schema(kind: str) -> Schema:
    """The schema of an object by its wire name; `KeyError` for a name that is none."""
    return schemas().objects[kind]


def resolved(schema: Schema) -> Schema:
    """The schema that a reference stands for; any other one as it is."""
    if "$ref" in schema:
        return schemas().objects[schema["$ref"].removeprefix(BASE)]
    return schema
