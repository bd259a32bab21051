"""What is known of one event on its way to one endpoint.

Three words, one meaning each: an *event* happened, a *delivery* takes it to one endpoint, an
*attempt* is one try of a delivery. All are frozen values; the outbox replaces a delivery when
something about it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["held", "pending", "delivered", "retrying", "failed"]
STATES: tuple[State, ...] = ("held", "pending", "delivered", "retrying", "failed")
OPEN: frozenset[State] = frozenset({"held", "pending", "retrying"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint said to one attempt; without an answer, `error` says why."""

    status: int | None
    error: str | None = None
    body: str = ""

    @property
    def accepted(self) -> bool:
        """Any 2xx is success; all else fails, redirects included (docs.stripe.com/webhooks)."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: `at` is account time, `sent_at` the wall clock that was signed; both Unix seconds.

    `scheduled` tells Stripe's own tries from those made by hand, which do not use up a retry.
    """

    number: int
    at: int
    sent_at: int
    scheduled: bool
    answer: Answer

    def shown(self) -> dict[str, Any]:
        """The attempt as plain data, and in it the answer's fields."""
        fields = {**_fields(self), **_fields(self.answer)}
        del fields["answer"]
        return fields


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint. `due_at`: account time of the next scheduled attempt."""

    id: str
    event: str
    type: str
    endpoint: str
    url: str
    state: State
    due_at: int
    attempts: tuple[Attempt, ...] = ()
    note: str | None = None

    @property
    def scheduled_attempts(self) -> int:
        return sum(attempt.scheduled for attempt in self.attempts)

    def shown(self) -> dict[str, Any]:
        """The delivery as plain data; the fields of an answer lie flat in its attempt."""
        return {**_fields(self), "attempts": [attempt.shown() for attempt in self.attempts]}


def _fields(value: Delivery | Attempt | Answer) -> dict[str, Any]:
    """By name, as they are: `asdict` copies what is frozen anyway, at ten times the cost."""
    return {name: getattr(value, name) for name in value.__slots__}
