"""The bodies of a new SetupIntent and of one attempt at it.

docs.stripe.com/api/setup_intents and api/setup_attempts; classes `stripe.SetupIntent` and
`stripe.SetupAttempt`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.charges import three_d_secure
from simulator.billing.connect import application_of
from simulator.billing.payment_method_options import configuration_details, offered
from simulator.engine import Obj, World

_OPTIONS: dict[str, Obj] = {
    "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"},
    "link": {"persistent_token": None},
    "us_bank_account": {
        "financial_connections": {"permissions": ["payment_method"], "prefetch": []},
        "mandate_options": {},
        "verification_method": "automatic",
    },
}


def setup_body(world: World, params: Mapping[str, Any]) -> Obj:
    """A SetupIntent with Stripe's defaults, not yet held by the World."""
    name = world.ids.new("seti")
    named = params.get("payment_method_types") or params.get("allowed_payment_method_types")
    automatic = params.get("automatic_payment_methods")
    excluded = params.get("excluded_payment_method_types") or []
    types = [kind for kind in named or offered(world) if kind not in excluded]
    dynamic = not named and (automatic is None or automatic["enabled"])
    shown: Obj = {"allow_redirects": "always", "enabled": True, **(automatic or {})}
    configured = dynamic and application_of(world) is None
    return {
        "id": name,
        "object": "setup_intent",
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "application": application_of(world),
        "automatic_payment_methods": shown if dynamic else None,
        "cancellation_reason": None,
        "client_secret": world.ids.secret(name),
        "created": world.now(),
        "customer": None,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": list(excluded) or None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": params.get("on_behalf_of"),
        "payment_method": None,
        "payment_method_configuration_details": (
            configuration_details(world) if configured else None
        ),
        "payment_method_options": {kind: _OPTIONS[kind] for kind in types if kind in _OPTIONS},
        "payment_method_types": types,
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.get("usage", "off_session"),
    }


def new_attempt(
    world: World, intent: Obj, method: Obj, status: str, error: Obj | None = None
) -> Obj:
    """Insert the attempt that a confirmation is."""
    kind = method["type"]
    details: Obj = {kind: {}, "type": kind}
    if kind == "card":
        face = method["card"]
        asked = intent["status"] == "requires_action" and status == "succeeded"
        details["card"] = {
            **{
                name: face[name]
                for name in (
                    "brand",
                    "checks",
                    "country",
                    "exp_month",
                    "exp_year",
                    "fingerprint",
                    "funding",
                    "last4",
                    "wallet",
                )
            },
            "network": face["brand"],
            "three_d_secure": three_d_secure(world) if asked else None,
        }
    return world.insert(
        {
            "id": world.ids.new("setatt"),
            "object": "setup_attempt",
            "application": intent["application"],
            "created": world.now(),
            "customer": intent["customer"],
            "customer_account": None,
            "flow_directions": None,
            "livemode": False,
            "on_behalf_of": intent["on_behalf_of"],
            "payment_method": method["id"],
            "payment_method_details": details,
            "setup_error": error,
            "setup_intent": intent["id"],
            "status": status,
            "usage": intent["usage"],
        }
    )
