"""The payment methods that an intent was told to take.

The changelog names the code with which the parameter is refused since; the words are Carom's.
"""

from __future__ import annotations

from simulator.api.versions.change import Change, Parameters
from simulator.api.versions.changes.v2026_09_30_checkout_payment_method_types import OLDER, TYPES

_TYPES = Parameters(further=TYPES, codes={OLDER: "payment_method_types_no_longer_supported"})

CHANGE = Change(
    version="2026-09-30.endive",
    summary="`payment_method_types` is no longer a parameter of PaymentIntents and SetupIntents.",
    page="https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents",
    parameters={
        "POST /v1/payment_intents": _TYPES,
        "POST /v1/payment_intents/{intent}": _TYPES,
        "POST /v1/payment_intents/{intent}/confirm": _TYPES,
        "POST /v1/setup_intents": _TYPES,
        "POST /v1/setup_intents/{intent}": _TYPES,
    },
)
