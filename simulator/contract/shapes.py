"""What a parameter may be, and how the text of a form becomes it.

A shape gets what the form decoder made (text, lists, hashes; every leaf is text) and gives the
coerced value or one of Stripe's refusals (docs.stripe.com/error-codes). It is as lenient as Stripe:
a number given for a string stays text, and a hash keyed by 0, 1, 2 is a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from simulator.contract.errors import (
    EmptyValue,
    InvalidArray,
    InvalidBoolean,
    InvalidChoice,
    InvalidDecimal,
    InvalidInteger,
    InvalidMetadata,
    InvalidObject,
    InvalidString,
    MissingParameter,
    ParameterError,
    UnknownParameters,
)

Raw: TypeAlias = "str | list[Any] | dict[str, Any]"

INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)  # within 64 bits, as Stripe's integers are
DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500


class Shape(Protocol):
    """One kind of value. `name` is the bracket name of the parameter, empty for all of them."""

    def accept(self, raw: Raw, name: str) -> Any: ...

    def unknown(self, raw: Raw, name: str) -> Iterator[str]: ...


def accept(shape: Shape, raw: Raw) -> Any:
    """The coerced parameters of a request, or the first fault in them.

    Parameters that do not exist are reported first and all at once, then on each level from the
    outside in the missing ones, then the ill-formed in the order in which they came. (Stripe does
    not document the order.)
    """
    try:
        return shape.accept(raw, "")
    except ParameterError:
        if names := list(shape.unknown(raw, "")):
            raise UnknownParameters(names) from None
        raise


class Scalar:
    """A shape without parts."""

    __slots__ = ()

    def unknown(self, _raw: Raw, _name: str) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Text(Scalar):
    """Any text."""

    def accept(self, raw: Raw, name: str) -> str:
        if not isinstance(raw, str):
            raise InvalidString(name, raw)
        return raw


@dataclass(frozen=True, slots=True)
class Integer(Scalar):
    """A decimal integer of at most 18 digits."""

    def accept(self, raw: Raw, name: str) -> int:
        if not isinstance(raw, str) or not INTEGER.fullmatch(raw):
            raise InvalidInteger(name, raw)
        return int(raw)


@dataclass(frozen=True, slots=True)
class Boolean(Scalar):
    """`true` or `false`."""

    def accept(self, raw: Raw, name: str) -> bool:
        if raw == "true":
            return True
        if raw == "false":
            return False
        raise InvalidBoolean(name, raw)


@dataclass(frozen=True, slots=True)
class Number(Scalar):
    """A decimal number that Stripe shows as a JSON number (`percent_off`)."""

    def accept(self, raw: Raw, name: str) -> float:
        return float(DecimalText().accept(raw, name))


@dataclass(frozen=True, slots=True)
class DecimalText(Scalar):
    """A decimal number that Stripe shows as a string (`unit_amount_decimal`): stays text."""

    def accept(self, raw: Raw, name: str) -> str:
        if not isinstance(raw, str) or not DECIMAL.fullmatch(raw):
            raise InvalidDecimal(name, raw)
        return raw


@dataclass(frozen=True, slots=True)
class Choice(Scalar):
    """One value of an enumeration."""

    options: tuple[str, ...]

    def accept(self, raw: Raw, name: str) -> str:
        if not isinstance(raw, str):
            raise InvalidString(name, raw)
        if raw not in self.options:
            raise InvalidChoice(name, self.options)
        return raw


@dataclass(frozen=True, slots=True)
class Anything(Scalar):
    """A value that the SDK does not describe, such as an uploaded file."""

    def accept(self, raw: Raw, _name: str) -> Raw:
        return raw


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value. `unset`: an empty string, which means "unset", may stand there."""

    shape: Shape
    unset: bool = False

    def accept(self, raw: Raw, name: str) -> Any:
        if raw == "":
            if self.unset:
                return ""
            raise EmptyValue(name)
        return self.shape.accept(raw, name)


@dataclass(frozen=True, slots=True)
class Items:
    """A list. The indexes give identity and order, not positions: gaps close."""

    of: Slot

    def accept(self, raw: Raw, name: str) -> list[Any]:
        accept = self.of.accept
        return [accept(item, f"{name}[{index}]") for index, item in self._entries(raw, name)]

    def unknown(self, raw: Raw, name: str) -> Iterator[str]:
        if is_listlike(raw):
            for index, item in self._entries(raw, name):
                yield from self.of.shape.unknown(item, f"{name}[{index}]")

    def _entries(self, raw: Raw, name: str) -> list[tuple[int, Any]]:
        if isinstance(raw, list):
            return list(enumerate(raw))
        if isinstance(raw, dict) and is_listlike(raw):
            return sorted((int(index), item) for index, item in raw.items())
        raise InvalidArray(name)


@dataclass(frozen=True, slots=True)
class Map:
    """A hash with keys of the caller's choosing (`currency_options`)."""

    of: Slot

    def accept(self, raw: Raw, name: str) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise InvalidObject(name)
        return {key: self.of.accept(item, f"{name}[{key}]") for key, item in raw.items()}

    def unknown(self, raw: Raw, name: str) -> Iterator[str]:
        if isinstance(raw, dict):
            for key, item in raw.items():
                yield from self.of.shape.unknown(item, f"{name}[{key}]")


@dataclass(frozen=True, slots=True)
class Metadata(Scalar):
    """The caller's own facts (docs.stripe.com/metadata). An empty value removes its key."""

    def accept(self, raw: Raw, name: str) -> dict[str, str]:
        if not isinstance(raw, dict):
            raise InvalidObject(name)
        if len(raw) > METADATA_KEYS:
            raise InvalidMetadata(
                f"Metadata can have up to {METADATA_KEYS} keys, but you passed in {len(raw)}.", name
            )
        for key, value in raw.items():
            _check_entry(key, value, name)
        return dict(raw)


def _check_entry(key: str, value: Any, name: str) -> None:
    if not isinstance(value, str):
        raise InvalidString(f"{name}[{key}]", value)
    if not key or len(key) > METADATA_KEY_LENGTH:
        raise InvalidMetadata(
            f"Metadata keys can have up to {METADATA_KEY_LENGTH} characters, but you passed in a"
            f" key that is {len(key)} characters. Invalid key: {key}",
            name,
        )
    if "[" in key or "]" in key:
        raise InvalidMetadata(
            f"Metadata keys cannot contain square brackets. Invalid key: {key}", name
        )
    if len(value) > METADATA_VALUE_LENGTH:
        raise InvalidMetadata(
            f"Metadata values can have up to {METADATA_VALUE_LENGTH} characters, but you passed in"
            f" a value that is {len(value)} characters. Invalid value: {value}",
            name,
        )


@dataclass(frozen=True, slots=True)
class Fields:
    """A hash with known keys: a TypedDict of the SDK, or all parameters of an endpoint."""

    slots: Mapping[str, Slot]
    required: tuple[str, ...] = ()

    def accept(self, raw: Raw, name: str) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise InvalidObject(name)
        for key in self.required:
            if key not in raw:
                raise MissingParameter(within(name, key))
        slots = self.slots
        accepted = {}
        for key, item in raw.items():
            if (slot := slots.get(key)) is None:
                raise UnknownParameters([within(name, key)])
            accepted[key] = slot.accept(item, within(name, key))
        return accepted

    def unknown(self, raw: Raw, name: str) -> Iterator[str]:
        if isinstance(raw, dict):
            for key, item in raw.items():
                if (slot := self.slots.get(key)) is None:
                    yield within(name, key)
                else:
                    yield from slot.shape.unknown(item, within(name, key))


@dataclass(frozen=True, slots=True)
class OneOf:
    """A value of one of several shapes; `scalars` and `composites` in the order to try them."""

    scalars: tuple[Shape, ...]
    composites: tuple[Shape, ...]

    def accept(self, raw: Raw, name: str) -> Any:
        fault: ParameterError | None = None
        for shape in self._candidates(raw):
            try:
                return shape.accept(raw, name)
            except ParameterError as refused:
                fault = fault or refused
        assert fault is not None
        raise fault

    def unknown(self, raw: Raw, name: str) -> Iterator[str]:
        """Of the composites that could be meant, the names unknown to the one that knows most."""
        if isinstance(raw, str) or not self.composites:
            return
        yield from min((list(shape.unknown(raw, name)) for shape in self.composites), key=len)

    def _candidates(self, raw: Raw) -> tuple[Shape, ...]:
        fitting = self.scalars if isinstance(raw, str) else self.composites
        return fitting or self.scalars or self.composites


def is_listlike(raw: Raw) -> bool:
    """Whether a value is a list, or a hash keyed by indexes, which is how forms write lists."""
    if isinstance(raw, list):
        return True
    return isinstance(raw, dict) and all(INDEX.fullmatch(key) for key in raw)


def within(name: str, key: str) -> str:
    """The bracket name of a key in a parameter: `items[0]`, `price` make `items[0][price]`."""
    return f"{name}[{key}]" if name else key
