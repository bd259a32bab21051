"""Everything that differs between deployments, read from the environment and from nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`stripe_api_base` is where Stripe is. Leave it out in production; a local Stripe is the only
    reason to set it.
    """

    stripe_api_key: str
    stripe_api_base: str | None
    stripe_webhook_secret: str
    portal_configuration: str | None
    session_secret: str
    app_url: str
    port: int
    database: Path


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Raises `SystemExit` with what is missing: an endpoint that cannot verify must not exist."""

    def required(name: str, hint: str) -> str:
        value = environment.get(name, "").strip()
        if not value:
            raise SystemExit(f"{name} is not set: {hint}")
        return value

    def optional(name: str) -> str | None:
        return environment.get(name, "").strip() or None

    return Settings(
        stripe_api_key=required("STRIPE_API_KEY", "use a test key, sk_test_..."),
        stripe_api_base=optional("STRIPE_API_BASE"),
        stripe_webhook_secret=required(
            "STRIPE_WEBHOOK_SECRET", "the endpoint's signing secret, whsec_..."
        ),
        portal_configuration=optional("STRIPE_PORTAL_CONFIGURATION"),
        session_secret=optional("SESSION_SECRET") or secrets.token_urlsafe(32),
        app_url=required("APP_URL", "the app's origin, https://app.example.com").rstrip("/"),
        port=int(optional("PORT") or 5000),
        database=Path(optional("DATABASE") or "baize.sqlite3").absolute(),
    )
