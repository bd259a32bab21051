"""How the hosted pages write dates, prices, cards and reasons, in Stripe's words where known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from simulator.engine.money import display, display_exact
from simulator.engine.objects import Obj

REASONS: Mapping[str, str] = {
    "too_expensive": "It’s too expensive",
    "missing_features": "Some features are missing",
    "switched_service": "I’m switching to a different service",
    "unused": "I don’t use the service enough",
    "customer_service": "Customer service was less than expected",
    "low_quality": "Quality was less than expected",
    "too_complex": "Ease of use was less than expected",
    "other": "Other reason",
}
"""The feedback options of a cancellation, by their API names."""

_BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}
_RUNNING = ("javascript:", "data:", "vbscript:")


def day(instant: int) -> str:
    """A date in UTC.

    >>> day(1795531178)
    'November 24, 2026'
    """
    moment = datetime.fromtimestamp(instant, UTC)
    return f"{moment:%B} {moment.day}, {moment.year}"


def every(recurring: Mapping[str, object]) -> str:
    """How often.

    >>> every({"interval": "month", "interval_count": 1})
    'month'
    >>> every({"interval": "month", "interval_count": 3})
    '3 months'
    """
    count, interval = recurring.get("interval_count", 1), recurring["interval"]
    return f"{interval}" if count == 1 else f"{count} {interval}s"


def price_text(price: Obj, quantity: int = 1) -> str:
    """`$20.00 per month`, `$5.00 × 3 per year`, `$9.00` for a price paid once.

    One of which the use is charged afterwards is `$0.0004 per unit used, charged per month`.
    """
    if (price.get("recurring") or {}).get("usage_type") == "metered":
        return _usage_text(price)
    amount = price.get("unit_amount")
    if amount is None:
        text = "Varies"
    elif quantity == 1:
        text = display(amount, price["currency"])
    else:
        text = f"{display(amount, price['currency'])} × {quantity}"
    recurring = price.get("recurring")
    return f"{text} per {every(recurring)}" if recurring else text


def _usage_text(price: Obj) -> str:
    exact, package = price["unit_amount_decimal"], price["transform_quantity"]
    text = "Varies with use"
    if exact is not None:
        units = f"{package['divide_by']} units" if package else "unit"
        text = f"{display_exact(exact, price['currency'])} per {units} used"
    return f"{text}, charged per {every(price['recurring'])}"


def card_text(payment_method: Obj) -> str:
    """`Visa •••• 4242`."""
    card = payment_method.get("card")
    if card is None:
        return str(payment_method["type"]).replace("_", " ").capitalize()
    brand = _BRANDS.get(card["brand"], str(card["brand"]).capitalize())
    return f"{brand} •••• {card['last4']}"


def expiry_text(payment_method: Obj) -> str:
    """`Expires 04/2030`, or nothing for what has no expiry."""
    card = payment_method.get("card")
    return f"Expires {card['exp_month']:02d}/{card['exp_year']}" if card else ""


def harmless(url: str | None) -> str | None:
    """A link as the application gave it, unless following it would run a script."""
    if url is None or url.strip().lower().startswith(_RUNNING):
        return None
    return url
