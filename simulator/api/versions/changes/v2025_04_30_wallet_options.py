"""Wallets in Checkout."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-04-30.basil",
    summary="A Checkout Session has `wallet_options`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "checkout.session": Shape(added=("wallet_options",)),
    },
)
