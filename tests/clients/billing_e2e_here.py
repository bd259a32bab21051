"""Runs `billing-e2e` against another Stripe, inside billing-e2e's own environment.

    python billing_e2e_here.py http://127.0.0.1:12111 run

The package makes its `stripe.StripeClient` itself and has no option for an address, so this sets
the one thing it takes from the SDK: the address that a client has unless it is told another. All
that follows the address are the arguments of `billing-e2e`.
"""

from __future__ import annotations

import sys

import stripe._stripe_client as sdk
from billing_e2e.cli import main

if __name__ == "__main__":
    sdk.DEFAULT_API_BASE = sys.argv[1]
    main(sys.argv[2:])
