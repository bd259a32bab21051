"""The fixture `stripe_sim`: one account of the simulator that runs beside the tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.local_stripe import LocalControl
from simulator import ControlClient, Running


@dataclass(frozen=True, slots=True)
class SimClock:
    """The account's virtual time, in Unix seconds. It moves only when told."""

    local: LocalControl

    @property
    def now(self) -> int:
        return int(self.local.world()["now"])

    def advance(
        self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0
    ) -> list[str]:
        """Moves on; what falls due on the way happens in the order of time. Returns the types of
        the events that came of it.
        """
        return self._moved(seconds=seconds + 60 * (minutes + 60 * (hours + 24 * days)))

    def advance_to(self, instant: int) -> list[str]:
        """The same, up to an instant."""
        return self._moved(to=instant)

    def _moved(self, **wanted: int) -> list[str]:
        seen = self.local.events(0)["next"]
        self.local.advance(**wanted)
        return [event["type"] for event in self.local.events(seen)["events"]]


class StripeSim:
    """One account. `url` is where it answers, `key` what opens it; both go into any SDK.

    `control` is the client of Carom's whole control API: faults, snapshots, payments that fail.
    """

    def __init__(self, running: Running, key: str, local: LocalControl) -> None:
        self.url = running.url
        self.key = key
        self.local = local
        self.clock = SimClock(local)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event of the account, oldest first."""
        return list(self.local.events(0)["events"])

    @property
    def event_types(self) -> list[str]:
        return [event["type"] for event in self.events]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The calls that were made to the Stripe API with this key, oldest first."""
        return list(self.local.requests(0)["requests"])

    @cached_property
    def control(self) -> ControlClient:
        return ControlClient(self.url, self.key)

    def close(self) -> None:
        if "control" in self.__dict__:
            self.control.close()
