"""Signing a webhook with a secret of one's own choice.

Only for an app that runs already and was started with its own secret; any other is told the secret
of the simulator's endpoint, and gets the simulator's signature.
https://docs.stripe.com/webhooks/signature
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping


def signed_again(headers: Mapping[str, str], body: bytes, secret: str) -> dict[str, str]:
    """The headers with a signature by `secret` at the same instant."""
    name = next(key for key in headers if key.lower() == "stripe-signature")
    at = headers[name].partition(",")[0].removeprefix("t=")
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {**headers, name: f"t={at},v1={digest}"}
