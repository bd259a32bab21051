"""The part of an office that stands for Stripe's dashboard: settings, and declines on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, cast

from simulator.api.versions import InvalidVersion, requested
from simulator.billing import requested_declines
from simulator.billing.requested_declines import CODES, RequestedDecline
from simulator.control import ControlError
from simulator.control.shapes import DeclineShape, SettingsShape
from simulator.engine import World


def checked(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings with the API version, if one is among them, by its full name."""
    if "api_version" not in settings:
        return settings
    try:
        return {**settings, "api_version": requested(settings["api_version"]).name}
    except InvalidVersion as fault:
        raise ControlError(str(fault), param="settings.api_version") from fault


class Dashboard:
    """What the control API asks of it. Refusals are `ControlError`."""

    world: World

    def settings(self) -> SettingsShape:
        return cast(SettingsShape, asdict(self.world.settings))

    def change_settings(self, settings: Mapping[str, Any]) -> SettingsShape:
        self.world.settings = replace(self.world.settings, **checked(settings))
        return self.settings()

    def declines(self) -> Sequence[DeclineShape]:
        found = requested_declines.waiting(self.world)
        return [cast(DeclineShape, asdict(decline)) for decline in found]

    def fail_payments(self, decline: DeclineShape) -> Sequence[DeclineShape]:
        code = decline["decline_code"]
        if code not in CODES:
            raise ControlError(
                f"{code!r} is no decline code; docs.stripe.com/declines/codes lists them",
                param="decline_code",
            )
        requested_declines.request(self.world, RequestedDecline(**decline))
        return self.declines()

    def clear_declines(self) -> Sequence[DeclineShape]:
        requested_declines.forget(self.world)
        return self.declines()
