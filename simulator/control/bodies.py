"""The request bodies of the control API. Unknown fields are refused, so that a misspelt one is
noticed.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.control.shapes import Policy

Instant = Annotated[int, Field(ge=0, le=253_402_300_799, strict=True)]
"""Unix seconds, up to the end of the year 9999."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountSettings(_Body):
    """What the account's dashboard is set to; what is left out stays as Carom has it."""

    account_name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    country: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$", description="Such as US")] = None
    default_currency: Annotated[str | None, Field(pattern=r"^[a-z]{3}$")] = None
    payment_method_types: Annotated[
        tuple[str, ...] | None,
        Field(min_length=1, description="Switched on for payments, such as card and link"),
    ] = None
    statement_descriptor: Annotated[
        str | None, Field(min_length=5, max_length=22, description="What cardholders see")
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
