"""URLs that a customer is sent to.

Absolute, with http or https (docs.stripe.com/error-codes#url-invalid).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from simulator.contract.errors import InvalidUrl


def absolute_url(url: str, param: str) -> str:
    """`url` itself, or Stripe's refusal naming the parameter."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise InvalidUrl(param) from None
    if not parts.scheme:
        raise InvalidUrl(param, has_scheme=False)
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in url):
        raise InvalidUrl(param)
    return url
