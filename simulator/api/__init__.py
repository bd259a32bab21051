"""Stripe's HTTP conventions: keys, forms, idempotency, expansion, lists, errors, headers."""

from simulator.api.accounts import Accounts, Limits
from simulator.api.asgi import StripeApp
from simulator.api.books import Books, LoggedRequest
from simulator.api.dispatch import StripeApi
from simulator.api.errors import Refusal, refusal
from simulator.api.faults import Fault, Faults
from simulator.api.forms import decode
from simulator.api.holds import Held, Hold, Holds
from simulator.api.keys import key_of, name_of, parts_of
from simulator.api.render import render
from simulator.api.wire import Answer, Request

__all__ = [
    "Accounts",
    "Answer",
    "Books",
    "Fault",
    "Faults",
    "Held",
    "Hold",
    "Holds",
    "Limits",
    "LoggedRequest",
    "Refusal",
    "Request",
    "StripeApi",
    "StripeApp",
    "decode",
    "key_of",
    "name_of",
    "parts_of",
    "refusal",
    "render",
]
