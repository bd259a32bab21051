"""Lists that a customer showed without being asked."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2020-08-27",
    summary="A customer's subscriptions, sources and tax ids are shown only when expanded.",
    page="https://docs.stripe.com/changelog/2020-08-27/deprecates-auto-expansion-customer-subscriptions",
    shapes={
        "customer": Shape(
            removed={
                "sources": lambda lookup, customer: lookup.included(customer, "sources"),
                "subscriptions": lambda lookup, customer: lookup.included(
                    customer, "subscriptions"
                ),
                "tax_ids": lambda lookup, customer: lookup.included(customer, "tax_ids"),
            }
        )
    },
)
