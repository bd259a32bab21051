"""Parameters become fields: each goes where the object has a field of its name that can hold it.

Hashes merge over what is there, an empty string unsets, an id must name an object that Carom would
hold (Stripe's 400 otherwise). What the object has no field for has no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.billing.call import existing, merged_metadata
from simulator.contract import object_schema
from simulator.contract.classes import BASE, Schema
from simulator.contract.shapes import within
from simulator.engine import Obj, World
from simulator.generic.defaults import Defaults, is_list, non_null
from simulator.generic.roles import held_kinds

UNCHECKED = frozenset({"account", "payment_method"})  # also the account itself, and `pm_card_visa`
NAMED_BY_KIND = frozenset(
    {
        "charge",
        "coupon",
        "customer",
        "invoice",
        "payment_intent",
        "price",
        "product",
        "promotion_code",
        "subscription",
        "subscription_item",
        "tax_rate",
    }
)
"""Parameters that hold an id of the kind they are named for, whether the object shows it or not."""
_UNFIT = object()


@dataclass(frozen=True, slots=True)
class Fitting:
    """Fits the parameters of one call to objects of the World."""

    world: World
    defaults: Defaults

    def changes(self, kind: str, params: Mapping[str, Any], current: Obj) -> Obj:
        """The fields of an object that parameters give a value, with that value."""
        fields = object_schema(kind).get("properties", {})
        changes: Obj = {}
        for name, given in params.items():
            if name in NAMED_BY_KIND and isinstance(given, str) and given:
                self._check(_referred(fields.get(name, {})) or [name], given, name)
            if name in ("object", "livemode") or name not in fields:
                continue
            fitted = self._fit(fields[name], given, current.get(name), name, name)
            if fitted is not _UNFIT:
                changes[name] = fitted
        return changes

    def _fit(self, schema: Schema, given: Any, current: Any, name: str, path: str) -> Any:
        """The value that a field takes, or `_UNFIT`; `path` is the parameter's bracket name."""
        if name == "metadata" and isinstance(given, dict | str):
            return merged_metadata(current or {}, given)
        if given == "" or given is None:
            empty = self.defaults.value(schema, name)
            return empty if empty is None or isinstance(empty, list | dict) else _UNFIT
        kinds = _referred(schema)
        schema = non_null(schema)
        if isinstance(given, str) and kinds and "x-expandable" not in schema:
            return self._embedded(kinds, given, path)
        if "x-expandable" in schema:
            return self._reference(schema, given, path)
        if is_list(schema):
            return self._page(schema, given, current, path)
        if isinstance(given, dict):
            return self._hash(schema, given, current, path)
        if isinstance(given, list):
            return self._items(schema, given, path)
        return self._scalar(schema, given)

    def _reference(self, schema: Schema, given: Any, path: str) -> Any:
        if not isinstance(given, str):
            return _UNFIT
        self._check(schema["x-expandable"], given, path)
        return given

    def _embedded(self, kinds: list[str], given: str, path: str) -> Any:
        """The object that an id names, where the object shows all of it (a card's cardholder)."""
        self._check(kinds, given, path)
        found = (self.world.get(kind, given) for kind in kinds)
        return next((obj for obj in found if obj is not None), _UNFIT)

    def _check(self, kinds: list[str], given: str, path: str) -> None:
        """The object of one of the kinds must exist, if Carom holds objects of all of them."""
        if not kinds or UNCHECKED.intersection(kinds) or not held_kinds().issuperset(kinds):
            return
        if not any(self.world.get(kind, given) for kind in kinds):
            existing(self.world, kinds[0], given, path)

    def _page(self, schema: Schema, given: Any, current: Any, path: str) -> Any:
        """A list parameter of which the object shows a list object, such as `line_items`."""
        items = self._items(schema["properties"]["data"], given, path)
        if items is _UNFIT:
            return _UNFIT
        whole = current or self.defaults.hash(schema)
        return {**whole, "data": items}

    def _hash(self, schema: Schema, given: Obj, current: Any, path: str) -> Any:
        if (below := schema.get("additionalProperties")) is not None:
            fitted = {
                key: self._fit(below, value, None, key, within(path, key))
                for key, value in given.items()
            }
            merged = {**(current or {}), **fitted}
            return {key: value for key, value in merged.items() if value is not _UNFIT}
        fields = schema.get("properties")
        if fields is None:
            return given if schema.get("type") == "object" else _UNFIT
        whole = current if isinstance(current, dict) else self.defaults.hash(schema)
        changed = dict(whole)
        for key, value in given.items():
            if key in fields:
                fitted = self._fit(fields[key], value, whole.get(key), key, within(path, key))
                if fitted is not _UNFIT:
                    changed[key] = fitted
        return changed

    def _items(self, schema: Schema, given: Any, path: str) -> Any:
        if schema.get("type") != "array" or not isinstance(given, list):
            return _UNFIT
        fitted = [
            self._fit(schema["items"], item, None, "", within(path, str(index)))
            for index, item in enumerate(given)
        ]
        return _UNFIT if _UNFIT in fitted else fitted

    def _scalar(self, schema: Schema, given: Any) -> Any:
        """A value of the right type as it is; `now` as the time it is now."""
        if "const" in schema or "enum" in schema:
            options = schema.get("enum", [schema.get("const")])
            return given if given in options else _UNFIT
        match schema.get("type"):
            case "boolean" if isinstance(given, bool):
                return given
            case "integer" if isinstance(given, int) and not isinstance(given, bool):
                return given
            case "integer" if given == "now" and schema.get("format") == "unix-time":
                return self.defaults.time(schema)
            case "number" if isinstance(given, int | float) and not isinstance(given, bool):
                return float(given)
            case "string" if isinstance(given, str):
                return given
            case "string" if schema.get("format") in ("int64", "decimal"):
                return str(given)
        return _UNFIT


def _referred(schema: Schema) -> list[str]:
    """The kinds of object that a field holds, or the ids of which it holds."""
    if "x-expandable" in schema:
        return list(schema["x-expandable"])
    if "$ref" in schema:
        return [schema["$ref"].removeprefix(BASE)]
    if "x-either" in schema:
        return list(schema["x-either"])
    return _referred(schema["then"]) if "then" in schema else []
