"""What an account is set to, as its dashboard would."""

from __future__ import annotations

from dataclasses import dataclass

API_VERSION = "2026-10-28.endive"
"""The version in whose shape state is kept: the pin of stripe-python 16.1."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One account's settings.

    `public_url` is the base of the hosted pages, without a trailing slash.
    """

    public_url: str = "http://127.0.0.1:12111"
    api_version: str = API_VERSION
    account_name: str = "Carom Sandbox"
    country: str = "US"
    default_currency: str = "usd"
    payment_method_types: tuple[str, ...] = ("card",)
