"""What a verb yields: one moment after the other, each observed before the next begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from harness.model.observation import Delivered, Landing
from harness.stage import Stage


class StepImpossible(Exception):
    """The story asks for something that cannot be done now, through no fault of the app."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known of a moment to the one who made it; the rest is observed.

    `refused` is the status with which the app said no to what it was asked for.
    """

    delivered: Delivered | None = None
    landing: Landing | None = None
    remark: str = ""
    refused: int | None = None


Verb = Callable[[Stage, Mapping[str, str]], Iterator[Moment]]
