"""What the control API asks of the simulator: one desk for each account.

The composition root implements these protocols; the control room knows neither the courier nor the
Stripe API.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from simulator.control.shapes import DeliveryShape, Policy, RequestShape, Taken, WorldShape


class Desk(Protocol):
    """One account: its time, its events, its mail. Refusals are `ControlError`."""

    def shown(self) -> WorldShape: ...

    def events(self, after: int) -> Sequence[dict[str, Any]]: ...

    def requests(self, after: int) -> Sequence[RequestShape]: ...

    def deliveries(self, after: int) -> Sequence[DeliveryShape]: ...

    def set_policy(self, policy: Policy) -> None: ...

    async def advance(self, seconds: int | None, to: int | None) -> list[str]:
        """By `seconds`, or up to `to`; returns the ids of the events on the way."""
        ...

    async def send(self, delivery: str) -> DeliveryShape: ...

    def take(self, delivery: str) -> Taken: ...

    def answer(
        self, delivery: str, status: int | None, error: str | None, body: str
    ) -> DeliveryShape: ...

    async def release(self) -> Sequence[DeliveryShape]: ...


class Desks(Protocol):
    """The desks of all accounts."""

    def desk(self, authorization: str | None) -> Desk:
        """The account that an `Authorization` header opens, or `contract.StripeError` (401)."""
        ...

    async def reset(
        self,
        authorization: str | None,
        *,
        seed: int | None,
        policy: Policy | None,
        start: int | None,
        public_url: str | None,
    ) -> Desk:
        """A fresh account for the same key."""
        ...
