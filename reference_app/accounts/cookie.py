"""The session cookie: who is signed in, sealed with HMAC-SHA256 so that nobody can write their own.

It says who, and never what they may do or have bought: roles and entitlements are read from the
database on every request, so that they cannot go stale in a browser.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from dataclasses import dataclass

NAME = "session"
LIFETIME_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and opens session cookies with one secret."""

    secret: str

    def close(self, user_id: int, organisation_id: int) -> str:
        """A cookie value for this user, at work in this organisation."""
        expires = int(time.time()) + LIFETIME_SECONDS
        payload = json.dumps([user_id, organisation_id, expires]).encode()
        body = base64.urlsafe_b64encode(payload).decode()
        return f"{body}.{self._signature(body)}"

    def open(self, value: str | None) -> tuple[int, int] | None:
        """`(user id, organisation id)`, or `None` for a cookie that is missing, forged or old."""
        body, _, signature = (value or "").partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        try:
            user_id, organisation_id, expires = json.loads(base64.urlsafe_b64decode(body))
        except (binascii.Error, ValueError):
            return None
        return (user_id, organisation_id) if expires > time.time() else None

    def _signature(self, body: str) -> str:
        return hmac.new(self.secret.encode(), body.encode(), "sha256").hexdigest()
