"""Every endpoint of the installed SDK, as its service classes state them.

Each method of a service (`stripe.SubscriptionService.cancel`) holds one call of `self._request`
with the verb and the path template; its signature has the class of its parameters and its result.
Placeholders keep the names of the template: `/v1/payment_intents/{intent}`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from simulator.contract.source import Source, cached, installed, parsed

PLACEHOLDER = ""  # the trie's key for "any segment"; no segment of a path is empty
WRAPPERS = frozenset({"ListObject", "SearchResultObject"})
REQUESTS = frozenset({"_request", "_request_stream"})


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    `params` names the class of its parameters as `module:Class`, null where it takes none;
    `result` is the annotation of what it returns (`Customer`, `ListObject[Customer]`), `classes`
    are the classes it names (`stripe._customer:Customer`).
    """

    method: str
    path: str
    params: str | None
    result: str
    classes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def key(self) -> str:
        """How handlers are registered: `POST /v1/customers/{customer}`."""
        return f"{self.method} {self.path}"


class Node:
    """One segment of the trie of paths."""

    __slots__ = ("children", "routes")

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.routes: dict[str, tuple[Route, tuple[str, ...]]] = {}


class RouteTable:
    """Finds the route of a request. A literal segment wins over a placeholder."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._root = Node()
        for route in self.routes:
            self._add(route)

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route and the values of its placeholders, percent-decoded, or None.

        `path` is the raw path of the request line, without the query.
        """
        for node, values in self._nodes(self._root, path.split("/")[1:], ()):
            if (found := node.routes.get(method)) is not None:
                route, names = found
                return route, dict(zip(names, values, strict=True))
        return None

    def knows_path(self, path: str) -> bool:
        """Whether any method has this path."""
        return any(node.routes for node, _ in self._nodes(self._root, path.split("/")[1:], ()))

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for segment in route.path.split("/")[1:]:
            key = segment
            if segment.startswith("{"):
                names.append(segment[1:-1])
                key = PLACEHOLDER
            node = node.children.setdefault(key, Node())
        node.routes.setdefault(route.method, (route, tuple(names)))

    def _nodes(
        self, node: Node, segments: list[str], values: tuple[str, ...]
    ) -> Iterator[tuple[Node, tuple[str, ...]]]:
        if not segments:
            yield node, values
            return
        segment, rest = segments[0], segments[1:]
        if not segment:
            return
        if (literal := node.children.get(segment)) is not None:
            yield from self._nodes(literal, rest, values)
        if (placeholder := node.children.get(PLACEHOLDER)) is not None:
            yield from self._nodes(placeholder, rest, (*values, unquote(segment)))


@cache
def route_table() -> RouteTable:
    """The routes of the installed SDK."""
    return load(installed())


def load(source: Source, folder: Path | None = None) -> RouteTable:
    """The routes of an SDK; `folder` is where they are kept between runs."""
    return cached(
        source,
        lambda: RouteTable(read(source)),
        lambda table: [astuple(route) for route in table.routes],
        lambda rows: RouteTable(map(_restored, rows)),
        folder,
    )


def _restored(row: list[Any]) -> Route:
    return Route(row[0], row[1], row[2], row[3], tuple(row[4]))


def read(source: Source) -> list[Route]:
    """All routes of an SDK in the order of their paths; of two for the same endpoint the first."""
    found: dict[tuple[str, str], Route] = {}
    for path in source.services():
        module = parsed(path)
        names = dict(imported(module))
        for method in _methods(module):
            if (route := _route(method, names)) is not None:
                found.setdefault((route.path, route.method), route)
    return [route for _, route in sorted(found.items())]


def imported(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Names that the module imports for its annotations, and from where."""
    for statement in ast.walk(module):
        if isinstance(statement, ast.ImportFrom) and statement.module is not None:
            for alias in statement.names:
                yield alias.asname or alias.name, f"{statement.module}:{alias.name}"


def _methods(module: ast.Module) -> Iterator[ast.FunctionDef]:
    for statement in module.body:
        if isinstance(statement, ast.ClassDef):
            yield from (item for item in statement.body if isinstance(item, ast.FunctionDef))


def _route(method: ast.FunctionDef, names: Mapping[str, str]) -> Route | None:
    for node in ast.walk(method):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=attribute), args=[ast.Constant(str(verb)), target, *_]
            ) if attribute in REQUESTS:
                template = _template(target)
                if template is not None:
                    params = names.get(_params(method))
                    result = _result(method)
                    return Route(
                        verb.upper(), template, params, result, tuple(_named(result, names))
                    )
    return None


def _named(result: str, names: Mapping[str, str]) -> Iterator[str]:
    for word in re.findall(r"\w+", result):
        if word not in WRAPPERS and names.get(word, "").startswith("stripe."):
            yield names[word]


def _template(target: ast.expr) -> str | None:
    match target:
        case ast.Constant(str(path)):
            return path
        case ast.Call(func=ast.Attribute(value=ast.Constant(str(path)), attr="format")):
            return path
    return None


def _params(method: ast.FunctionDef) -> str:
    """The class of the argument `params`: `"SubscriptionCancelParams"` inside its annotation."""
    arguments: list[Any] = [*method.args.posonlyargs, *method.args.args]
    for argument in arguments:
        if argument.arg == "params" and argument.annotation is not None:
            for node in ast.walk(argument.annotation):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    return node.value
    return ""


def _result(method: ast.FunctionDef) -> str:
    returned = method.returns
    if isinstance(returned, ast.Constant):
        return str(returned.value)
    return ast.unparse(returned) if returned is not None else ""
