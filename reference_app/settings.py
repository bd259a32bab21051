"""The app's settings, read from the environment and from nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import stripe

DEFAULT_DATABASE = "sqlite:///reference_app.db"
ORIGIN = "the origin at which browsers find the app, https://app.example.com"


class BadSettings(ValueError):
    """The environment does not say enough, or says something impossible, to start the app."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One deployment of the app.

    `stripe_api_base` is where Stripe is. Leave it out in production; a local Stripe is the only
    reason to set it, and it is the only line that an app needs for one.

    `database_writer_url` is the same database in the role of the webhook handler; PostgreSQL needs
    it, SQLite has no roles. `database_owner_url` is for `schema.py` and for test benches; a server
    in production should not know it.

    `memory_token` opens the database to a test bench (`web/memory_routes.py`); a server in
    production has none. `http_client` carries the calls to Stripe in a process that has its own
    way to it.
    """

    stripe_api_key: str
    stripe_webhook_secret: str
    session_secret: str
    app_url: str
    database_url: str = DEFAULT_DATABASE
    database_writer_url: str | None = None
    database_owner_url: str | None = None
    stripe_api_base: str | None = None
    stripe_portal_configuration: str | None = None
    instance: str | None = None
    memory_token: str | None = None
    http_client: stripe.HTTPClient | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.app_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise BadSettings(
                f"APP_URL must be an origin such as https://app.example.com, not {self.app_url!r}: "
                "Stripe sends customers back to it, so it has to be absolute."
            )
        if not self.database_url.startswith("sqlite") and not self.database_writer_url:
            raise BadSettings(
                "DATABASE_WRITER_URL is not set: on PostgreSQL the webhook handler has a role of "
                "its own, and nobody else may write an entitlement. Make both roles with: "
                "python -m reference_app.schema"
            )

    @property
    def secure(self) -> bool:
        """Whether the session cookie may travel over https only."""
        return self.app_url.startswith("https://")

    def url(self, path: str) -> str:
        """An absolute URL on the app's own public origin."""
        assert path.startswith("/")
        return self.app_url.rstrip("/") + path


def from_environment(
    environment: Mapping[str, str],
    app_url: str | None = None,
    http_client: stripe.HTTPClient | None = None,
) -> Settings:
    """Settings from `environment`; `app_url` is the origin if APP_URL is not set there.

    Without SESSION_SECRET a random one is drawn, so sessions end when the process does. A missing
    webhook secret is an error at once: an endpoint that cannot verify must not exist.
    """

    def required(name: str, hint: str) -> str:
        value = environment.get(name, "").strip()
        if not value:
            raise BadSettings(f"{name} is not set: {hint}")
        return value

    def optional(name: str) -> str | None:
        return environment.get(name, "").strip() or None

    return Settings(
        stripe_api_key=required("STRIPE_API_KEY", "use a test key, sk_test_..."),
        stripe_webhook_secret=required(
            "STRIPE_WEBHOOK_SECRET", "the signing secret of the webhook endpoint, whsec_..."
        ),
        session_secret=optional("SESSION_SECRET") or secrets.token_urlsafe(32),
        app_url=app_url if app_url and not optional("APP_URL") else required("APP_URL", ORIGIN),
        database_url=optional("DATABASE_URL") or DEFAULT_DATABASE,
        database_writer_url=optional("DATABASE_WRITER_URL"),
        database_owner_url=optional("DATABASE_OWNER_URL"),
        stripe_api_base=optional("STRIPE_API_BASE"),
        stripe_portal_configuration=optional("STRIPE_PORTAL_CONFIGURATION"),
        instance=optional("APP_INSTANCE"),
        memory_token=optional("APP_MEMORY_TOKEN"),
        http_client=http_client,
    )
