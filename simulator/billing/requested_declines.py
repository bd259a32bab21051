"""Declines on request: the next payments fail, whatever their card.

Stripe has no such thing; it is Carom's own (`POST /_carom/payments/fail`), for the failures that no
test card makes at the wanted moment. The codes are those of docs.stripe.com/declines/codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.billing.declines import AUTHENTICATION_REQUIRED, Decline
from simulator.engine import Obj, World

_KEPT = "requested_declines"
_OWN_CODES = frozenset({"expired_card", "incorrect_cvc", "incorrect_number", "processing_error"})
"""Codes that are an error's `code` themselves; all others are `decline_code` of `card_declined`."""

CODES = frozenset(
    (
        "approve_with_id",
        "authentication_required",
        "call_issuer",
        "card_not_supported",
        "card_velocity_exceeded",
        "currency_not_supported",
        "do_not_honor",
        "do_not_try_again",
        "duplicate_transaction",
        "expired_card",
        "fraudulent",
        "generic_decline",
        "incorrect_cvc",
        "incorrect_number",
        "incorrect_pin",
        "incorrect_zip",
        "insufficient_funds",
        "invalid_account",
        "invalid_amount",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "invalid_pin",
        "issuer_not_available",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "no_action_taken",
        "not_permitted",
        "offline_pin_required",
        "online_or_offline_pin_required",
        "pickup_card",
        "pin_try_exceeded",
        "processing_error",
        "reenter_transaction",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "testmode_decline",
        "transaction_not_allowed",
        "try_again_later",
        "withdrawal_count_limit_exceeded",
    )
)


@dataclass(frozen=True, slots=True)
class RequestedDecline:
    """The next `count` payments are declined with `decline_code`; of `customer`, or of anybody."""

    count: int = 1
    decline_code: str = "generic_decline"
    customer: str | None = None

    @property
    def decline(self) -> Decline:
        if self.decline_code == "authentication_required":
            return AUTHENTICATION_REQUIRED
        if self.decline_code in _OWN_CODES:
            return Decline(self.decline_code, None)
        return Decline("card_declined", self.decline_code)


def waiting(world: World) -> Sequence[RequestedDecline]:
    """What is still to be declined, in the order in which it was asked for."""
    asked: Sequence[RequestedDecline] = world.kept(_KEPT).get("waiting", ())
    return asked


def request(world: World, asked: RequestedDecline) -> None:
    """Decline the next payments, after those that are to be declined already."""
    assert asked.decline_code in CODES, asked.decline_code
    world.keep(_KEPT, waiting=(*waiting(world), asked))


def forget(world: World) -> None:
    """Decline nothing more on request."""
    world.keep(_KEPT, waiting=())


def take(world: World, intent: Obj) -> Decline | None:
    """The decline that an attempt to pay this intent meets, if one was asked for; used up by it."""
    asked = waiting(world)
    for position, each in enumerate(asked):
        if each.customer in (None, intent["customer"]):
            left = (replace(each, count=each.count - 1),) if each.count > 1 else ()
            world.keep(_KEPT, waiting=(*asked[:position], *left, *asked[position + 1 :]))
            return each.decline
    return None
