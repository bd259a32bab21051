"""What discounts take off an invoice's lines, to the minor unit.

docs.stripe.com/billing/subscriptions/coupons and recorded traffic (stripe_handles_coupons): a line
stays gross and names its discounts' amounts. Discounts of a line come first, then those of the
whole invoice in their order, each on what the ones before left. An amount is spread over the lines
in proportion, rounded down, the rest on the last line (5.00 over 10.00 and 20.00 is 1.66 and 3.34:
docs.stripe.com/billing/subscriptions/prorations); a percentage is rounded line by line, half up,
which Stripe does not document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from simulator.engine import Obj, World


@dataclass(frozen=True, slots=True)
class Terms:
    """A coupon's terms as a discount keeps them: an amount in minor units or a percentage, for one
    invoice only or for all, on all products or some.
    """

    amount_off: int | None
    percent_off: str | None
    once: bool
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discounted:
    """Lines with their discounts, and the sums that the invoice shows, in minor units."""

    lines: list[Obj]
    discounts: list[str]
    subtotal: int
    total: int
    amounts: list[Obj]

    def shown(self) -> Obj:
        """The invoice's own fields."""
        return {
            "discounts": self.discounts,
            "subtotal": self.subtotal,
            "subtotal_excluding_tax": self.subtotal,
            "total": self.total,
            "total_discount_amounts": self.amounts,
            "total_excluding_tax": self.total,
            "total_pretax_credit_amounts": [{**part, "type": "discount"} for part in self.amounts],
        }


def discounted(
    world: World,
    lines: Sequence[Obj],
    discounts: Sequence[str],
    at: int,
    invoice: str | None = None,
) -> Discounted:
    """Apply the lines' own discounts and those of the invoice, as they are at that instant.

    `invoice` is the draft the lines stand on already, whose use of a discount is no second one.
    """

    def live(name: str) -> bool:
        return is_live(world, name, at, invoice)

    left = [line["amount"] for line in lines]
    taken: list[dict[str, int]] = [{} for _ in lines]
    for position, line in enumerate(lines):
        for name in line["discounts"]:
            if live(name):
                _take(world, name, lines, [position], left, taken)
    subtotal = sum(left)
    kept = [name for name in discounts if live(name)]
    for name in kept:
        _take(world, name, lines, range(len(lines)), left, taken)
    sums: dict[str, int] = {}
    for parts in taken:
        for name, amount in parts.items():
            sums[name] = sums.get(name, 0) + amount
    return Discounted(
        lines=[_with(line, parts) for line, parts in zip(lines, taken, strict=True)],
        discounts=kept,
        subtotal=subtotal,
        total=sum(left),
        amounts=[{"amount": amount, "discount": name} for name, amount in sums.items()],
    )


def is_live(world: World, name: str, at: int, invoice: str | None = None) -> bool:
    """Whether a discount still takes something off at that instant."""
    discount = world.get("discount", name)
    if discount is None:
        return False
    ended = discount["end"] is not None and discount["end"] <= at
    used = world.kept(name).get("used")
    return not ended and used in (None, invoice)


def note_use(world: World, made: Discounted, invoice: str) -> list[str]:
    """Mark what this invoice used up; returns the names of the discounts good for one invoice."""
    spent = []
    for part in made.amounts:
        name = part["discount"]
        if part["amount"] and world.kept(name)["terms"].once:
            world.keep(name, used=invoice)
            spent.append(name)
    return spent


def _take(
    world: World,
    name: str,
    lines: Sequence[Obj],
    among: Sequence[int],
    left: list[int],
    taken: list[dict[str, int]],
) -> None:
    """Take one discount off those of the lines that it applies to."""
    terms: Terms = world.kept(name)["terms"]
    eligible = [i for i in among if left[i] > 0 and _applies(terms, lines[i])]
    whole = sum(left[i] for i in eligible)
    if terms.percent_off is not None:
        parts = [_percentage(left[i], terms.percent_off) for i in eligible]
    else:
        off = min(terms.amount_off or 0, whole)
        parts = [off * left[i] // whole for i in eligible]
        if parts:
            parts[-1] += off - sum(parts)
    for i, part in zip(eligible, parts, strict=True):
        left[i] -= part
        taken[i][name] = taken[i].get(name, 0) + part


def _applies(terms: Terms, line: Obj) -> bool:
    if not line["discountable"]:
        return False
    return not terms.products or line["pricing"]["price_details"]["product"] in terms.products


def _percentage(amount: int, percent: str) -> int:
    exact = Decimal(amount) * Decimal(percent) / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _with(line: Obj, parts: dict[str, int]) -> Obj:
    amounts = [{"amount": amount, "discount": name} for name, amount in parts.items()]
    if not amounts:
        return line
    return {
        **line,
        "discount_amounts": amounts,
        "pretax_credit_amounts": [{**part, "type": "discount"} for part in amounts],
    }


def net_of(line: Obj) -> int:
    """What a line really costs: its amount less its discounts."""
    off = sum(part["amount"] for part in line["discount_amounts"])
    return int(line["amount"] - off)
