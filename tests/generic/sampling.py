"""Parameters made from their schema: what is required, of the right types, naming what exists."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

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
)

TEXTS = {
    "card": "tok_visa",
    "country": "US",
    "currency": "usd",
    "email": "jenny@example.com",
    "external_account": "btok_us_verified",
    "from_date": "2026-01-01",
    "id": "chosen",
    "interval": "month",
    "phone": "+15555550123",
    "query": "created>0",
    "source": "tok_visa",
}
ENDINGS = {
    "url": "https://example.com/",
    "date": "2026-01-01",
    "amount": "100",
    "_at": "2026-01-01T00:00:00.000Z",
}


class Sampler:
    """Makes parameters; `made` are the ids of the objects that there are, by wire name."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def parameters(self, fields: Fields) -> dict[str, Any]:
        """The required parameters of an endpoint, as a form's texts, lists and hashes."""
        return {name: self.value(fields.slots[name].shape, name) for name in fields.required}

    def hash(self, fields: Fields) -> dict[str, Any]:
        """A hash that is there: one without required keys gets its first."""
        names = fields.required or tuple(fields.slots)[:1]
        return {name: self.value(fields.slots[name].shape, name) for name in names}

    def value(self, shape: Shape, name: str) -> Any:
        match shape:
            case Fields():
                return self.hash(shape)
            case Items():
                return [self.value(shape.of.shape, name.removesuffix("s"))]
            case Map():
                return {"usd": self.value(shape.of.shape, name)}
            case Metadata():
                return {"key": "value"}
            case Choice():
                return shape.options[0] if shape.options else ""
            case Boolean():
                return "true"
            case Integer() | Number():
                return "1000" if "amount" in name or name == "value" else "1"
            case DecimalText():
                return "1.5"
            case Anything():
                return {"filename": "file.pdf", "size": "3"}
            case OneOf():
                return self.value((shape.scalars or shape.composites)[0], name)
        return self.text(name)

    def text(self, name: str) -> str:
        """An id of the kind that the parameter is named for, or a text that fits the name."""
        if (found := self.id_named(name)) is not None:
            return found
        if name in TEXTS:
            return TEXTS[name]
        return next((text for end, text in ENDINGS.items() if name.endswith(end)), "text")

    def id_named(self, name: str) -> str | None:
        """`financial_account` -> the id of a `treasury.financial_account`."""
        named = [kind for kind in self.made if kind.rpartition(".")[2] == name.removesuffix("_id")]
        return self.made[min(named, key=len)] if named else None

    def note(self, obj: Any) -> None:
        """Remember every object in an answer that has an id."""
        if isinstance(obj, list):
            for item in obj:
                self.note(item)
        elif isinstance(obj, Mapping):
            kind, name = obj.get("object"), obj.get("id")
            if isinstance(kind, str) and isinstance(name, str) and not obj.get("deleted"):
                self.made.setdefault(kind, name)
            for item in obj.values():
                self.note(item)


class Lavish(Sampler):
    """Makes every parameter there is, and of deeper hashes some, unsetting now and then."""

    DEEP, OFTEN = 2, 0.3
    PAGING = frozenset({"ending_before", "expand", "limit", "page", "starting_after"})

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._depth = 0

    def parameters(self, fields: Fields) -> dict[str, Any]:
        return self.hash(fields)

    def hash(self, fields: Fields) -> dict[str, Any]:
        self._depth += 1
        chosen = {
            name: self._slot(fields, name)
            for name in fields.slots
            if name not in self.PAGING and (name in fields.required or self._wants_more())
        }
        self._depth -= 1
        return chosen

    def value(self, shape: Shape, name: str) -> Any:
        match shape:
            case OneOf():
                return self.value(self._random.choice(shape.scalars + shape.composites), name)
            case Choice(options) if options:
                return self._random.choice(options)
        return super().value(shape, name)

    def _slot(self, fields: Fields, name: str) -> Any:
        slot = fields.slots[name]
        if slot.unset and name not in fields.required and self._random.random() < self.OFTEN:
            return ""
        return self.value(slot.shape, name)

    def _wants_more(self) -> bool:
        return self._depth <= self.DEEP or self._random.random() < self.OFTEN
