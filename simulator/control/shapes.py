"""The answers of the control API, as typed mappings: what the server sends and the client
returns.
"""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict

AfterRetries = Literal["cancel", "unpaid", "past_due"]
GivenUp = Literal["open", "uncollectible"]
OnDispute = Literal["keep", "cancel", "cancel_at_period_end"]
FaultKind = Literal[
    "rate_limit", "lock_timeout", "server_error", "server_error_after", "unavailable", "delay"
]
FaultReason = Literal[
    "global-rate",
    "endpoint-rate",
    "global-concurrency",
    "endpoint-concurrency",
    "resource-specific",
]
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
    world: str | None
    now: int
    clock: Literal["virtual", "real"]
    policy: Policy
    seed: int
    public_url: str


class OpenWorld(TypedDict):
    """A world that is open: its key, and the header `Carom-World` where it has one.

    `idle_seconds` is wall time since it was last asked for; one that is `busy` is advancing or
    delivering, and is never closed for want of room.
    """

    key: str
    world: str | None
    account: str
    now: int
    idle_seconds: float
    busy: bool


class Worlds(TypedDict):
    """The worlds that are open, those used last before others, and how many are kept how long."""

    worlds: list[OpenWorld]
    kept: int
    kept_idle_seconds: float


class Snapshots(TypedDict):
    """The names of an account's snapshots, oldest first."""

    snapshots: list[str]


class FaultShape(TypedDict):
    """A fault that waits for its calls. See the request body of the same name."""

    kind: FaultKind
    times: int
    method: str | None
    path: str | None
    reason: FaultReason
    seconds: float


class FaultPage(TypedDict):
    """The faults that wait, in the order in which they are met."""

    faults: list[FaultShape]


class SettingsShape(TypedDict):
    """GET /_carom/settings: what the account's dashboard is set to."""

    public_url: str
    api_version: str
    account_name: str
    country: str
    default_currency: str
    payment_method_types: list[str]
    one_off_payment_method_types: list[str] | None
    statement_descriptor: str | None
    platform: bool
    search_lag: int
    retry_days: list[int]
    after_retries: AfterRetries
    invoice_after_retries: GivenUp
    upcoming_days: int
    due_soon_days: list[int]
    overdue_days: list[int]
    on_dispute: OnDispute


class DeclineShape(TypedDict):
    """Payments that are to be declined; `customer` is whose, where it is somebody's."""

    count: int
    decline_code: str
    customer: str | None


class DeclinePage(TypedDict):
    """The declines that wait, in the order in which they are met."""

    declines: list[DeclineShape]


class HoldShape(TypedDict):
    """A hold that waits for its calls."""

    times: int
    method: str | None
    path: str | None


class HeldShape(TypedDict):
    """A call whose answer is kept back."""

    number: int
    method: str
    path: str


class HoldPage(TypedDict):
    """What is to be held, and what is."""

    holds: list[HoldShape]
    held: list[HeldShape]


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
    fault: str | None
    unread: str | None


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
