"""Texts for a subscription's invoices."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2026-06-24.dahlia",
    summary="A subscription's invoice settings have texts.",
    page="https://docs.stripe.com/changelog/dahlia",
    shapes={
        "subscription": Shape(
            added=(
                "invoice_settings.custom_fields",
                "invoice_settings.description",
                "invoice_settings.footer",
            )
        ),
    },
)
