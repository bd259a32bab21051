"""Billing with Stripe in Flask: the webhook is the only writer of the entitlement."""
