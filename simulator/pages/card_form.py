"""From what a person typed into a card form to a card, or to the message that Stripe's own form
shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from simulator.billing.test_cards import CardInput
from simulator.contract.errors import CardError

_EXPIRY = re.compile(r"\s*(\d{1,2})\s*/?\s*(\d{2}|\d{4})\s*", re.ASCII)


def typed_card(form: Mapping[str, str], now: int) -> CardInput:
    """The card in the fields `number`, `cvc`, and `exp` ("12 / 34") or `exp_month` and `exp_year`.

    `now` is Unix seconds. Raises `CardError` for what is incomplete or in the past; whether the
    number is right, and whether the card is declined, billing decides.
    """
    number = "".join(form.get("number", "").split())
    if len(number) < 12:
        raise _incomplete("Your card number is incomplete.", "number")
    month, year = _expiry(form)
    if not 1 <= month <= 12:
        raise CardError(
            "Your card's expiration month is invalid.",
            code="invalid_expiry_month",
            param="exp_month",
        )
    today = datetime.fromtimestamp(now, UTC)
    if (year, month) < (today.year, today.month):
        raise CardError(
            "Your card's expiration year is in the past.",
            code="invalid_expiry_year",
            param="exp_year",
        )
    cvc = form.get("cvc", "").strip()
    if not re.fullmatch(r"[0-9]{3,4}", cvc):
        raise _incomplete("Your card's security code is incomplete.", "cvc")
    return CardInput(number=number, exp_month=month, exp_year=year, cvc=cvc)


def _expiry(form: Mapping[str, str]) -> tuple[int, int]:
    written = form.get("exp") or f"{form.get('exp_month', '')}/{form.get('exp_year', '')}"
    found = _EXPIRY.fullmatch(written)
    if found is None:
        raise _incomplete("Your card's expiration date is incomplete.", "exp")
    month, year = int(found[1]), int(found[2])
    return month, year if year >= 100 else 2000 + year


def _incomplete(message: str, param: str) -> CardError:
    return CardError(message, code=f"incomplete_{param}", param=param)
