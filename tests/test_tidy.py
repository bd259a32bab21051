"""The house rules that a reader can feel: small modules, small functions, names that say something.

And the two that determinism rests on: the engine and billing read no wall clock and draw no lots.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("simulator", "harness", "scenarios", "reference_app")
PURE = ("simulator/engine", "simulator/billing")
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 60
SAYS_NOTHING = {"utils", "helpers", "models", "common", "manager", "util", "misc"}
FORBIDDEN_MODULES = {
    "asyncio",
    "os",
    "random",
    "requests",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
    "uuid",
    "httpx",
}
FORBIDDEN_CALLS = {"now", "today", "utcnow", "open", "print", "input"}
SEEDED = {"simulator/engine/ids.py": {"random"}}
"""Where a forbidden module is the point: ids come from a generator with the World's own seed."""


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def is_table(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it does nothing but return one literal: the default body of an object."""
    body = [s for s in function.body if not isinstance(s, ast.Expr)]
    return (
        len(body) == 1 and isinstance(body[0], ast.Return) and isinstance(body[0].value, ast.Dict)
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_can_be_read_in_one_sitting(package: str) -> None:
    sizes = {shown(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules(package)}
    assert {name: n for name, n in sizes.items() if n > MOST_LINES_OF_A_MODULE} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_fit_on_a_screen(package: str) -> None:
    long = {
        f"{shown(path)}:{function.name}": length(function)
        for path in modules(package)
        for function in functions(path)
        if length(function) > MOST_LINES_OF_A_FUNCTION and not is_table(function)
    }
    assert long == {}


def test_modules_are_named_by_what_they_hold() -> None:
    found = [shown(p) for p in modules(*PACKAGES, "tests") if p.stem in SAYS_NOTHING]
    assert found == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    found = [
        f"{shown(path)}:{number}"
        for path in modules(*PACKAGES, "tests")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marks.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("folder", PURE)
def test_engine_and_billing_read_no_wall_clock_and_draw_no_lots(folder: str) -> None:
    found = [
        f"{shown(path)}:{line} {what}"
        for path in modules(folder)
        for line, what in impurities(path)
        if what not in SEEDED.get(shown(path), ())
    ]
    assert found == []


def impurities(path: Path) -> Iterator[tuple[int, str]]:
    """Imports of clocks, chance and I/O, and calls of what reads or writes outside."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if alias.name.partition(".")[0] in FORBIDDEN_MODULES:
                        yield node.lineno, alias.name
            case ast.ImportFrom(module=str(name)) if name.partition(".")[0] in FORBIDDEN_MODULES:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
                yield node.lineno, name
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="datetime" | "date"), attr=name)
            ) if name in FORBIDDEN_CALLS:
                yield node.lineno, name


@pytest.mark.parametrize("folder", PURE)
def test_nothing_iterates_over_a_set_that_could_reach_the_wire(folder: str) -> None:
    """The order of a set of strings differs from run to run; sort it first."""
    found = [
        f"{shown(path)}:{node.iter.lineno}"
        for path in modules(folder)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.For | ast.comprehension) and is_set(node.iter)
    ]
    assert found == []


def is_set(node: ast.expr) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.BinOp(left=ast.Call(func=ast.Attribute(attr="keys"))):
            return True
    return False
