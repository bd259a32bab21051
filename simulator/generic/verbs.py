"""Where a verb takes an object, when the class of the object makes that plain.

`cancel` leads to `canceled` if the enumeration of `status` has it, sets `canceled_at` if there is
such a field, and `activate` makes `active` true. A verb with a word before it is about a part of
the object: `shipping/deliver` leads to `shipping.status` `delivered`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.contract import object_schema
from simulator.contract.classes import Schema
from simulator.engine import Obj
from simulator.generic.defaults import Defaults, non_null

STATES: Mapping[str, Sequence[str]] = {
    "activate": ("active", "activated"),
    "acknowledge": ("acknowledged",),
    "cancel": ("canceled", "cancelled"),
    "deactivate": ("inactive", "deactivated"),
    "fail": ("failed", "failure"),
    "finalize": ("open", "finalized"),
    "mark_uncollectible": ("uncollectible",),
    "pay": ("paid",),
    "reactivate": ("active", "reactivated"),
    "resume": ("active", "resumed"),
    "ship": ("shipped",),
    "submit": ("submitted",),
    "unarchive": ("active", "unarchived"),
    "verify": ("verified",),
    "void": ("void", "voided"),
}
"""The states a verb leads to, where they are not the verb with -d or -ed."""

FLAGS: Mapping[str, tuple[str, bool]] = {
    "deactivate": ("active", False),
    "decline": ("approved", False),
    "unarchive": ("archived", False),
}
"""The flag that a verb takes away; one that is named for what was done is set."""

TEXTS: Mapping[str, Sequence[str]] = {
    "payout": ("paid", "pending", "in_transit", "canceled", "failed"),
    "refund": ("pending", "requires_action", "succeeded", "failed", "canceled"),
}
"""The states of objects of which the SDK says only that they are text (docs.stripe.com/api)."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a verb changes: a state, times that are set to now, flags."""

    part: str = ""
    status: str | None = None
    times: tuple[str, ...] = ()
    flags: tuple[tuple[str, bool], ...] = ()

    def changes(self, obj: Obj, schema: Schema, defaults: Defaults) -> Obj:
        """The fields of an object after the verb."""
        fields: dict[str, Schema] = schema.get("properties", {})
        inner = non_null(fields[self.part]) if self.part else schema
        within: dict[str, Schema] = inner.get("properties", {})
        changes: Obj = dict(self.flags)
        if self.status is not None:
            changes["status"] = self.status
        for name in self.times:
            changes[name] = defaults.time(non_null(within[name]))
        if not self.part:
            return changes
        part: Any = obj.get(self.part) or defaults.hash(inner)
        return {self.part: {**part, **changes}}


def states_of(verb: str) -> tuple[str, ...]:
    """The words for what is done once a verb was."""
    known = tuple(STATES.get(verb, ()))
    if verb in STATES and verb not in ("cancel", "void", "finalize"):
        return known
    regular = verb + ("d" if verb.endswith("e") else "ed")
    return tuple(dict.fromkeys((*known, regular)))


def move(kind: str, words: Sequence[str]) -> Move | None:
    """What the verb at the end of a path does to an object; None where that is not plain."""
    *parts, verb = words
    if len(parts) > 1:
        return None
    part = parts[0] if parts else ""
    schema = object_schema(kind)
    if part:
        schema = non_null(schema.get("properties", {}).get(part, {}))
    fields: dict[str, Schema] = schema.get("properties", {})
    options = _options(fields.get("status", {})) or TEXTS.get(kind, ())
    done = states_of(verb)
    status = next((state for state in done if state in options), None)
    times = tuple(name for state in done if (name := f"{state}_at") in fields)
    if status is None and not times and verb == "expire" and "expires_at" in fields:
        times = ("expires_at",)  # a credit grant has no state: it ends now
    flags = [(state, True) for state in done]
    if verb in FLAGS:
        flags.append(FLAGS[verb])
    flags = [(name, to) for name, to in flags if _is_flag(fields.get(name, {}))]
    if status is None and not times and not flags:
        return None
    return Move(part, status, times, tuple(flags))


def _is_flag(schema: Schema) -> bool:
    return bool(schema) and non_null(schema).get("type") == "boolean"


def _options(schema: Schema) -> Sequence[Any]:
    found: Sequence[Any] = schema.get("x-enum") or schema.get("enum") or ()
    return found
