"""Integer minor units, and how Stripe writes them.

Amounts are never floats. Proration is exact integer arithmetic, rounded once, to the nearest minor
unit (the worked examples of docs.stripe.com/billing/subscriptions/prorations); an exact half goes
away from zero, which Stripe does not document.
"""

from __future__ import annotations

# docs.stripe.com/currencies#zero-decimal
ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # noqa: SIM905
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])

_SYMBOLS = {
    "usd": "$",
    "eur": "€",
    "gbp": "£",
    "jpy": "¥",
    "cad": "CA$",
    "aud": "A$",
    "nzd": "NZ$",
    "inr": "₹",
    "brl": "R$",
    "krw": "₩",
}


def share(amount: int, part: int, whole: int) -> int:
    """`amount * part / whole`, rounded to the nearest minor unit.

    >>> share(1000, 445540, 2678400), share(-3252, 445540, 2678400)
    (166, -541)
    """
    assert whole > 0
    assert part >= 0
    magnitude = (2 * abs(amount) * part + whole) // (2 * whole)
    return magnitude if amount >= 0 else -magnitude


def decimals(currency: str) -> int:
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def display(amount: int, currency: str) -> str:
    """The amount as Stripe's own texts write it.

    >>> display(2500, "usd"), display(-123456, "eur"), display(500, "jpy"), display(1000, "chf")
    ('$25.00', '-€1,234.56', '¥500', 'CHF 10.00')
    """
    places = decimals(currency)
    units, minor = divmod(abs(amount), 10**places)
    number = f"{units:,}.{minor:0{places}d}" if places else f"{units:,}"
    symbol = _SYMBOLS.get(currency, f"{currency.upper()} ")
    return f"{'-' if amount < 0 else ''}{symbol}{number}"


def display_exact(written: str, currency: str) -> str:
    """A decimal number of minor units, as much of it as there is.

    >>> display_exact("2500", "usd"), display_exact("0.05", "usd"), display_exact("12.5", "jpy")
    ('$25.00', '$0.0005', '¥12.5')
    """
    whole, _, fraction = written.partition(".")
    if not fraction:
        return display(int(whole), currency)
    point = "" if decimals(currency) else "."
    return f"{display(int(whole), currency)}{point}{fraction}"
