"""Shared by the harness's tests: observations written by hand, and a configuration that is
valid.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.app.protocol import Entitlement
from harness.model.observation import Delivered, Landing, Observation
from scenarios import Step

Seen = Callable[..., Observation]

CONFIG = """
[app]
command = ["{python}", "-m", "app", "--port", "{port}"]
[app.env]
KEY = "{stripe_key}"
[plans.pro]
lookup_key = "pro_monthly"
[sign_in]
path = "/signup"
form = { email = "{email}" }
[portal]
path = "/portal"
[checkout]
path = "/checkout"
form = { plan = "{lookup_key}" }
[webhook]
path = "/webhook"
[return]
never_shows = ["Buy now"]
[entitlement]
path = "/entitlement"
plan = "/plan"
status = "/status"
access = "/access"
cancel_at = "/cancel_at"
[entitlement.plans]
free = "none"
"""


@pytest.fixture
def seen() -> Seen:
    """Makes an observation: what the app shows, what Stripe knows, and what the moment was."""

    def make(
        shown: Entitlement | None,
        expected: Entitlement,
        *,
        words: str = "does something",
        actor: str = "customer",
        delivered: Delivered | None = None,
        landing: Landing | None = None,
        outstanding: tuple[str, ...] = (),
        created: tuple[str, ...] = (),
        number: int = 0,
        now: int = 1_767_960_000,
    ) -> Observation:
        return Observation(
            number=number,
            step=Step(actor, "verb", words),
            now=now,
            shown=shown,
            expected=expected,
            delivered=delivered,
            landing=landing,
            outstanding=outstanding,
            created=created,
        )

    return make


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "carom.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path
