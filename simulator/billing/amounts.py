"""Amounts and currencies that can be charged (docs.stripe.com/currencies).

The texts of the refusals: recorded traffic (stripe_handles_exception_when_creating_a_charge) and
docs.stripe.com/error-codes#amount-too-small.
"""

from __future__ import annotations

from simulator.billing.call import refusal
from simulator.engine.money import display

MINIMUM = {
    "aed": 200,
    "aud": 50,
    "bgn": 100,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "czk": 1500,
    "dkk": 250,
    "eur": 50,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "inr": 50,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "nzd": 50,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "sgd": 50,
    "thb": 1000,
    "usd": 50,
}
"""The least that can be charged, in minor units; one where the page names no minimum."""

MAXIMUM = 99_999_999
_TOO_LITTLE = (
    "The amount must be greater than or equal to the minimum charge amount allowed for your account"
    " and the currency set (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)."
    "  If you want to save a Payment Method for future use without an immediate payment, use a"
    " Setup Intent instead: https://docs.stripe.com/payments/setup-intents"
)


def currency_of(code: str, param: str = "currency") -> str:
    """A currency code in lower case, as objects show it."""
    code = code.lower()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise refusal(f"Invalid currency: {code}.", param=param)
    return code


def check_chargeable(amount: int, currency: str) -> None:
    """Refuses an amount that Stripe would not charge."""
    if amount == 0:
        raise refusal(_TOO_LITTLE, param="amount", code="parameter_invalid_integer")
    if amount < 0:
        raise refusal("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    least = MINIMUM.get(currency, 1)
    if amount < least:
        raise refusal(
            f"Amount must be at least {display(least, currency)} {currency}",
            param="amount",
            code="amount_too_small",
        )
    if amount > MAXIMUM:
        raise refusal(
            f"Amount must be no more than {display(MAXIMUM, currency)}",
            param="amount",
            code="amount_too_large",
        )
