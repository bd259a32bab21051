"""How Checkout looks, and whose names it asks for."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-09-30.clover",
    summary="A Checkout Session has `branding_settings` and knows names of businesses and people.",
    page="https://docs.stripe.com/changelog/clover",
    shapes={
        "checkout.session": Shape(
            added=(
                "branding_settings",
                "collected_information.business_name",
                "collected_information.individual_name",
                "customer_details.business_name",
                "customer_details.individual_name",
                "excluded_payment_method_types",
                "name_collection",
            )
        ),
        "customer": Shape(added=("business_name", "individual_name")),
    },
)
