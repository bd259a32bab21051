"""The page at /_carom/docs: the OpenAPI description as plain HTML.

FastAPI's own page loads its script from the network; Carom works without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

_TEMPLATES = Environment(
    loader=PackageLoader("simulator.control"), autoescape=select_autoescape(), trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body or an answer."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One route, as the page shows it."""

    method: str
    path: str
    tag: str
    description: str
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]


def documentation_page(openapi: Mapping[str, Any]) -> str:
    """HTML of the description."""
    template = _TEMPLATES.get_template("documentation.html")
    return template.render(title=openapi["info"]["title"], operations=list(_operations(openapi)))


def _operations(openapi: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in openapi["paths"].items():
        for method, about in methods.items():
            parameters = tuple(
                Field(
                    parameter["name"],
                    _type(parameter["schema"]),
                    parameter["required"],
                    parameter.get("description", ""),
                )
                for parameter in about.get("parameters", ())
            )
            body = about.get("requestBody", {}).get("content", {})
            result = about["responses"]["200"].get("content", {})
            yield Operation(
                method.upper(),
                path,
                about["tags"][0],
                about.get("description", ""),
                parameters + _fields(openapi, body.get("application/json", {}).get("schema", {})),
                _fields(openapi, result.get("application/json", {}).get("schema", {})),
            )


def _fields(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Field, ...]:
    whole = _resolved(openapi, schema)
    return tuple(
        Field(name, _type(about), name in whole.get("required", ()), about.get("description", ""))
        for name, about in whole.get("properties", {}).items()
    )


def _resolved(openapi: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference points to; of a body that may be left out, the body."""
    for option in schema.get("anyOf", ()):
        if "$ref" in option:
            return _resolved(openapi, option)
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = openapi["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: `integer or null`, `held | prompt`, `list of Delivery`."""
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1]).removesuffix("Shape")
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", "any"))
