"""What a number of units costs by a price, in minor units.

docs.stripe.com/products-prices/pricing-models: per unit, in packages (`transform_quantity`), or by
tiers: `graduated` charges each unit by the tier it falls in, `volume` charges all by the tier that
the whole number falls in; a tier's flat amount is added for each tier that is used. Fractions of a
minor unit are carried exactly and rounded once for the line, half up, which Stripe does not
document.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from simulator.billing.price_terms import tiers_of
from simulator.engine import Obj, World


def amount_of(world: World, price: Obj, quantity: int | Decimal) -> int:
    """The amount of a whole period's line."""
    if price["billing_scheme"] == "tiered":
        exact = _tiered(tiers_of(world, price) or [], price["tiers_mode"], Decimal(quantity))
    else:
        exact = Decimal(price["unit_amount_decimal"]) * _packages(price, Decimal(quantity))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _packages(price: Obj, quantity: Decimal) -> Decimal:
    package = price["transform_quantity"]
    if package is None:
        return quantity
    whole, rest = divmod(Fraction(quantity), package["divide_by"])
    return Decimal(whole + (1 if rest and package["round"] == "up" else 0))


def _tiered(tiers: Sequence[Obj], mode: str, quantity: Decimal) -> Decimal:
    if mode == "volume":
        tier = next(t for t in tiers if t["up_to"] is None or quantity <= t["up_to"])
        return _of_tier(tier, quantity)
    total, below = Decimal(0), Decimal(0)
    for position, tier in enumerate(tiers):
        top = quantity if tier["up_to"] is None else min(quantity, Decimal(tier["up_to"]))
        if top > below or position == 0:
            total += _of_tier(tier, max(top - below, Decimal(0)))
        below = max(below, top)
        if below >= quantity:
            break
    return total


def _of_tier(tier: Obj, units: Decimal) -> Decimal:
    each = Decimal(tier["unit_amount_decimal"] or 0) * units
    return each + Decimal(tier["flat_amount_decimal"] or 0)
