"""Stripe's test cards: numbers, tokens, ready-made payment methods, and how each behaves.

docs.stripe.com/testing. A card's behaviour follows from its last four digits, which are different
for every card here, so nothing about it needs to be kept beside the payment method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.contract.errors import CardError

_MESSAGES = {
    "card_declined": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "incorrect_number": "Your card number is incorrect.",
    "insufficient_funds": "Your card has insufficient funds.",
}


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a charge is refused: `error.code` and, where Stripe gives one, `error.decline_code`."""

    code: str = "card_declined"
    decline_code: str | None = "generic_decline"

    @property
    def message(self) -> str:
        return _MESSAGES.get(self.decline_code or "", _MESSAGES[self.code])

    def error(self, *, param: str | None = None, commits: bool = False, **extra: Any) -> CardError:
        """The 402 that Stripe answers (recorded traffic: stripe_handles_card_declined)."""
        return CardError(
            self.message,
            code=self.code,
            param=param,
            commits=commits,
            decline_code=self.decline_code,
            advice_code="try_again_later",
            network_decline_code="01" if self.code == "card_declined" else None,
            **extra,
        )


@dataclass(frozen=True, slots=True)
class TestCard:
    """One documented test card. `attaches` is false for those that Stripe refuses even to save."""

    __test__ = False

    number: str
    brand: str
    names: tuple[str, ...]
    decline: Decline | None = None
    attaches: bool = True
    funding: str = "credit"

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


def _declining(number: str, name: str, code: str, decline: str | None) -> TestCard:
    return TestCard(number, "visa", (name,), Decline(code, decline), attaches=False)


CARDS = (
    TestCard("4242424242424242", "visa", ("visa",)),
    TestCard("4000056655665556", "visa", ("visa_debit",), funding="debit"),
    TestCard("5555555555554444", "mastercard", ("mastercard",)),
    TestCard("378282246310005", "amex", ("amex",)),
    TestCard("6011111111111117", "discover", ("discover",)),
    TestCard(
        "4000000000000341",
        "visa",
        ("chargeCustomerFail", "visa_chargeCustomerFail"),
        Decline(),
    ),
    TestCard(
        "4000000000000002",
        "visa",
        ("visa_chargeDeclined", "chargeDeclined"),
        Decline(),
        attaches=False,
    ),
    _declining(
        "4000000000009995",
        "visa_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
    ),
    _declining("4000000000009987", "visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    _declining("4000000000009979", "visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    _declining("4000000000000069", "chargeDeclinedExpiredCard", "expired_card", None),
    _declining("4000000000000127", "chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    _declining("4000000000000119", "chargeDeclinedProcessingError", "processing_error", None),
)

BY_NUMBER = {card.number: card for card in CARDS}
BY_LAST4 = {card.last4: card for card in CARDS}
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
        raise CardError(_MESSAGES["incorrect_number"], code="incorrect_number", param="number")
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


def decline_of(payment_method: dict[str, Any]) -> Decline | None:
    """How a charge of this payment method is refused, or `None` if it succeeds."""
    card = BY_LAST4.get(payment_method["card"]["last4"])
    return card.decline if card else None
