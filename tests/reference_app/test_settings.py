"""The environment: what is missing or impossible is named before anything starts."""

from __future__ import annotations

import pytest

from reference_app.database import Database
from reference_app.settings import BadSettings, from_environment

ENOUGH = {"STRIPE_API_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}
HERE = "http://127.0.0.1:8000"


def test_little_is_needed() -> None:
    settings = from_environment(ENOUGH, HERE)
    assert settings.url("/billing") == "http://127.0.0.1:8000/billing"
    assert settings.stripe_api_base is None
    assert settings.session_secret


@pytest.mark.parametrize("name", sorted(ENOUGH))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_secret_is_named(name: str, value: str | None) -> None:
    given = {**ENOUGH, name: value or ""}
    with pytest.raises(BadSettings, match=name):
        from_environment(given, HERE)


@pytest.mark.parametrize("url", ["/billing", "app.example.com", "ftp://x", "https://x/path"])
def test_the_public_origin_must_be_one(url: str) -> None:
    with pytest.raises(BadSettings, match="APP_URL"):
        from_environment({**ENOUGH, "APP_URL": url}, HERE)


def test_without_a_socket_of_its_own_the_app_must_be_told_its_origin() -> None:
    with pytest.raises(BadSettings, match="APP_URL is not set"):
        from_environment(ENOUGH)


def test_two_databases_are_two_to_stripe() -> None:
    assert Database("sqlite://").instance != Database("sqlite://").instance
