"""The payment methods that a Checkout Session was told to offer.

They are not those that newer versions allow it to offer: a type that does not fit was refused, and
now is left out. So the older parameter reaches the endpoint as it is.
"""

from __future__ import annotations

from simulator.api.versions.change import Change, Parameters
from simulator.api.versions.shape import Shape
from simulator.contract.shapes import Items, Slot, Text

OLDER = "payment_method_types"
TYPES = {OLDER: Slot(Items(Slot(Text())))}

CHANGE = Change(
    version="2026-09-30.endive",
    summary="`payment_method_types` is no longer a parameter of Checkout Sessions, which may have"
    " `allowed_payment_method_types`.",
    page="https://docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions",
    shapes={"checkout.session": Shape(added=("allowed_payment_method_types",))},
    parameters={"POST /v1/checkout/sessions": Parameters(further=TYPES)},
)
