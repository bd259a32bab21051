"""Stripe's HTTP conventions: keys, forms, idempotency, expansion, lists, errors, headers."""

from simulator.api.accounts import Accounts
from simulator.api.asgi import StripeApp
from simulator.api.books import Books, LoggedRequest
from simulator.api.dispatch import StripeApi
from simulator.api.errors import Refusal, refusal
from simulator.api.forms import decode
from simulator.api.keys import key_of
from simulator.api.render import render
from simulator.api.wire import Answer, Request

__all__ = [
    "Accounts",
    "Answer",
    "Books",
    "LoggedRequest",
    "Refusal",
    "Request",
    "StripeApi",
    "StripeApp",
    "decode",
    "key_of",
    "refusal",
    "render",
]
