"""What an invariant says of the latest moment of a transcript: nothing, kept, or broken, with a
proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from harness.app.config import Profile
from harness.model.observation import Transcript


@dataclass(frozen=True, slots=True)
class Kept:
    """The moment put the invariant to the test, and it held."""


@dataclass(frozen=True, slots=True)
class Violation:
    """The moment broke the invariant. `then` and `however` are two sentences that cannot both be
    right.
    """

    invariant: str
    number: int
    step: str
    expected: str
    seen: str
    then: str
    however: str

    @property
    def proof(self) -> str:
        return f"Then:    {self.then}\nHowever: {self.however}"


KEPT = Kept()
Judgement = Violation | Kept | None


class Invariant(Protocol):
    """One promise. `judge` looks at the whole transcript and speaks about its last observation
    only.

    `None` means that this moment did not put the promise to the test.
    """

    name: ClassVar[str]
    statement: ClassVar[str]

    def judge(self, transcript: Transcript, profile: Profile) -> Judgement: ...
