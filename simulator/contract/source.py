"""Where the contract comes from: the source of the installed `stripe` package.

The package is found and read as text and never imported, because importing its services costs a
second and more. What was read of it is kept on disk, one file for each version of the SDK.
"""

from __future__ import annotations

import ast
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import orjson

T = TypeVar("T")

SCHEMA_FORMAT = 3  # grows when the shape of what is kept on disk changes


class SdkNotFound(RuntimeError):
    """The `stripe` package is not installed where Carom runs."""


@dataclass(frozen=True, slots=True)
class Source:
    """The `stripe` package on disk: the folder that holds it, and its version (`16.1.0`)."""

    folder: Path
    version: str

    def services(self) -> Iterator[Path]:
        """The modules of the services, in a stable order; each states some endpoints."""
        yield from sorted(self.folder.rglob("*_service.py"))

    def resources(self) -> Iterator[Path]:
        """The modules of the objects that the API answers with, in a stable order."""
        for path in sorted(self.folder.rglob("_*.py")):
            apart = {"params", "events"} & set(path.relative_to(self.folder).parts)
            if not apart and not path.name.endswith("_service.py"):
                yield path

    def events(self) -> Iterator[Path]:
        """The modules of the events, each of which names the object that it is about."""
        yield from sorted((self.folder / "events").glob("_v*_event.py"))

    def name_of(self, path: Path) -> str:
        """The dotted name of a module: `stripe.billing_portal._session`."""
        return ".".join(("stripe", *path.relative_to(self.folder).with_suffix("").parts))

    def module(self, name: str) -> ast.Module:
        """The parsed module of a dotted name: `stripe.params._customer_create_params`."""
        relative = Path(*name.split(".")[1:]).with_suffix(".py")
        return parsed(self.folder / relative)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def installed() -> Source:
    """The `stripe` package of this interpreter, or `SdkNotFound`."""
    spec = find_spec("stripe")
    if spec is None or spec.origin is None:
        raise SdkNotFound(
            "Carom reads Stripe's contract from the stripe package: pip install stripe"
        )
    folder = Path(spec.origin).parent
    for statement in parsed(folder / "_version.py").body:
        match statement:
            case ast.Assign(targets=[ast.Name("VERSION")], value=ast.Constant(str(version))):
                return Source(folder, version)
    raise SdkNotFound(f"{folder / '_version.py'} states no VERSION: is this Stripe's own package?")


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/carom`, or `~/.cache/carom`."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "carom"


def cached(
    source: Source,
    build: Callable[[], T],
    keep: Callable[[T], Any],
    restore: Callable[[Any], T],
    folder: Path | None = None,
    name: str = "contract",
) -> T:
    """What `build` makes, or what an earlier run left of it on disk as JSON.

    A file that is missing or broken is made anew; a disk that cannot be written is no obstacle.
    """
    path = (folder or cache_folder()) / f"{name}-{source.version}-{SCHEMA_FORMAT}.json"
    try:
        return restore(orjson.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, LookupError):
        value = build()
        _write(path, orjson.dumps(keep(value)))
        return value


def _write(path: Path, content: bytes) -> None:
    """Write beside and rename, so that no reader ever sees half a file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    except OSError:
        return
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(beside, path)
    except OSError:
        Path(beside).unlink(missing_ok=True)
