"""What is paid for, in the words of card networks."""

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Shape

CHANGE = Change(
    version="2025-10-29.clover",
    summary="A PaymentIntent has `payment_details` and finer `amount_details`.",
    page="https://docs.stripe.com/changelog/clover",
    shapes={
        "customer": Shape(added=("tax.provider",)),
        "invoice_payment": Shape(added=("payment.payment_record",)),
        "payment_intent": Shape(
            added=(
                "amount_details.discount_amount",
                "amount_details.line_items",
                "amount_details.shipping",
                "amount_details.tax",
                "payment_details",
            )
        ),
        "setup_intent": Shape(added=("excluded_payment_method_types",)),
    },
)
