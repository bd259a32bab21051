"""The request bodies of the control API. Unknown fields are refused, so that a misspelt one is
noticed.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.control.shapes import (
    AfterRetries,
    FaultKind,
    FaultReason,
    GivenUp,
    OnDispute,
    Policy,
)

Instant = Annotated[int, Field(ge=0, le=253_402_300_799, strict=True)]
"""Unix seconds, up to the end of the year 9999."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountSettings(_Body):
    """What the account's dashboard is set to; what is left out stays as Carom has it."""

    api_version: Annotated[
        str | None,
        Field(min_length=10, max_length=40, description="The default, such as 2026-10-28.endive"),
    ] = None
    account_name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    country: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$", description="Such as US")] = None
    default_currency: Annotated[str | None, Field(pattern=r"^[a-z]{3}$")] = None
    payment_method_types: Annotated[
        tuple[str, ...] | None,
        Field(min_length=1, description="Switched on for invoices, such as card and link"),
    ] = None
    one_off_payment_method_types: Annotated[
        tuple[str, ...] | None,
        Field(min_length=1, description="Switched on for other payments; by default the same"),
    ] = None
    platform: Annotated[bool | None, Field(description="It has connected accounts")] = None
    search_lag: Annotated[
        int | None,
        Field(ge=0, strict=True, description="Seconds of account time that search lags behind"),
    ] = None
    statement_descriptor: Annotated[
        str | None, Field(min_length=5, max_length=22, description="What cardholders see")
    ] = None
    retry_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=60, strict=True)], ...] | None,
        Field(max_length=8, description="Days from each failed payment of an invoice to the next"),
    ] = None
    after_retries: Annotated[
        AfterRetries | None, Field(description="What becomes of the subscription after the last")
    ] = None
    invoice_after_retries: Annotated[
        GivenUp | None, Field(description="What becomes of the invoice after the last")
    ] = None
    upcoming_days: Annotated[
        int | None,
        Field(
            ge=0, le=45, strict=True, description="Of invoice.upcoming before a renewal; 0: none"
        ),
    ] = None
    due_soon_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=60, strict=True)], ...] | None,
        Field(max_length=8, description="Of invoice.will_be_due, before the due date"),
    ] = None
    overdue_days: Annotated[
        tuple[Annotated[int, Field(ge=0, le=60, strict=True)], ...] | None,
        Field(max_length=8, description="Of invoice.overdue, after the due date"),
    ] = None
    on_dispute: Annotated[
        OnDispute | None, Field(description="What a dispute does to its subscription")
    ] = None


class Reset(_Body):
    """How the fresh account is to be; what is left out is as the server was started."""

    seed: Annotated[int | None, Field(strict=True, description="Ids follow from it")] = None
    policy: Annotated[Policy | None, Field(description="When webhooks leave")] = None
    start: Annotated[Instant | None, Field(description="Where a virtual clock starts")] = None
    public_url: Annotated[
        str | None,
        Field(pattern=r"^https?://[^\s]+$", description="Base of the hosted pages' URLs"),
    ] = None
    settings: AccountSettings | None = None


class Recorded(_Body):
    """Event objects of an export, oldest first, in the shape of the newest API version."""

    events: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=1000)]


WorldName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="Letters, digits, dots, dashes, _"),
]


class Fork(_Body):
    """Where the copy goes; what was there is thrown away."""

    key: Annotated[str, Field(description="The key that opens the copy, such as sk_test_other")]
    world: Annotated[WorldName | None, Field(description="Its Carom-World header, if any")] = None


class Named(_Body):
    """The name of a snapshot."""

    name: WorldName


class RequestedFault(_Body):
    """What the next calls meet. `method` and `path` say which calls; without them, any."""

    kind: Annotated[
        FaultKind,
        Field(
            description="rate_limit, lock_timeout: a 429. server_error: a 500 before anything is"
            " done; server_error_after: after all is done. unavailable: a 503 of the edge. delay:"
            " the call executes at once and is answered late."
        ),
    ]
    times: Annotated[int, Field(ge=1, le=1_000_000, strict=True, description="Calls")] = 1
    method: Literal["GET", "POST", "DELETE"] | None = None
    path: Annotated[str | None, Field(pattern=r"^/", description="A pattern: /v1/customers/*")] = (
        None
    )
    reason: Annotated[FaultReason, Field(description="The limiter of a rate_limit")] = "global-rate"
    seconds: Annotated[float, Field(ge=0, le=600, description="Of a delay, in wall time")] = 0.0

    @model_validator(mode="after")
    def _seconds_of_a_delay(self) -> RequestedFault:
        if (self.kind == "delay") != (self.seconds > 0):
            raise ValueError("`seconds` belongs to a delay, and a delay needs it")
        return self


class FailPayments(_Body):
    """Which payments are declined, and how (docs.stripe.com/declines/codes)."""

    count: Annotated[int, Field(ge=1, le=1_000_000, strict=True, description="Payments")] = 1
    decline_code: Annotated[
        str, Field(pattern=r"^[a-z_]{1,60}$", description="Such as insufficient_funds")
    ] = "generic_decline"
    customer: Annotated[
        str | None, Field(min_length=1, description="Only the payments of this customer")
    ] = None


class RequestedHold(_Body):
    """Whose answers are kept back. `method` and `path` say which calls; without them, any."""

    times: Annotated[int, Field(ge=1, le=1_000_000, strict=True, description="Calls")] = 1
    method: Literal["GET", "POST", "DELETE"] | None = None
    path: Annotated[
        str | None, Field(pattern=r"^/", description="A pattern: /v1/subscriptions*")
    ] = None


class ReleasedHold(_Body):
    """Which answer goes; without a number, all."""

    number: Annotated[int | None, Field(ge=1, strict=True)] = None


class Advance(_Body):
    """Either by `seconds` or up to `to`."""

    seconds: Annotated[int | None, Field(ge=0, strict=True)] = None
    to: Annotated[Instant | None, Field(description="Unix seconds")] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Advance:
        if (self.seconds is None) == (self.to is None):
            raise ValueError("give either `seconds` or `to`")
        return self


class SetPolicy(_Body):
    """`prompt`: webhooks leave at once. `held`: nothing leaves until told."""

    policy: Policy


class Answered(_Body):
    """What the endpoint answered to an attempt that was taken; no status: no answer came."""

    status: Annotated[int | None, Field(ge=100, le=599, strict=True)]
    error: Annotated[str | None, Field(max_length=4096)] = None
    body: str = ""
