"""One engine for every resource that is created, read, changed and deleted in the plain way.

What a resource is comes from the SDK: fields and their defaults from its class, events from the
event types. It keeps what it is told and knows nothing of what the resource means: a stored
transfer moves no money. The billing room's own handlers come first wherever there are any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import ge, gt, le, lt
from typing import Any

from simulator.billing.call import Answer, Call, Embedded, Listing, addressed, refusal
from simulator.billing.timelines import time_of
from simulator.contract import NoSuchObject, object_schema
from simulator.contract.classes import Schema
from simulator.engine import Obj, World
from simulator.generic.defaults import Defaults
from simulator.generic.fitting import Fitting
from simulator.generic.happenings import told
from simulator.generic.prefixes import prefix_of
from simulator.generic.roles import Parent, Role, held_kinds
from simulator.generic.verbs import Move, states_of

PAGING = frozenset({"limit", "starting_after", "ending_before", "page"})
TOKENS: Mapping[str, str] = {"btok": "bank_account", "tok": "card", "src": "source"}
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


def create(role: Role, world: World, call: Call) -> Obj:
    above = _above(role.parent, world, call)
    kind = _kind_of_new(role, call.params)
    obj = _made(kind, world, call.params, above)
    obj = _claimed_id(world, obj, call.params)
    if above is not None:
        world.keep(obj["id"], above=above["id"])
    return world.insert(obj, *told(kind, ("created",)))


def retrieve(role: Role, world: World, call: Call) -> Obj:
    return _addressed(role, world, call)


def update(role: Role, world: World, call: Call) -> Obj:
    obj = _addressed(role, world, call)
    changes = _fitting(world, call).changes(obj["object"], call.params, obj)
    return _changed(world, obj, changes, ("updated",))


def delete(role: Role, world: World, call: Call) -> Obj:
    """Forget an object and answer with its stub; an object without one shows itself."""
    obj = _addressed(role, world, call)
    kind = obj["object"]
    world.remove(kind, obj["id"], *told(kind, ("deleted",)))
    if kind.startswith("v2."):
        return {"id": obj["id"], "object": kind}
    if "deleted" not in object_schema(kind).get("properties", {}):
        return obj
    return {"id": obj["id"], "object": kind, "deleted": True}


def index(role: Role, world: World, call: Call) -> Answer:
    """A list, with the filters that are named like fields of the objects."""
    above = _above(role.parent, world, call)
    filters = {name: value for name, value in call.params.items() if name not in PAGING}

    def keep(obj: Obj) -> bool:
        return _stands_under(world, obj, above) and _passes(obj, filters)

    if len(role.kinds) == 1:
        return Listing(role.kinds[0], keep=keep)
    return Embedded(tuple(filter(keep, _all(world, role.kinds))))


def act(role: Role, move: Move, world: World, call: Call) -> Obj:
    """Take an object to the state that the verb leads to, with the parameters as fields."""
    obj = _addressed(role, world, call)
    fitting = _fitting(world, call)
    schema = object_schema(obj["object"])
    changes = {
        **fitting.changes(obj["object"], call.params, obj),
        **move.changes(obj, schema, fitting.defaults),
    }
    return _changed(world, obj, changes, (*states_of(role.words[-1]), "updated"))


def settings(role: Role, world: World, call: Call) -> Obj:
    """An object without an id, of which an account (or a customer) has one."""
    above = _above(role.parent, world, call)
    kind = role.kinds[0]
    place = f"{above['id'] if above else world.account}/{kind}"
    fitting = _fitting(world, call)
    obj = world.kept(place).get("object") or _owned(
        fitting.defaults.object(kind), above, role.parent
    )
    changes = fitting.changes(kind, call.params, obj)
    changed: Obj = {**obj, **changes}
    if changes:
        world.keep(place, object=changed)
    return changed


def held(role: Role, world: World, call: Call) -> Obj | None:
    """The object that the path of a call names; None where Carom holds no objects of its kinds."""
    if not role.item or not held_kinds().issuperset(role.kinds):
        return None
    return _addressed(role, world, call)


def _made(kind: str, world: World, params: Mapping[str, Any], above: Obj | None) -> Obj:
    now = time_of(world, _customer(world, params, above))
    fitting = Fitting(world, Defaults(world.ids, now, world.settings))
    obj = {"id": None, **fitting.defaults.object(kind)}
    fields = object_schema(kind).get("properties", {})
    if not obj["id"]:  # a class may allow none, as that of tax calculations does
        obj["id"] = world.ids.new(prefix_of(kind))
    if above is not None:
        obj = _owned(obj, above, None)
    obj |= fitting.changes(kind, params, obj)
    return {**obj, **_type_by_details(fields, params), **_upload(kind, params)}


def _upload(kind: str, params: Mapping[str, Any]) -> Obj:
    """What is kept of an uploaded file."""
    sent = params.get("file")
    if kind != "file" or not isinstance(sent, dict):
        return {}
    name = str(sent.get("filename", ""))
    size = str(sent.get("size", ""))
    return {
        "filename": name,
        "size": int(size) if size.isdecimal() and len(size) < 19 else 0,
        "type": name.rpartition(".")[2] or None,
    }


def _type_by_details(fields: Mapping[str, Schema], params: Mapping[str, Any]) -> Obj:
    """`us_bank_account={...}` without a `type` means the type of that name."""
    options = fields.get("type", {}).get("x-enum", ())
    named = [name for name in params if name in options]
    return {"type": named[0]} if named and "type" not in params else {}


def _customer(world: World, params: Mapping[str, Any], above: Obj | None) -> Obj:
    """Whose clock a new object keeps to: that of the customer it is for."""
    if above is not None:
        return above
    named = params.get("customer")
    found = world.get("customer", named) if isinstance(named, str) else None
    return found or {}


def _owned(obj: Obj, above: Obj | None, parent: Parent | None) -> Obj:
    """The object with the reference to the one it stands under, where it has a field for it."""
    if above is None:
        return obj
    kind = above["object"].rpartition(".")[2]
    names = [kind, *([parent.name] if parent else ())]
    return {**obj, **{name: above["id"] for name in names if name in obj}}


def _kind_of_new(role: Role, params: Mapping[str, Any]) -> str:
    """Where one endpoint creates several kinds, the parameter's `object` or its token tells."""
    if len(role.kinds) == 1:
        return role.kinds[0]
    for value in params.values():
        if isinstance(value, dict) and value.get("object") in role.kinds:
            return str(value["object"])
        kind = TOKENS.get(value.partition("_")[0]) if isinstance(value, str) else None
        if kind in role.kinds:
            return kind
    return role.kinds[0]


def _claimed_id(world: World, obj: Obj, params: Mapping[str, Any]) -> Obj:
    """The id that the caller chose, as for coupons and products, unless it is taken."""
    chosen = params.get("id")
    if not isinstance(chosen, str) or not chosen:
        return obj
    if world.get(obj["object"], chosen) is not None:
        noun = obj["object"].rpartition(".")[2].replace("_", " ").capitalize()
        raise refusal(f"{noun} already exists.", param="id", code="resource_already_exists")
    return {**obj, "id": chosen}


def _changed(world: World, obj: Obj, changes: Obj, words: tuple[str, ...]) -> Obj:
    new = {name: value for name, value in changes.items() if obj.get(name) != value}
    if not new:
        return obj
    return world.change(obj["object"], obj["id"], new, *told(obj["object"], words))


def _fitting(world: World, call: Call) -> Fitting:
    now = time_of(world, _customer(world, call.params, None))
    return Fitting(world, Defaults(world.ids, now, world.settings))


def _addressed(role: Role, world: World, call: Call) -> Obj:
    """The object that the path names, under the object that the path names before it."""
    above = _above(role.parent, world, call)
    name = call.path[role.item]
    for kind in role.kinds:
        found = world.get(kind, name)
        if found is not None and _stands_under(world, found, above):
            return found
    raise NoSuchObject(role.kinds[0], name, role.item, in_path=True)


def _above(parent: Parent | None, world: World, call: Call) -> Obj | None:
    """The object under which a call's path stands; a 404 where Carom knows there is none."""
    if parent is None or not held_kinds().issuperset(parent.kinds):
        return None
    name = call.path[parent.name]
    for kind in parent.kinds:
        if (found := world.get(kind, name)) is not None:
            return found
    if parent.kinds == ("account",) and name == world.account:
        return {"id": name, "object": "account"}
    return addressed(world, parent.kinds[0], name, parent.name)


def _stands_under(world: World, obj: Obj, above: Obj | None) -> bool:
    if above is None:
        return True
    if (kept := world.kept(obj["id"]).get("above")) is not None:
        return bool(kept == above["id"])
    return bool(obj.get(above["object"].rpartition(".")[2], above["id"]) == above["id"])


def _all(world: World, kinds: tuple[str, ...]) -> Iterator[Obj]:
    for kind in kinds:
        yield from world.find(kind)


def _passes(obj: Obj, filters: Mapping[str, Any]) -> bool:
    return all(
        _matches(obj[name], wanted)
        for name, wanted in filters.items()
        if name in obj and wanted != ""
    )


def _matches(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and COMPARISONS.keys() >= wanted.keys():
        return isinstance(value, int) and all(
            COMPARISONS[name](value, bound) for name, bound in wanted.items()
        )
    if isinstance(wanted, list):
        return value in wanted or value == wanted
    return bool(value == wanted)
