"""What has to be known of an app before its `carom.toml` can be written, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Door:
    """How one request to the app is made: with a form or with JSON, or neither.

    The texts may have the placeholders of `carom.toml`: `{email}`, `{lookup_key}`.
    """

    path: str
    form: Mapping[str, str] = field(default_factory=dict)
    json: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """`command` starts the app, or `url` is where it runs. `plans` are lookup keys of prices at
    Stripe by the names of the plans; `headers` are sent with each request of a user. `pointers` say
    where in the entitlement's JSON a field is.
    """

    command: tuple[str, ...] = ()
    url: str | None = None
    directory: str = "."
    ready: str = "/"
    env: Mapping[str, str] = field(default_factory=dict)
    setup: tuple[str, ...] = ()
    plans: Mapping[str, str] = field(
        default_factory=lambda: {"basic": "basic_monthly", "pro": "pro_monthly"}
    )
    sign_in: Door | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    portal: Door = field(default_factory=lambda: Door("/billing/portal"))
    checkout: Door = field(default_factory=lambda: Door("/billing/checkout"))
    webhook: str = "/webhooks/stripe"
    entitlement: str = "/api/entitlement"
    pointers: Mapping[str, str] = field(
        default_factory=lambda: {
            "plan": "/plan",
            "access": "/access",
            "status": "/status",
            "cancel_at_period_end": "/cancel_at_period_end",
            "period_end": "/current_period_end",
        }
    )
    remarks: tuple[str, ...] = ()
    sdk: str = ""
