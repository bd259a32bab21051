"""What stands in a field of which nobody has said anything, by the schema of the field.

Null where null is allowed, empty lists and hashes, now for a required time, the account's own
currency and country, zero, false. An enumeration begins where such objects begin at Stripe. A list
that may be absent is one that Stripe shows only when it is expanded: it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulator.contract import object_schema, resolved
from simulator.contract.classes import BASE, Schema
from simulator.engine import HOUR, Ids, Obj, Settings
from simulator.generic.prefixes import prefix_of

MAX_DEPTH = 12
FIRST_STATES: Sequence[str] = (
    "active",
    "open",
    "enabled",
    "created",
    "new",
    "draft",
    "requires_payment_method",
    "requires_input",
    "requires_recipient",
    "pending",
    "processing",
    "in_progress",
    "succeeded",
)
"""States in which objects begin, the likeliest first."""

STATES: Mapping[tuple[str, str], Any] = {
    ("issuing.card", "status"): "inactive",
    ("payout", "status"): "pending",
    ("quote", "status"): "draft",
    ("refund", "status"): "succeeded",
    ("topup", "status"): "pending",
    ("treasury.outbound_payment", "status"): "processing",
    ("treasury.outbound_transfer", "status"): "processing",
}
"""Where a kind begins elsewhere: each as the documentation of that object says."""

TRUE = frozenset({"active", "valid"})  # of a new object, unless told otherwise


@dataclass(frozen=True, slots=True)
class Defaults:
    """Makes values out of schemas. `now` is in Unix seconds."""

    ids: Ids
    now: int
    settings: Settings

    def object(self, kind: str) -> Obj:
        """An object of a kind as it is before anybody has said anything of it."""
        schema = object_schema(kind)
        made: Obj = self.hash(schema, kind)
        for (whose, field), state in STATES.items():
            if whose == kind:
                made[field] = state
        return made

    def hash(self, schema: Schema, kind: str = "", depth: int = 0) -> Obj:
        """All fields of a schema with known keys."""
        made: Obj = {}
        for name, field in schema.get("properties", {}).items():
            if name == "deleted" or _is_left_out(name, field, schema):
                continue
            made[name] = self.value(field, name, kind, depth + 1)
        return made

    def value(self, schema: Schema, name: str, kind: str = "", depth: int = 0) -> Any:
        """The value of one field; `kind` is the object it stands in."""
        assert depth < MAX_DEPTH, f"{kind}.{name}: objects that need themselves"
        if name == "metadata":
            return {}
        if "$ref" in schema:
            return self.object(schema["$ref"].removeprefix(BASE))
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return None if None in schema["enum"] else schema["enum"][0]
        if "anyOf" in schema:
            if {"type": "null"} in schema["anyOf"]:
                return None
            return self.value(schema["anyOf"][0], name, kind, depth + 1)
        types = schema.get("type", "null")
        if isinstance(types, list):
            if "null" in types:
                return None
            types = types[0]  # an id or the object
        if types == "object":
            if "x-either" in schema:
                return self.object(schema["x-either"][0])
            return self.hash(schema, kind, depth)
        if types == "string":
            return self._text(schema, name, kind)
        return self._number(types, schema, name)

    def present(self, schema: Schema, name: str, kind: str = "") -> Any:
        """The value of a field that is there: not null where there is another choice."""
        return self.value(non_null(schema), name, kind)

    def time(self, schema: Schema, *, later: int = 0) -> int | str:
        """Now, as Unix seconds or as RFC 3339 with milliseconds, whichever the field wants."""
        at = self.now + later
        if schema.get("format") == "date-time":
            return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return at

    def _time_of(self, name: str, schema: Schema) -> int | str:
        """What expires has an hour yet."""
        return self.time(schema, later=HOUR if name == "expires_at" else 0)

    def _number(self, type: str, schema: Schema, name: str) -> Any:
        if type == "array":
            return []
        if type == "boolean":
            return name in TRUE
        if type == "number":
            return 0.0
        if type == "integer":
            return self._time_of(name, schema) if schema.get("format") == "unix-time" else 0
        return None

    def _text(self, schema: Schema, name: str, kind: str) -> str:
        if "x-enum" in schema:
            options: list[str] = schema["x-enum"]
            return next((state for state in FIRST_STATES if state in options), options[0])
        if "x-expandable" in schema:
            kinds = schema["x-expandable"]
            return self.ids.new(prefix_of(kinds[0]) if kinds else name[:2])
        if (format_of := schema.get("format")) is not None:
            return str(self._time_of(name, schema)) if format_of == "date-time" else "0"
        return self._named_text(name, kind)

    def _named_text(self, name: str, kind: str) -> str:
        if name == "id":
            return self.ids.new(prefix_of(kind)) if kind else ""
        if name == "currency" or name.endswith("_currency"):
            return self.settings.default_currency
        if name == "country":
            return self.settings.country
        if name == "url" or name.endswith("_url"):
            return f"{self.settings.public_url}/r/{self.ids.token(24)}"
        if name == "secret" or name.endswith("_secret"):
            return self.ids.secret(prefix_of(kind) if kind else name)
        return ""


def non_null(schema: Schema) -> Schema:
    """The schema of what stands in a field that is not null."""
    types = schema.get("type")
    if isinstance(types, list) and "null" in types:
        if types == ["object", "null"] and "then" in schema and "properties" not in schema:
            return non_null(schema["then"])
        rest = [each for each in types if each != "null"]
        return {**schema, "type": rest if len(rest) > 1 else rest[0]}
    if None in schema.get("enum", ()):
        return {**schema, "enum": [each for each in schema["enum"] if each is not None]}
    return resolved(schema)


def is_list(schema: Schema) -> bool:
    """Whether a schema is that of a list object."""
    marker = schema.get("properties", {}).get("object", {})
    return bool(marker.get("const") == "list")


def _is_left_out(name: str, field: Schema, schema: Schema) -> bool:
    required = schema.get("required") or schema.get("else", {}).get("required", ())
    if name in required:
        return False
    types = field.get("type")
    nullable = "null" in types if isinstance(types, list) else None in field.get("enum", ())
    return is_list(field) or not nullable
