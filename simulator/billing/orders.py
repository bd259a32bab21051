"""In which order Stripe sends the events of one transition.

Delivery order, not logical order: `charge.succeeded` comes first and `payment_intent.created` after
`payment_intent.succeeded`. The orders of creation and Checkout are those of publicly posted `stripe
listen` logs; that of a renewal follows the list in laravel/cashier-stripe pull request 1675; the
rest is set by the documentation's lists (docs.stripe.com/billing/subscriptions/webhooks) with an
inner order that is our choice.
"""

from __future__ import annotations

Order = tuple[str, ...]

_PAID: Order = ("invoice.paid", "invoice.payment_succeeded")
_TAIL: Order = ("invoice_payment.paid",)

CREATED: Order = (
    "charge.succeeded",
    "setup_intent.created",
    "payment_method.attached",
    "customer.created",
    "customer.updated",
    "checkout.session.completed",
    "customer.discount.created",
    "customer.subscription.created",
    "payment_intent.succeeded",
    "payment_intent.created",
    "invoice.created",
    "invoice.finalized",
    *_PAID,
    *_TAIL,
)
"""A subscription that is paid at once, by the API or at the end of Checkout."""

CREATED_INCOMPLETE: Order = (
    "customer.updated",
    "customer.discount.created",
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.failed",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.updated",
)
"""A subscription whose first payment was declined."""

PAID_LATER: Order = (
    "payment_intent.created",
    "payment_intent.succeeded",
    "charge.succeeded",
    "invoice.updated",
    "invoice.finalized",
    *_PAID,
    "customer.updated",
    "customer.subscription.updated",
    *_TAIL,
)
"""An open or draft invoice that is paid: the hour after a renewal, a retry, `POST /pay`."""

PAYMENT_FAILED: Order = (
    "charge.failed",
    "payment_intent.created",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "invoice.finalized",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.updated",
    "invoice.marked_uncollectible",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.updated",
)
"""An attempt to collect that was declined."""

RENEWED: Order = ("invoice.created", "customer.subscription.updated")
"""The period's end: a draft, and the subscription already in its new period."""

CHANGED: Order = ("invoiceitem.created", "customer.subscription.updated")
"""A price or quantity change that waits for the next invoice."""

CHANGED_AND_INVOICED: Order = (
    "invoiceitem.created",
    "invoice.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.failed",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "charge.succeeded",
    *_PAID,
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.updated",
    "customer.subscription.updated",
    "customer.updated",
    *_TAIL,
)
"""A change that is invoiced at once."""

ENDED: Order = (
    "invoiceitem.created",
    "invoiceitem.deleted",
    "invoice.created",
    "charge.succeeded",
    "payment_intent.created",
    "payment_intent.succeeded",
    "invoice.finalized",
    "charge.failed",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    *_PAID,
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "customer.subscription.deleted",
    "invoice.updated",
    *_TAIL,
)
"""A subscription that ends, now or at the period's end."""

EXPIRED: Order = ("invoice.voided", "payment_intent.canceled", "customer.subscription.updated")
"""23 hours without a first payment."""

CARD_SAVED: Order = (
    "setup_intent.created",
    "payment_method.attached",
    "setup_intent.succeeded",
    "customer.updated",
)
"""A card added in the portal (docs.stripe.com/customer-management: list of webhooks)."""

CONFIRMED: Order = (
    "charge.succeeded",
    "payment_method.attached",
    "payment_intent.succeeded",
    "payment_intent.amount_capturable_updated",
    "payment_intent.created",
    "charge.failed",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
)
"""A PaymentIntent that is confirmed, by the API or after 3D Secure (publicly posted logs of a
one-off payment have `payment_intent.created` after `payment_intent.succeeded`)."""

SET_UP: Order = (
    "setup_intent.created",
    "payment_method.attached",
    "setup_intent.requires_action",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
)
"""A SetupIntent that is confirmed."""

PURCHASED: Order = (
    "charge.succeeded",
    "customer.created",
    "customer.discount.created",
    "payment_method.attached",
    "payment_intent.succeeded",
    "payment_intent.amount_capturable_updated",
    "payment_intent.created",
    "checkout.session.completed",
)
"""A payment at the end of Checkout."""

SAVED_BY_CHECKOUT: Order = (
    "customer.created",
    "payment_method.attached",
    "setup_intent.succeeded",
    "checkout.session.completed",
)
"""A card saved at the end of Checkout."""
