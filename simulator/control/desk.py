"""What the control API asks of the simulator: one desk for each account.

The composition root implements these protocols; the control room knows neither the courier nor the
Stripe API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from simulator.control.shapes import (
    DeclineShape,
    DeliveryShape,
    FaultShape,
    HoldPage,
    Policy,
    RequestShape,
    SettingsShape,
    Taken,
    Worlds,
    WorldShape,
)


class Desk(Protocol):
    """One account: its time, its events, its mail. Refusals are `ControlError`."""

    def shown(self) -> WorldShape: ...

    def events(self, after: int) -> Sequence[dict[str, Any]]: ...

    def bring(self, events: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """Events that happened elsewhere; returns them as the Stripe API shows them."""
        ...

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

    def faults(self) -> Sequence[FaultShape]: ...

    def add_fault(self, fault: FaultShape) -> Sequence[FaultShape]: ...

    def clear_faults(self) -> Sequence[FaultShape]: ...

    def held(self) -> HoldPage: ...

    def add_hold(self, times: int, method: str | None, path: str | None) -> HoldPage: ...

    def release_held(self, number: int | None) -> HoldPage: ...

    def clear_holds(self) -> HoldPage: ...

    def settings(self) -> SettingsShape: ...

    def change_settings(self, settings: Mapping[str, Any]) -> SettingsShape:
        """`settings` are fields of `engine.Settings`."""
        ...

    def declines(self) -> Sequence[DeclineShape]: ...

    def fail_payments(self, decline: DeclineShape) -> Sequence[DeclineShape]: ...

    def clear_declines(self) -> Sequence[DeclineShape]: ...


class Desks(Protocol):
    """The desks of all accounts.

    They are named by two headers, `Authorization` and `Carom-World`; `contract.StripeError` says
    what is wrong with those.
    """

    def desk(self, authorization: str | None, world: str | None) -> Desk:
        """The account that the headers open."""
        ...

    def open_worlds(self) -> Worlds: ...

    async def fork(
        self, authorization: str | None, world: str | None, key: str, to_world: str | None
    ) -> Desk:
        """A copy of the account for `key`, in the world `to_world` of it if that is given."""
        ...

    def snapshot(self, authorization: str | None, world: str | None, name: str) -> list[str]:
        """Keep the account as it is; returns the names of all its snapshots."""
        ...

    async def restore(self, authorization: str | None, world: str | None, name: str) -> Desk: ...

    async def reset(
        self,
        authorization: str | None,
        world: str | None,
        *,
        seed: int | None,
        policy: Policy | None,
        start: int | None,
        public_url: str | None,
        settings: Mapping[str, Any] | None,
    ) -> Desk:
        """A fresh account for the same key; `settings` are fields of `engine.Settings`."""
        ...
