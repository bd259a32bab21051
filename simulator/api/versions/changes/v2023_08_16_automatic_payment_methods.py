"""Which payment methods an intent takes when none are named: cards, and since then all."""

from __future__ import annotations

from simulator.api.versions.change import Change, Parameters, Raw
from simulator.engine import World

NAMING = frozenset(
    {
        "allowed_payment_method_types",
        "automatic_payment_methods",
        "payment_method_configuration",
        "payment_method_types",
    }
)


def _upgrade(raw: Raw, _world: World) -> Raw:
    return {**raw, "payment_method_types": ["card"]} if NAMING.isdisjoint(raw) else raw


CHANGE = Change(
    version="2023-08-16",
    summary="Intents take the account's payment methods by default; before, cards.",
    page="https://docs.stripe.com/changelog/2023-08-16",
    parameters={
        "POST /v1/payment_intents": Parameters(_upgrade),
        "POST /v1/setup_intents": Parameters(_upgrade),
    },
)
