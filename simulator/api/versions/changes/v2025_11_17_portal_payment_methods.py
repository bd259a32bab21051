"""Which payment methods the portal offers."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-11-17.clover",
    summary="A portal configuration may name a payment method configuration.",
    page="https://docs.stripe.com/changelog/clover",
    shapes={
        "billing_portal.configuration": Shape(
            added=("features.payment_method_update.payment_method_configuration",)
        ),
    },
)
