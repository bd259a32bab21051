"""What the customer's visits to Stripe's hosted pages have in common."""

from __future__ import annotations

from harness.actors.moment import StepImpossible
from harness.app.protocol import AppRefused
from harness.stage import STRIPE_ORIGIN

EXPIRY, CVC = "12 / 34", "123"


def require_page_of_stripe(url: str, path: str, called: str) -> None:
    if not url.startswith(STRIPE_ORIGIN + path):
        raise AppRefused(f"the app sends its user to {url}, which is no address of {called}")


def opened(url: str | None, called: str) -> str:
    """The page that the customer has open."""
    if url is None:
        raise StepImpossible(f"the customer does not have {called} open")
    return url
