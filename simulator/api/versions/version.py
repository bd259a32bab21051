"""One API version, as the `Stripe-Version` header writes it (docs.stripe.com/api/versioning).

`2026-10-28.endive` is a date and the name of its train; versions before 2024-09-30 have no name.
A preview is written `2026-10-28.preview`, or by features behind a stable version:
`2025-03-31.basil;fx_quote_preview=v1` (docs.stripe.com/sdks/versioning). What a version shows and
takes depends on its date alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as calendar_date

from simulator.contract import ParameterError
from simulator.engine import API_VERSION

PREVIEW = "preview"
_WRITTEN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.([a-z]+))?(;.*)?", re.ASCII)


class InvalidVersion(ParameterError):
    """A version that never was: Stripe's 400, which has no code."""

    def __init__(self, written: str) -> None:
        super().__init__(f"Invalid Stripe API version: {written}")


@dataclass(frozen=True, slots=True)
class Version:
    """`written` is what was asked for; `date` is ISO, so that text compares as time does."""

    written: str
    date: str
    train: str | None = None

    @property
    def name(self) -> str:
        """The version without its preview features."""
        return f"{self.date}.{self.train}" if self.train else self.date

    @property
    def is_preview(self) -> bool:
        return self.train == PREVIEW

    def precedes(self, other: Version) -> bool:
        return self.date < other.date


def parse(written: str) -> Version:
    """The parts of a version. Raises `InvalidVersion` for what is not of the form."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise InvalidVersion(written)
    try:
        calendar_date.fromisoformat(found[1])
    except ValueError:
        raise InvalidVersion(written) from None
    return Version(written, found[1], found[2])


NEWEST = parse(API_VERSION)
"""The version in whose shape the World keeps its objects."""
