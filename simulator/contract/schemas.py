"""The schemas of all objects and the objects of all event types, made once for each SDK version.

An object goes by its wire name (`subscription`, `billing_portal.session`, `v2.core.account`); a
class that has none, such as v2's `Amount`, goes by its place in the package. What an event is
about is what its notification class fetches (`stripe/events/`).
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulator.contract.classes import BASE, ClassReader, Schema
from simulator.contract.routes import WRAPPERS, imported
from simulator.contract.source import Source, cached, installed, parsed

DELETED = "stripe.v2._deleted_object:DeletedObject"  # has no wire name: it stands for any object
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Schemas:
    """`objects`: the schema of each kind. `classes`: its kind by `stripe._customer:Customer`.

    `subjects`: the kind that an event type is about; `event_types`: all types of snapshot events.
    """

    objects: Mapping[str, Schema]
    classes: Mapping[str, str]
    subjects: Mapping[str, str]
    event_types: tuple[str, ...]

    def kept(self) -> list[object]:
        """As JSON."""
        return [self.objects, self.classes, self.subjects, self.event_types]


@cache
def schemas() -> Schemas:
    """The schemas of the installed SDK."""
    return load(installed())


def load(source: Source, folder: Path | None = None) -> Schemas:
    """The schemas of an SDK; `folder` is where they are kept between runs."""
    return cached(
        source,
        lambda: Library(source).read(),
        Schemas.kept,
        lambda rows: Schemas(rows[0], rows[1], rows[2], tuple(rows[3])),
        folder,
        name="schemas",
    )


class Library:
    """All classes of an SDK while their schemas are made."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._modules = {source.name_of(path): parsed(path) for path in source.resources()}
        self._kinds: dict[str, str] = {}
        for name, module in self._modules.items():
            for definition in _classes(module):
                self._kinds[f"{name}:{definition.name}"] = _kind(definition, name)

    def read(self) -> Schemas:
        """Every class that has a wire name, and every one that those refer to."""
        waiting = [place for place, kind in self._kinds.items() if ":" not in kind]
        waiting.append(DELETED)
        found: dict[str, Schema] = {}
        known: dict[str, str] = {}
        while waiting:
            place = waiting.pop()
            if place not in known:
                kind = known[place] = self._kinds[place]
                found[kind] = self._schema(place, kind, waiting)
        types = tuple(sorted(found["event"]["properties"]["type"]["enum"]))
        told = dict(self._subjects())
        subjects = {each: told.get(each) or subject_by_name(each, found) for each in types}
        return Schemas(found, known, {each: kind for each, kind in subjects.items() if kind}, types)

    def _schema(self, place: str, kind: str, referred: list[str]) -> Schema:
        """The schema of a class; the classes that it refers to are noted in `referred`."""
        module_name, _, name = place.partition(":")
        module = self._modules[module_name]
        names = dict(imported(module))

        def resolve(word: str) -> str:
            other = names.get(word) or f"{module_name}:{word}"
            referred.append(other)
            return self._kinds[other]

        reader = ClassReader(resolve, v2=module_name.startswith("stripe.v2."))
        definition = next(each for each in _classes(module) if each.name == name)
        schema = reader.read(definition, {})
        return {"$schema": DIALECT, "$id": BASE + kind, "title": name, **schema}

    def _subjects(self) -> Iterator[tuple[str, str]]:
        for path in self._source.events():
            module = parsed(path)
            names = dict(imported(module))
            for definition in _classes(module):
                event_type = _string(definition, "LOOKUP_TYPE")
                subject = names.get(_fetched(definition))
                if event_type is not None and subject in self._kinds:
                    yield event_type.removeprefix("v1."), self._kinds[subject]


def subject_by_name(event_type: str, kinds: Container[str]) -> str | None:
    """What an event without a notification class is about.

    `treasury.outbound_payment.posted` is about a `treasury.outbound_payment`, `invoice.upcoming`
    about an `invoice`. Null where that is not plain: a `customer.source` may be of several kinds.
    """
    *words, _ = event_type.split(".")
    candidates = (".".join(words), "_".join(words), words[-1])
    return next((kind for kind in candidates if kind in kinds), None)


def _classes(module: ast.Module) -> Iterator[ast.ClassDef]:
    for item in module.body:
        if isinstance(item, ast.ClassDef) and item.name not in WRAPPERS:
            yield item


def _kind(definition: ast.ClassDef, module: str) -> str:
    return _string(definition, "OBJECT_NAME") or f"{module}:{definition.name}"


def _string(definition: ast.ClassDef, name: str) -> str | None:
    """The value of a class constant, annotated or not."""
    for item in definition.body:
        match item:
            case (
                ast.Assign(targets=[ast.Name(target)], value=ast.Constant(str(text)))
                | ast.AnnAssign(target=ast.Name(target), value=ast.Constant(str(text)))
            ) if target == name:
                return text
    return None


def _fetched(definition: ast.ClassDef) -> str:
    """The class that a notification's `fetch_related_object` gives."""
    for item in definition.body:
        match item:
            case ast.FunctionDef(name="fetch_related_object", returns=ast.Constant(str(name))):
                return name
    return ""
