"""The parameters of an endpoint, read from the TypedDict that the SDK states for them.

`stripe/params/**` has one module for each endpoint: required and optional keys, nested hashes,
lists, maps and enumerations. An enumeration is written `Literal[...]|str` there, so that newer
values type-check; Stripe itself refuses values outside it, and so do we. `Literal['']` means that
the parameter can be unset with an empty string.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from simulator.contract.routes import Route, imported
from simulator.contract.shapes import (
    Anything,
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
    Text,
)
from simulator.contract.source import Source, installed

SCALARS: dict[str, Shape] = {
    "bool": Boolean(),
    "int": Integer(),
    "float": Number(),
    "Decimal": DecimalText(),
    "str": Text(),
}
EXPAND = Slot(Items(Slot(Text())), unset=True)  # every v1 endpoint takes it
PAGE = Slot(Text())  # in the addresses of the next pages of v2 lists
UNSETTABLE = frozenset({"metadata"})  # `metadata=` empties it, also where the SDK does not say so
CUSTOMER_TEXTS = frozenset({"description", "email", "name", "phone"})
UNSETTABLE_IN_ROUTES = {  # Stripe takes `name=` here; the SDK does not say so
    "POST /v1/customers": CUSTOMER_TEXTS,
    "POST /v1/customers/{customer}": CUSTOMER_TEXTS,
    "POST /v1/subscriptions/{subscription_exposed_id}": frozenset({"default_payment_method"}),
}

# Taken by Stripe, and sent by clients that are older than `items`; the SDK does not state them.
ONLY_ITEM = {"plan": Slot(Text()), "quantity": Slot(Integer())}
UNSTATED_IN_ROUTES = {
    "POST /v1/subscriptions/{subscription_exposed_id}": ONLY_ITEM,
}


@cache
def parameters(route: Route) -> Fields:
    """The parameters of a route of the installed SDK."""
    return read(route, installed())


def read(route: Route, source: Source) -> Fields:
    """The parameters of a route; only `expand` where it states none."""
    everywhere = {"expand": EXPAND}
    if route.path.startswith("/v2/"):
        everywhere = {"page": PAGE} if route.result.startswith("ListObject[") else {}
    if route.params is None:
        return Fields(everywhere)
    module, _, name = route.params.partition(":")
    fields = Reader(source.module(module), source).fields(name)
    slots = {**everywhere, **fields.slots, **UNSTATED_IN_ROUTES.get(route.key, {})}
    for key in UNSETTABLE_IN_ROUTES.get(route.key, ()):
        slots[key] = Slot(slots[key].shape, unset=True)
    return Fields(slots, fields.required)


class Reader:
    """Reads the classes of one module into shapes, with those it imports (v2's `AmountParam`)."""

    def __init__(self, module: ast.Module, source: Source) -> None:
        self._source = source
        self._elsewhere = dict(imported(module))
        self._classes: dict[str, ast.ClassDef] = {}
        self._functional: dict[str, ast.Dict] = {}
        for statement in module.body:
            match statement:
                case ast.ClassDef(name=name):
                    self._classes[name] = statement
                case ast.Assign(
                    targets=[ast.Name(name)],
                    value=ast.Call(func=ast.Name("TypedDict"), args=[_, ast.Dict() as items]),
                ):
                    self._functional[name] = items
        self._read: dict[str, Fields] = {}

    def fields(self, name: str) -> Fields:
        """The shape of a TypedDict, with those it extends in this module."""
        if name not in self._read:
            annotations = dict(self._annotations(name))
            slots = {key: self._slot(key, node) for key, node in annotations.items()}
            required = tuple(key for key, node in annotations.items() if not _optional(node))
            self._read[name] = Fields(slots, required)
        return self._read[name]

    def _annotations(self, name: str) -> Iterator[tuple[str, ast.expr]]:
        if (functional := self._functional.get(name)) is not None:
            for key, node in zip(functional.keys, functional.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), node
        elif (definition := self._classes.get(name)) is not None:
            for base in definition.bases:
                if isinstance(base, ast.Name):
                    yield from self._annotations(base.id)
            for item in definition.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                    yield item.target.id, item.annotation

    def _slot(self, key: str, node: ast.expr) -> Slot:
        members = list(_members(node))
        options = [option for member in members for option in _options(member)]
        unset = "" in options or key in UNSETTABLE or any(_is_none(member) for member in members)
        shapes: list[Shape] = []
        if chosen := tuple(option for option in options if option):
            shapes.append(Choice(chosen))
        for member in members:
            shape = self._shape(key, member)
            if shape is not None and not (chosen and isinstance(shape, Text)):
                shapes.append(shape)
        return Slot(_one_of(shapes), unset)

    def _shape(self, key: str, node: ast.expr) -> Shape | None:
        match node:
            case ast.Name("Any"):
                return Anything()
            case ast.Name(name) if name in SCALARS:
                return SCALARS[name]
            case ast.Name(name) if name in self._classes:
                return self.fields(name)
            case ast.Name(name) if self._elsewhere.get(name, "").startswith("stripe."):
                module, _, _ = self._elsewhere[name].partition(":")
                return Reader(self._source.module(module), self._source).fields(name)
            case ast.Subscript(value=ast.Name("List"), slice=item):
                return Items(self._slot("", item))
            case ast.Subscript(value=ast.Name("Dict"), slice=ast.Tuple(elts=[_, item])):
                return Metadata() if key == "metadata" else Map(self._slot("", item))
        return None


def _optional(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and _head(node) == "NotRequired"


def _head(node: ast.Subscript) -> str:
    return node.value.id if isinstance(node.value, ast.Name) else ""


def _members(node: ast.expr) -> Iterator[ast.expr]:
    """The alternatives of an annotation, without `NotRequired`, `Optional`, `Union` and quotes."""
    match node:
        case ast.Constant(str(text)):
            yield from _members(ast.parse(text, mode="eval").body)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _members(left)
            yield from _members(right)
        case ast.Subscript(value=ast.Name("Union"), slice=ast.Tuple(elts=alternatives)):
            for alternative in alternatives:
                yield from _members(alternative)
        case ast.Subscript(value=ast.Name("NotRequired"), slice=inner):
            yield from _members(inner)
        case ast.Subscript(value=ast.Name("Optional"), slice=inner):
            yield from _members(inner)
            yield ast.Constant(None)
        case _:
            yield node


def _options(node: ast.expr) -> Iterator[str]:
    """The values of a `Literal[...]`."""
    if isinstance(node, ast.Subscript) and _head(node) == "Literal":
        listed = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for value in listed:
            if isinstance(value, ast.Constant):
                yield str(value.value)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _one_of(shapes: list[Shape]) -> Shape:
    """One shape for all. Numbers come before enumerations, so that theirs is the refusal."""
    if len(shapes) == 1:
        return shapes[0]
    if not shapes:
        return Choice(())
    composites = tuple(
        shape for shape in shapes if isinstance(shape, Fields | Items | Map | Metadata)
    )
    scalars = [shape for shape in shapes if shape not in composites]
    scalars.sort(key=lambda shape: isinstance(shape, Text) + isinstance(shape, Choice | Text))
    return OneOf(tuple(scalars), composites)
