"""Stripe's test cards: numbers, tokens, ready-made payment methods, and how each behaves.

docs.stripe.com/testing. A card's behaviour follows from its country and its last four digits, which
together are different for every card here, so nothing about it needs to be kept beside the payment
method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from simulator.billing.declines import MESSAGES, Decline
from simulator.contract.errors import CardError

Authentication: TypeAlias = Literal["always", "until_set_up", "on_session", "never"]
"""When the issuer wants 3D Secure: for every payment; for every payment on session, and off session
until the card was set up; for payments on session alone; never."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """One documented test card.

    `attaches` is false for those that Stripe refuses even to save; `refund` is how a refund to it
    ends; `disputes` marks the cards whose payments are disputed.
    """

    __test__ = False

    number: str
    brand: str
    names: tuple[str, ...]
    decline: Decline | None = None
    attaches: bool = True
    funding: str = "credit"
    country: str = "US"
    authentication: Authentication = "never"
    refund: Literal["succeeded", "pending", "failed"] = "succeeded"
    disputes: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


@dataclass(frozen=True, slots=True)
class CardInput:
    """A card as a person types it on a hosted page."""

    number: str
    exp_month: int
    exp_year: int
    cvc: str


def _visa(number: str, *names: str, **more: Any) -> TestCard:
    return TestCard(number, "visa", names, **more)


def _declining(number: str, names: tuple[str, ...], code: str, decline: str | None) -> TestCard:
    return TestCard(number, "visa", names, Decline(code, decline), attaches=False)


def _abroad(number: str, country: str, brand: str = "visa") -> TestCard:
    return TestCard(number, brand, (country.lower(),), country=country)


CARDS = (
    _visa("4242424242424242", "visa", "us"),
    _visa("4000056655665556", "visa_debit", funding="debit"),
    TestCard("5555555555554444", "mastercard", ("mastercard",)),
    TestCard("5200828282828210", "mastercard", ("mastercard_debit",), funding="debit"),
    TestCard("5105105105105100", "mastercard", ("mastercard_prepaid",), funding="prepaid"),
    TestCard("378282246310005", "amex", ("amex",)),
    TestCard("6011000990139424", "discover", ("discover",)),
    TestCard("6011111111111117", "discover", ()),
    TestCard("3056930009020004", "diners", ("diners",)),
    TestCard("3566002020360505", "jcb", ("jcb",)),
    TestCard("6200000000000005", "unionpay", ("unionpay",)),
    _visa("4000000000000077", "bypassPending"),
    _visa(
        "4000000000000341",
        "chargeCustomerFail",
        "visa_chargeCustomerFail",
        decline=Decline(),
    ),
    _declining(
        "4000000000000002",
        ("visa_chargeDeclined", "chargeDeclined"),
        "card_declined",
        "generic_decline",
    ),
    _declining(
        "4000000000009995",
        ("visa_chargeDeclinedInsufficientFunds", "chargeDeclinedInsufficientFunds"),
        "card_declined",
        "insufficient_funds",
    ),
    _declining("4000000000009987", ("visa_chargeDeclinedLostCard",), "card_declined", "lost_card"),
    _declining(
        "4000000000009979", ("visa_chargeDeclinedStolenCard",), "card_declined", "stolen_card"
    ),
    _declining("4000000000000069", ("chargeDeclinedExpiredCard",), "expired_card", None),
    _declining("4000000000000127", ("chargeDeclinedIncorrectCvc",), "incorrect_cvc", None),
    _declining("4000000000000119", ("chargeDeclinedProcessingError",), "processing_error", None),
    _declining(
        "4000000000006975",
        ("visa_chargeDeclinedVelocityLimitExceeded",),
        "card_declined",
        "card_velocity_exceeded",
    ),
    _visa(
        "4100000000000019",
        "radarBlock",
        decline=Decline("card_declined", "fraudulent", blocked=True),
    ),
    _visa("4000002500003155", "authenticationRequiredOnSetup", authentication="until_set_up"),
    _visa("4000002760003184", "authenticationRequired", authentication="always"),
    _visa(
        "4000003800000446",
        "authenticationRequiredSetupForOffSession",
        authentication="on_session",
    ),
    _visa(
        "4000008260003178",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        decline=Decline("card_declined", "insufficient_funds"),
        authentication="always",
    ),
    _visa(
        "4000000000003220",
        "threeDSecure2Required",
        "threeDSecureRequired",
        authentication="always",
    ),
    _visa("4000000000003055", "threeDSecureOptional"),
    _visa("4000000000007726", "pendingRefund", refund="pending"),
    _visa("4000000000005126", "refundFail", refund="failed"),
    _visa("4000000000000259", "createDispute", disputes=True),
    _visa("4000000000002685", "createDisputeProductNotReceived", disputes=True),
    _visa("4000000000001976", "createDisputeInquiry", disputes=True),
    _visa("4000000000005423", "createIssuerFraudRecord", disputes=True),
    _abroad("4000000320000021", "AR"),
    _abroad("4000000360000006", "AU"),
    _abroad("4000000400000008", "AT"),
    _abroad("4000000560000004", "BE"),
    _abroad("4000000760000002", "BR"),
    _abroad("4000001240000000", "CA"),
    _abroad("4000002080000001", "DK"),
    _abroad("4000002500000003", "FR"),
    _abroad("4000002760000016", "DE"),
    _abroad("4000003560000008", "IN"),
    _abroad("4000003720000005", "IE"),
    _abroad("4000003800000008", "IT"),
    _abroad("4000003920000003", "JP"),
    _abroad("4000004840008001", "MX"),
    _abroad("4000005280000002", "NL"),
    _abroad("4000005540000008", "NZ"),
    _abroad("4000005780000007", "NO"),
    _abroad("4000006160000005", "PL"),
    _abroad("4000006200000007", "PT"),
    _abroad("4000007020000003", "SG"),
    _abroad("4000007240000007", "ES"),
    _abroad("4000007520000008", "SE"),
    _abroad("4000007560000009", "CH"),
    _abroad("4000008260000000", "GB"),
)

BY_NUMBER = {card.number: card for card in CARDS}
BY_FACE = {(card.country, card.last4): card for card in CARDS}
BY_NAME = {name: card for card in CARDS for name in card.names}


def named(name: str) -> TestCard | None:
    """The card behind `pm_card_visa` or `tok_visa`, or `None` for any other name."""
    for prefix in ("pm_card_", "tok_"):
        if name.startswith(prefix):
            return BY_NAME.get(name.removeprefix(prefix))
    return None


def typed(number: str) -> TestCard:
    """The test card with that number.

    Real and mistyped numbers are refused as Stripe refuses them.
    """
    digits = "".join(character for character in number if character not in " -")
    card = BY_NUMBER.get(digits)
    if card is not None:
        return card
    numeric = digits.isascii() and digits.isdigit() and 12 <= len(digits) <= 19
    if not numeric or not luhn(digits):
        raise CardError(MESSAGES["incorrect_number"], code="incorrect_number", param="number")
    raise CardError(
        "Your card was declined. Your request was in test mode, but used a non test card. For a"
        " list of valid test cards, visit: https://stripe.com/docs/testing.",
        decline_code="test_mode_live_card",
    )


def luhn(digits: str) -> bool:
    """Whether the check digit is right."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def card_of(payment_method: dict[str, Any]) -> TestCard | None:
    """The test card behind a payment method; `None` where it is no card."""
    face = payment_method.get("card")
    return BY_FACE.get((face["country"], face["last4"])) if face else None
