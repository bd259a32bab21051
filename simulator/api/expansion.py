"""`expand[]` (docs.stripe.com/expand): references replaced by the objects they name.

At most four levels, `data` of a list among them. Null and what is already inline stay as they are;
a name that is no reference is refused. Some fields exist only when asked for (`invoice.payments`):
the billing room computes those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from simulator.api.versions.shape import ABSENT, Lookup, Plan
from simulator.billing import CURRENT
from simulator.contract import ParameterError
from simulator.engine import Obj, World
from simulator.generic import prefixes

MAX_DEPTH = 4
LISTS = frozenset({"list", "search_result"})

Tree: TypeAlias = "dict[str, Tree]"

# Fields whose name does not say what they refer to, or whose ids have no prefix of their own.
KINDS: Mapping[str, str] = {
    "coupon": "coupon",
    "customer": "customer",
    "default_price": "price",
    "plan": "plan",
    "price": "price",
    "product": "product",
    "promotion_code": "promotion_code",
}
# The kind of an object by the prefix of its id; of two kinds with one prefix the first.
PREFIXES: Mapping[str, str] = {
    prefix: kind
    for kind, prefix in reversed(list(prefixes().items()))
    if not kind.startswith("v2.")
}
NEVER = frozenset({"id", "object"})  # an object's own id is no reference
LEAVE_A_STUB = frozenset({"coupon", "customer", "plan", "price", "product"})


def tree_of(paths: Sequence[str]) -> Tree:
    """The paths as one tree of names; refuses those that are too deep."""
    tree: Tree = {}
    for path in paths:
        names = path.split(".")
        if len(names) > MAX_DEPTH:
            raise ParameterError(
                f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
                code="property_expansion_max_depth",
            )
        place = tree
        for name in names:
            place = place.setdefault(name, {})
    return tree


class Expansion:
    """Expands the answer of one request.

    `plans` are what an older version does to objects: what it hides cannot be expanded, and what it
    has of its own can (`latest_invoice.payment_intent` before 2025-03-31.basil).
    """

    def __init__(self, lookup: Lookup, plans: Mapping[str, Plan]) -> None:
        self._lookup = lookup
        self._world = lookup.world
        self._includable = lookup.includable
        self._plans = plans

    def of(self, obj: Obj, tree: Tree) -> Obj:
        """The object with what the tree names expanded; `obj` itself stays as it is."""
        if not tree:
            return obj
        if obj.get("object") in LISTS:
            for name in tree:
                if name != "data" and name not in self._computed(obj):
                    raise _cannot(name, f" You may want to try expanding 'data.{name}' instead.")
        return self._fields(obj, tree, "")

    def _fields(
        self, obj: Obj, tree: Tree, prefix: str, owner: Obj | None = None, inner: str = ""
    ) -> Obj:
        """`inner` is the path of a hash inside `owner`, the object that it is a part of."""
        if obj.get("object") == "event" and tree:
            raise _cannot(prefix + next(iter(tree)))
        if obj.get("deleted"):
            return obj
        expanded = dict(obj)
        if owner is None or "object" in obj:
            owner, inner = obj, ""
        computed, plan = self._computed(owner), self._plan(obj)
        for name, below in tree.items():
            path = prefix + name
            if plan is not None and name in plan.hidden:
                raise _cannot(path)
            if plan is not None and name in plan.restored and name not in obj:
                value = plan.restored[name](self._lookup, obj)
                value = None if value is ABSENT else value
            elif inner + name in computed:
                value = computed[inner + name](self._world, owner)
                if isinstance(value, int) and not below:  # `total_count` of search results
                    expanded[name] = value
                    continue
            elif name in obj and name not in NEVER:
                value = obj[name]
            else:
                raise _cannot(path)
            if isinstance(value, dict) and "object" not in value:
                if below:
                    value = self._fields(value, below, f"{path}.", owner, f"{inner}{name}.")
                expanded[name] = value
            else:
                expanded[name] = self._value(value, name, below, path)
        return expanded

    def _value(self, value: Any, name: str, below: Tree, path: str) -> Any:
        if isinstance(value, list | tuple):
            return [self._value(item, name, below, path) for item in value]
        if isinstance(value, dict):
            return self._fields(value, below, f"{path}.") if below else value
        if value is None:
            return None
        if not isinstance(value, str):
            raise _cannot(path)
        referred = self._referred(value, name, path)
        return self._fields(referred, below, f"{path}.") if isinstance(referred, dict) else value

    def _referred(self, reference: str, name: str, path: str) -> Obj | str:
        """The object an id refers to; the id itself where Carom keeps no object of that kind."""
        kind = KINDS.get(name) or PREFIXES.get(reference.rpartition("_")[0])
        if kind is None:
            raise _cannot(path)
        found = self._world.get(kind, reference)
        if found is not None:
            return CURRENT[kind](self._world, found) if kind in CURRENT else found
        if kind in LEAVE_A_STUB:
            return {"id": reference, "object": kind, "deleted": True}
        return reference

    def _computed(self, obj: Obj) -> Mapping[str, Callable[[World, Obj], Any]]:
        kind = obj.get("object")
        return self._includable.get(kind, {}) if isinstance(kind, str) else {}

    def _plan(self, obj: Obj) -> Plan | None:
        kind = obj.get("object")
        return self._plans.get(kind) if isinstance(kind, str) else None


def _cannot(path: str, advice: str = "") -> ParameterError:
    return ParameterError(f"This property cannot be expanded ({path}).{advice}")
