"""Facts of the recording account: what its dashboard is set to, as its answers show it.

They are settings and no behaviour, so they are taken from the recording and put into the world that
it is replayed against. One that no answer shows stays as Carom has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.fidelity.answers import Obj, objects
from harness.fidelity.recording import Interaction, Recording

PLATFORMS_TEXT = "exists on one of your connected accounts"


def facts(recording: Recording, account: str | None) -> dict[str, Any]:
    """Settings of the account that the requests with this Stripe-Account header speak to."""
    found: dict[str, Any] = {}
    for interaction in recording.interactions:
        if interaction.account == account:
            for setting, value in _told(interaction):
                found.setdefault(setting, value)
    return found


def _told(interaction: Interaction) -> Iterator[tuple[str, Any]]:
    if interaction.refused:
        error = interaction.response.get("error", {})
        if PLATFORMS_TEXT in error.get("message", ""):
            yield "platform", True
        return
    asked = {name.partition("[")[0] for name, _ in interaction.params}
    for obj in objects(interaction.response):
        for setting, field in _settings_in(obj):
            first, _, second = field.partition(".")
            value = (obj.get(first) or {}).get(second) if second else obj.get(first)
            # What the request itself chose says nothing about the account.
            if value and first not in asked:
                yield setting, value


def _settings_in(obj: Obj) -> Iterator[tuple[str, str]]:
    """The settings that an object of this kind shows, each with the field that shows it."""
    match obj["object"]:
        case "invoice":
            yield "account_name", "account_name"
            yield "country", "account_country"
        case "charge":
            yield "statement_descriptor", "calculated_statement_descriptor"
        case "checkout.session":
            yield "account_name", "branding_settings.display_name"
            yield "payment_method_types", "payment_method_types"
        case "payment_intent" if _pays_an_invoice(obj):
            yield "payment_method_types", "payment_method_types"
        case "payment_intent":
            yield "one_off_payment_method_types", "payment_method_types"


def _pays_an_invoice(intent: Obj) -> bool:
    details = intent.get("payment_details") or {}
    reference = details.get("order_reference") or intent.get("invoice") or ""
    return isinstance(reference, dict) or reference.startswith("in_")
