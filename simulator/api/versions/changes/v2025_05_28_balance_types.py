"""Which balance a transaction moves."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-05-28.basil",
    summary="A balance transaction has a `balance_type`.",
    page="https://docs.stripe.com/changelog/basil",
    shapes={
        "balance_transaction": Shape(added=("balance_type",)),
    },
)
