"""The answers of the control API, as typed mappings: what the server sends and the client
returns.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

Policy = Literal["prompt", "held"]
State = Literal["held", "pending", "delivered", "retrying", "failed"]


class Health(TypedDict):
    """GET /_carom/health."""

    status: Literal["ok"]
    version: str


class WorldShape(TypedDict):
    """GET /_carom/world: which account a key opens, and how it is set. `now` is Unix seconds."""

    account: str
    key: str
    now: int
    clock: Literal["virtual", "real"]
    policy: Policy
    seed: int
    public_url: str


class Advanced(TypedDict):
    """Where the clock stands now, and the ids of the events that happened on the way."""

    now: int
    events: list[str]


class EventPage(TypedDict):
    """Event objects, oldest first; `next` is what to pass as `after` to see only newer ones."""

    events: list[dict[str, Any]]
    next: int


class RequestShape(TypedDict):
    """One call that an application made to the Stripe API; `at` is account time."""

    number: int
    id: str
    method: str
    path: str
    params: dict[str, Any]
    status: int
    idempotency_key: str | None
    at: int


class RequestPage(TypedDict):
    """API calls, oldest first."""

    requests: list[RequestShape]
    next: int


class AttemptShape(TypedDict):
    """One try: `at` is account time, `sent_at` the wall clock that was signed."""

    number: int
    at: int
    sent_at: int
    scheduled: bool
    status: int | None
    error: str | None
    body: str


class DeliveryShape(TypedDict):
    """One event for one endpoint; `due_at` is the account time of its next scheduled attempt."""

    id: str
    event: str
    type: str
    endpoint: str
    url: str
    state: State
    due_at: int
    attempts: list[AttemptShape]
    note: str | None


class DeliveryPage(TypedDict):
    """Deliveries, oldest first."""

    deliveries: list[DeliveryShape]
    next: int


class Taken(TypedDict):
    """A signed attempt for a caller that is itself the courier. Send `body` byte for byte
    (UTF-8).
    """

    url: str
    headers: dict[str, str]
    body: str


class Released(TypedDict):
    """What was held, as it is after being sent."""

    deliveries: list[DeliveryShape]


class Fault(TypedDict):
    """What was wrong; `param` names the field, where there is one."""

    message: str
    param: str | None


class Refusal(TypedDict):
    """The body of every 4xx answer."""

    error: Fault
