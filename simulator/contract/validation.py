"""What is wrong with an answer or a webhook body, found with jsonschema.

A key that the class of an object does not have is a fault only where asked for: Stripe sends some
that the SDKs no longer state. Those are in `LEGACY`. The server itself never loads this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from simulator.contract.classes import BASE, Schema, reference
from simulator.contract.responses import response_schema
from simulator.contract.routes import Route
from simulator.contract.schemas import schemas

# Keys that recorded answers of the newest versions have and the SDK's classes do not.
LEGACY: Mapping[str, frozenset[str]] = {
    "charge": frozenset({"destination", "dispute", "order"}),  # null, of older ways to pay out
    "subscription": frozenset({"plan", "quantity"}),  # of a single item, from before `items`
}
MAX_FAULTS = 20


def violations(route: Route, body: Any, *, strict_keys: bool = False) -> list[str]:
    """What is wrong with an endpoint's answer: `data.0.currency: 5 is not of type 'string'`."""
    return list(_faults(response_schema(route), body, strict_keys))


def violations_of(obj: Any, *, strict_keys: bool = False) -> list[str]:
    """What is wrong with an object, by its own `object`."""
    kind = str(obj.get("object")) if isinstance(obj, dict) else ""
    if kind not in schemas().objects:
        return [f"object: {kind!r} is no object that the SDK knows"]
    return list(_faults(reference(kind), obj, strict_keys))


ALSO = {"source": frozenset({"bank_account", "card"})}
"""What an event that the SDK ties to one class is about as well: cards are customers' sources."""


UNNAMED = frozenset({"invoice.upcoming"})
"""Events about what is yet to be made, and has no id (class `stripe.Event`, field `type`)."""

WITHOUT_ID = frozenset({"invoice.upcoming"})
"""Events about something that is not there yet (class `stripe.Event`: `invoice.upcoming`)."""


def violations_of_event(event: Any, *, strict_keys: bool = False) -> list[str]:
    """What is wrong with an event, its envelope and the object it is about."""
    faults = violations_of(event, strict_keys=strict_keys)
    kind = schemas().subjects.get(event.get("type"))
    if kind is not None:
        subject = event["data"]["object"]
        if event["type"] in UNNAMED:
            subject = {"id": "", **subject}
        if subject.get("object") in ALSO.get(kind, ()):
            kind = subject["object"]
        if event["type"] in WITHOUT_ID:
            subject = {"id": "", **subject}
        found = _faults(reference(kind), subject, strict_keys)
        faults += [f"data.object.{fault}" for fault in found]
    return faults


def _faults(schema: Schema, body: Any, strict_keys: bool) -> Iterator[str]:
    validator = _validator(strict_keys).evolve(schema=_closed(schema) if strict_keys else schema)
    for number, error in enumerate(validator.iter_errors(body)):
        if number == MAX_FAULTS:
            yield "... and more"
            return
        yield from _told(error)


def _told(error: ValidationError) -> Iterator[str]:
    place = ".".join(str(step) for step in error.absolute_path) or "(the object)"
    yield f"{place}: {error.message[:300]}"


@cache
def _validator(strict_keys: bool) -> Draft202012Validator:
    """One validator for all schemas, which refer to each other."""

    def contents(kind: str, schema: Schema) -> Schema:
        return _closed(schema, LEGACY.get(kind, frozenset())) if strict_keys else schema

    registry: Registry[Any] = Registry().with_resources(
        (BASE + kind, DRAFT202012.create_resource(contents(kind, schema)))
        for kind, schema in schemas().objects.items()
    )
    return Draft202012Validator({}, registry=registry)


def _closed(schema: Any, besides: frozenset[str] = frozenset()) -> Any:
    """The schema with every hash of known keys closed to others."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {
        name: {key: _closed(value) for key, value in item.items()}
        if name == "properties"
        else _closed(item)
        for name, item in schema.items()
        if name not in ("if", "x-enum")
    }
    if "if" in schema:
        closed["if"] = schema["if"]
    if "properties" in schema and "x-either" not in schema and "additionalProperties" not in schema:
        closed["properties"] |= {key: {} for key in besides}
        closed["additionalProperties"] = False
    return closed
