"""One way in which our answer is not the recorded one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["status", "missing", "extra", "null", "type", "length", "value", "time", "identity"]

MEANINGS: dict[Kind, str] = {
    "status": "another HTTP status",
    "missing": "a key that the recording has",
    "extra": "a key that the recording lacks",
    "null": "null on one side alone",
    "type": "another type, such as an id for an object",
    "length": "a list of another length",
    "value": "another value",
    "time": "another distance in time from the answer",
    "identity": "a name that stood for something else before",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` begins at the nearest object and is the same for all of its kind, as in
    `invoice.lines.data[].amount`; `where` is the place in this answer.
    """

    kind: Kind
    path: str
    where: str
    recorded: Any
    ours: Any
