"""The `Stripe-Signature` header, exactly as the official SDKs verify it.

docs.stripe.com/webhooks/signature and class `stripe.WebhookSignature`: the signed text is the
decimal time, a dot and the raw body; the key is the whole `whsec_...` string; elements are parted
by a comma without a space, which the Python and Node SDKs insist on. In test mode Stripe adds a
`v0` that is fake on purpose, to catch careless parsers.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

HEADER = "Stripe-Signature"

_DECOY = b"v0 is not a signature"


def signature_header(body: bytes, secrets: Sequence[str], signed_at: int) -> str:
    """The header for `body`, signed at `signed_at` (Unix seconds, wall clock).

    A secret that was rolled stays valid for up to 24 hours, so there is one `v1` per active secret.
    """
    signed = b"%d.%b" % (signed_at, body)
    schemes = [f"v1={_hex(secret.encode('ascii'), signed)}" for secret in secrets]
    return ",".join([f"t={signed_at}", *schemes, f"v0={_hex(_DECOY, signed)}"])


def _hex(key: bytes, signed: bytes) -> str:
    return hmac.digest(key, signed, "sha256").hex()
