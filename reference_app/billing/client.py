"""The Stripe client: one per app, with its own key, address, patience and retries."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from reference_app.billing.errors import CustomerGone, StripeRefused

log = logging.getLogger(__name__)

# Stripe waits some ten seconds for the answer to a webhook, and we call Stripe while it waits.
TIMEOUT_SECONDS = 10


def stripe_client(
    api_key: str, api_base: str | None = None, http_client: stripe.HTTPClient | None = None
) -> stripe.StripeClient:
    """A client that names its own address: `api_base` is the whole set-up for a local Stripe.

    `http_client` carries the calls; `requests` does unless told. Retries are safe: the SDK sends
    the same idempotency key with each attempt of one call.
    """
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": api_base} if api_base else {},
        max_network_retries=2,
        http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the SDK raises into `StripeRefused`, once for the app; the log has the detail."""
    try:
        yield
    except stripe.StripeError as error:
        log.warning("Stripe refused (request %s): %s", error.request_id, error)
        if error.code == "resource_missing" and getattr(error, "param", None) == "customer":
            raise CustomerGone(error.request_id) from error
        raise StripeRefused(error.request_id) from error
