"""Which steps commute, and what makes two orders of the same steps equal.

Two steps commute when they belong to different customers and neither moves the clock, restarts the
app, holds up or lets go a handler, or is of everybody's concern in some other way. Of faults there
are only so many of a kind in a run, so two of one kind are never apart. Orders that differ in
steps that commute are one trace (Mazurkiewicz, 1977); all of them lead to the same place.

That customers do not meet is a claim about the app, and `isolation` tests it before it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from harness.explore.choice import Choice, Kind

_OF_ALL: frozenset[Kind] = frozenset({"end", "finish", "probe", "restart", "stall", "twice"})
_LETTERS: frozenset[Kind] = frozenset({"again", "deliver", "lose", "miss", "refuse", "retry"})
NOBODY = "nobody"


def customer_of(choice: Choice) -> str:
    """Whose step it is, by its lane: `ada`, `ada again`, `ada/invoice.paid#1`."""
    lane = choice.lane.removeprefix("again ").removesuffix(" again")
    return lane.partition("/")[0]


def touches(choice: Choice) -> frozenset[str] | None:
    """What the step has to do with; `None`: with everything."""
    who = customer_of(choice)
    if choice.kind in _OF_ALL or who == NOBODY:
        return None
    own = choice.name.startswith((f"{who}:", f"support for {who}:"))
    if choice.kind not in _LETTERS and not own:
        return None
    return frozenset({who, f"fault {choice.kind}"}) if choice.fault else frozenset({who})


def commute(one: Choice, other: Choice) -> bool:
    first, second = touches(one), touches(other)
    return first is not None and second is not None and not first & second


@dataclass(frozen=True, slots=True)
class Trace:
    """Steps up to the order of those that commute. `key` is the same for equal traces alone.

    `lines` are what was done about each thing since the last step of everybody's concern; `before`
    is all until then.
    """

    before: bytes = b""
    lines: Mapping[str, bytes] = field(default_factory=dict)

    def then(self, choice: Choice) -> Trace:
        about = touches(choice)
        if about is None:
            return Trace(_digest(self.key, choice))
        return Trace(
            self.before,
            {**self.lines, **{each: _digest(self.lines.get(each, b""), choice) for each in about}},
        )

    @property
    def key(self) -> bytes:
        parts = [self.before]
        for name in sorted(self.lines):
            parts += [name.encode(), self.lines[name]]
        return blake2b(b"\0".join(parts), digest_size=16).digest()


def _digest(line: bytes, choice: Choice) -> bytes:
    return blake2b(line + choice.name.encode(), digest_size=16).digest()
