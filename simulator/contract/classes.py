"""The objects of the SDK as JSON Schemas (draft 2020-12), read from its resource classes.

`class Subscription` of `stripe/_subscription.py` states each field with its type, enumerations and
nullability. Three rules turn an annotation into a schema: `Optional[X]` may be null or absent and
all else must be there; `Union[Literal[...], str]` is open, because newer values are no fault, and
keeps its values as `x-enum`; `ExpandableField[X]` is an id or the object, with the kinds in
`x-expandable`. `format` is `date-time` (v2) or `unix-time` where the field is a time by its name or
its documentation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = "dict[str, Any]"
Resolve: TypeAlias = Callable[[str], str]
"""A name that a module imports -> the schema's name (`subscription`)."""

BASE = "urn:carom:"
SCALARS: Mapping[str, Schema] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "str": {"type": "string"},
    "Decimal": {"type": "string", "format": "decimal"},  # on the wire a decimal is text
}
ENCODED: Mapping[str, Schema] = {
    "int64_string": {"type": "string", "format": "int64"},
    "decimal_string": {"type": "string", "format": "decimal"},
}
LISTS_OF_V1: Mapping[str, str] = {"ListObject": "list", "SearchResultObject": "search_result"}
UNIX_TIME = re.compile(r"unix (epoch|timestamp)|timestamp|^time at which", re.IGNORECASE)
RFC_3339 = re.compile(r"RFC ?3339|^time at which", re.IGNORECASE)


class ClassReader:
    """Reads one class, with the classes inside it, into a schema."""

    def __init__(self, resolve: Resolve, *, v2: bool) -> None:
        self._resolve = resolve
        self._v2 = v2

    def read(self, definition: ast.ClassDef, outer: Mapping[str, ast.ClassDef]) -> Schema:
        """The schema of a class; `outer` are the classes whose names it can see."""
        inner = {item.name: item for item in definition.body if isinstance(item, ast.ClassDef)}
        seen = {**outer, **inner}
        encodings = _table(definition, "_field_encodings")
        remapped = _table(definition, "_field_remappings")
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for field, annotation, words in _fields(definition):
            name = remapped.get(field, field)
            encoding = encodings.get(field)
            schema = self.annotated(annotation, seen, encoding)
            properties[name] = self._timed(schema, name, words)
            if not _is_optional(annotation):
                required.append(name)
        return _object(properties, required)

    def annotated(
        self, node: ast.expr, seen: Mapping[str, ast.ClassDef], encoding: str | None = None
    ) -> Schema:
        """The schema of an annotation."""
        members = list(members_of(node))
        nullable = any(_is_none(member) for member in members)
        members = [member for member in members if not _is_none(member)]
        options = [value for member in members for value in _literals(member)]
        types = [member for member in members if not list(_literals(member))]
        if options:
            schema = _enumeration(options, is_open=bool(types))
        elif encoding is not None and not isinstance(types[0], ast.Subscript):
            schema = dict(ENCODED[encoding])
        elif len(types) == 1:
            schema = self._one(types[0], seen, encoding)
        else:
            schema = self._union(types, seen)
        return _nullable(schema) if nullable else schema

    def _one(
        self, node: ast.expr, seen: Mapping[str, ast.ClassDef], encoding: str | None
    ) -> Schema:
        match node:
            case ast.Name("Any") | ast.Constant("Any"):
                return {}
            case ast.Name("UntypedStripeObject" | "StripeObject" | "Dict"):
                return {"type": "object"}
            case ast.Name(name) | ast.Constant(str(name)):
                return self._named(name, seen)
            case ast.Subscript(value=ast.Name("List"), slice=item):
                return {"type": "array", "items": self.annotated(item, seen, encoding)}
            case ast.Subscript(value=ast.Name("ExpandableField"), slice=item):
                return _expandable(self.annotated(item, seen))
            case ast.Subscript(value=ast.Name("UntypedStripeObject"), slice=item):
                return {
                    "type": "object",
                    "additionalProperties": self.annotated(item, seen, encoding),
                }
            case ast.Subscript(value=ast.Name("Dict"), slice=ast.Tuple(elts=[_, item])):
                return {"type": "object", "additionalProperties": self.annotated(item, seen)}
            case ast.Subscript(value=ast.Name(name), slice=item) if name in LISTS_OF_V1:
                return page_of(name, self.annotated(item, seen), v2=self._v2)
        raise NotImplementedError(f"an annotation that Carom cannot read: {ast.unparse(node)}")

    def _named(self, name: str, seen: Mapping[str, ast.ClassDef]) -> Schema:
        if name in SCALARS:
            return dict(SCALARS[name])
        if name in seen:
            return self.read(seen[name], seen)
        return reference(self._resolve(name))

    def _union(self, types: list[ast.expr], seen: Mapping[str, ast.ClassDef]) -> Schema:
        """An id or an object, one of several objects, or whatever else."""
        schemas = [self._one(each, seen, None) for each in types]
        kinds = [schema["$ref"].removeprefix(BASE) for schema in schemas if "$ref" in schema]
        if len(kinds) == len(schemas):
            return either(kinds)
        return {"anyOf": schemas}

    def _timed(self, schema: Schema, name: str, words: str) -> Schema:
        types = schema.get("type")
        of = types[0] if isinstance(types, list) else types
        if "x-enum" in schema:
            return schema
        named = name.endswith("_at") or name in ("created", "updated")
        if of == "integer" and (named or UNIX_TIME.search(words)):
            return {**schema, "format": "unix-time"}
        if self._v2 and of == "string" and (named or RFC_3339.search(words)):
            return {**schema, "format": "date-time"}
        return schema


def reference(kind: str) -> Schema:
    return {"$ref": BASE + kind}


def either(kinds: list[str]) -> Schema:
    """One of several objects, told apart by `object`, so that a fault is found in the right one."""
    if len(kinds) == 1:
        return reference(kinds[0])
    return {
        "type": "object",
        "properties": {"object": {"enum": kinds}},
        "required": ["object"],
        "allOf": [
            {"if": {"properties": {"object": {"const": kind}}}, "then": reference(kind)}
            for kind in kinds
        ],
        "x-either": kinds,
    }


def page_of(name: str, item: Schema, *, v2: bool) -> Schema:
    """A page of a list or of search results. `name` is the SDK's class: `ListObject`."""
    data: Schema = {"type": "array", "items": item}
    if v2:
        url: Schema = {"type": ["string", "null"]}
        return _object(
            {"data": data, "next_page_url": url, "previous_page_url": url},
            ["data", "next_page_url", "previous_page_url"],
        )
    properties: dict[str, Schema] = {
        "object": {"const": LISTS_OF_V1[name]},
        "data": data,
        "has_more": {"type": "boolean"},
        "url": {"type": "string"},
        "total_count": {"type": "integer"},
    }
    required = ["object", "data", "has_more", "url"]
    if name == "SearchResultObject":
        properties["next_page"] = {"type": ["string", "null"]}
    return _object(properties, required)


def members_of(node: ast.expr) -> Iterator[ast.expr]:
    """The alternatives of an annotation, without `Optional`, `Union` and quotes."""
    match node:
        case ast.Constant(str(text)):
            yield from members_of(ast.parse(text, mode="eval").body)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from members_of(left)
            yield from members_of(right)
        case ast.Subscript(value=ast.Name("Union"), slice=ast.Tuple(elts=alternatives)):
            for alternative in alternatives:
                yield from members_of(alternative)
        case ast.Subscript(value=ast.Name("Optional"), slice=inner):
            yield from members_of(inner)
            yield ast.Constant(None)
        case _:
            yield node


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    """A hash; where it has `deleted`, a stub of three fields stands for one that is gone."""
    schema: Schema = {"type": "object", "properties": properties}
    if "deleted" in properties and "object" in properties:
        gone = {"properties": {"deleted": {"const": True}}, "required": ["deleted"]}
        stub = [name for name in ("id", "object") if name in properties]
        schema |= {"if": gone, "then": {"required": stub}, "else": {"required": required}}
    elif required:
        schema["required"] = required
    return schema


def _enumeration(options: list[Any], *, is_open: bool) -> Schema:
    if is_open:
        return {"type": "string", "x-enum": options}
    return {"const": options[0]} if len(options) == 1 else {"enum": options}


def _expandable(full: Schema) -> Schema:
    kinds = [full["$ref"].removeprefix(BASE)] if "$ref" in full else full.get("x-either", [])
    return {
        "type": ["string", "object"],
        "if": {"type": "object"},
        "then": full,
        "x-expandable": kinds,
    }


def _nullable(schema: Schema) -> Schema:
    if "const" in schema:
        return {"enum": [schema["const"], None]}
    if "enum" in schema:
        return {"enum": [*schema["enum"], None]}
    if "$ref" in schema or "x-either" in schema:
        return {"type": ["object", "null"], "if": {"type": "object"}, "then": schema}
    if "anyOf" in schema:
        return {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "type" not in schema:
        return schema
    types = schema["type"]
    types = types if isinstance(types, list) else [types]
    if "if" in schema and "x-expandable" not in schema:
        return {"type": [*types, "null"], "if": {"type": "object"}, "then": schema}
    return {**schema, "type": [*types, "null"]}


def _fields(definition: ast.ClassDef) -> Iterator[tuple[str, ast.expr, str]]:
    """Name, annotation and documentation of each field of a class."""
    body = definition.body
    for index, item in enumerate(body):
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            name = item.target.id
            if name != "OBJECT_NAME" and not name.startswith("_"):
                yield name, item.annotation, _words(body[index + 1 : index + 2])


def _words(following: list[ast.stmt]) -> str:
    match following:
        case [ast.Expr(value=ast.Constant(str(words)))]:
            return words.strip()
    return ""


def _table(definition: ast.ClassDef, name: str) -> dict[str, str]:
    """`_field_encodings` and the like: what an encoding is of a list, it is of its items."""
    for item in definition.body:
        match item:
            case ast.Assign(targets=[ast.Name(target)], value=ast.Dict() as table) if (
                target == name
            ):
                return {
                    str(ast.literal_eval(key)): str(ast.literal_eval(value))
                    for key, value in zip(table.keys, table.values, strict=True)
                    if key is not None
                }
    return {}


def _literals(node: ast.expr) -> Iterator[Any]:
    match node:
        case ast.Subscript(value=ast.Name("Literal"), slice=ast.Tuple(elts=values)):
            yield from (ast.literal_eval(value) for value in values)
        case ast.Subscript(value=ast.Name("Literal"), slice=value):
            yield ast.literal_eval(value)


def _is_optional(node: ast.expr) -> bool:
    return any(_is_none(member) for member in members_of(node))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
