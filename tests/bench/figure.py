"""A measured number, with the target that it has, if any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import ge, le
from typing import Literal, TypeAlias

Bound = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`, as measured. Without a target it is only told, never judged."""

    name: str
    value: float
    unit: str
    target: float | None = None
    bound: Bound = "at most"

    @property
    def holds(self) -> bool | None:
        if self.target is None:
            return None
        return (le if self.bound == "at most" else ge)(self.value, self.target)


@dataclass(frozen=True, slots=True)
class Notice:
    """Why something was not measured."""

    text: str


Measured: TypeAlias = "Iterator[Figure | Notice]"
Section: TypeAlias = "Callable[[], Measured]"
