"""`expand[]` (docs.stripe.com/expand): references replaced by the objects they name.

At most four levels, `data` of a list among them. Null and what is already inline stay as they are;
a name that is no reference is refused. Some fields exist only when asked for (`invoice.payments`):
the billing room computes those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from simulator.contract import ParameterError
from simulator.engine import Obj, World

MAX_DEPTH = 4
LISTS = frozenset({"list", "search_result"})

Includable: TypeAlias = "Mapping[str, Mapping[str, Callable[[World, Obj], Any]]]"
"""Wire name of an object -> a field that is shown only when expanded -> how to compute it."""

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
# The kind of an object by the prefix of its id.
PREFIXES: Mapping[str, str] = {
    "bpc": "billing_portal.configuration",
    "bps": "billing_portal.session",
    "ch": "charge",
    "clock": "test_helpers.test_clock",
    "cn": "credit_note",
    "cs_test": "checkout.session",
    "cus": "customer",
    "di": "discount",
    "evt": "event",
    "ii": "invoiceitem",
    "in": "invoice",
    "inpay": "invoice_payment",
    "pi": "payment_intent",
    "pm": "payment_method",
    "price": "price",
    "prod": "product",
    "promo": "promotion_code",
    "re": "refund",
    "seti": "setup_intent",
    "si": "subscription_item",
    "sub": "subscription",
    "sub_sched": "subscription_schedule",
    "txn": "balance_transaction",
    "txr": "tax_rate",
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
    """Expands the answer of one request."""

    def __init__(self, world: World, includable: Includable) -> None:
        self._world = world
        self._includable = includable

    def of(self, obj: Obj, tree: Tree) -> Obj:
        """The object with what the tree names expanded; `obj` itself stays as it is."""
        if obj.get("object") in LISTS:
            for name in tree:
                if name != "data" and name not in self._computed(obj):
                    raise _cannot(name, f" You may want to try expanding 'data.{name}' instead.")
        return self._fields(obj, tree, "")

    def _fields(self, obj: Obj, tree: Tree, prefix: str) -> Obj:
        if obj.get("object") == "event" and tree:
            raise _cannot(prefix + next(iter(tree)))
        if obj.get("deleted"):
            return obj
        expanded = dict(obj)
        computed = self._computed(obj)
        for name, below in tree.items():
            path = prefix + name
            if name in computed:
                value = computed[name](self._world, obj)
            elif name in obj and name not in NEVER:
                value = obj[name]
            else:
                raise _cannot(path)
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
            return found
        if kind in LEAVE_A_STUB:
            return {"id": reference, "object": kind, "deleted": True}
        return reference

    def _computed(self, obj: Obj) -> Mapping[str, Callable[[World, Obj], Any]]:
        kind = obj.get("object")
        return self._includable.get(kind, {}) if isinstance(kind, str) else {}


def _cannot(path: str, advice: str = "") -> ParameterError:
    return ParameterError(f"This property cannot be expanded ({path}).{advice}")
