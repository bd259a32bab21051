"""Signing a webhook with a secret of one's own choice.

An app that runs already was started with a secret of its own, and one that is told the simulator's
keeps it when the endpoint is replaced.
https://docs.stripe.com/webhooks/signature
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping


def signed_again(headers: Mapping[str, str], body: bytes, *secrets: str) -> dict[str, str]:
    """The headers with a signature by each of the secrets at the same instant."""
    name = next(key for key in headers if key.lower() == "stripe-signature")
    at = headers[name].partition(",")[0].removeprefix("t=")
    signed = f"{at}.".encode() + body
    digests = [hmac.new(key.encode(), signed, hashlib.sha256).hexdigest() for key in secrets]
    return {**headers, name: ",".join([f"t={at}", *(f"v1={digest}" for digest in digests)])}
