"""What manual tax rates add to the lines of an invoice, or find in them.

docs.stripe.com/billing/taxes/tax-rates: an item's own rates come before the invoice's default ones;
tax is on what is left of a line after its discounts. An exclusive rate adds to the total, an
inclusive one is part of it. Each rate of each line is rounded by itself, half up; that is the
account's setting in Stripe, and our choice here. Exempt customers, and those whose tax is reversed,
owe none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from simulator.billing.discounting import net_of
from simulator.engine import Obj, World

_REASONS = {"exempt": "customer_exempt", "reverse": "reverse_charge"}


@dataclass(frozen=True, slots=True)
class Taxed:
    """Lines with their taxes, the invoice's `total_taxes`, and how much of it is in the prices."""

    lines: list[Obj]
    total_taxes: list[Obj]
    exclusive: int
    inclusive: int


def taxed(world: World, lines: Sequence[Obj], defaults: Sequence[Obj], exempt: str) -> Taxed:
    """Apply each line's rates; `exempt` is the customer's `tax_exempt`. Minor units."""
    made = []
    for line in lines:
        taxes = taxes_on(net_of(line), _rates(world, line, defaults), exempt)
        made.append({**line, "taxes": taxes} if taxes or line["taxes"] else line)
    totals = summed(tax for line in made for tax in line["taxes"])
    return Taxed(made, totals, tax_sum(totals, "exclusive"), tax_sum(totals, "inclusive"))


def summed(taxes: Iterable[Obj]) -> list[Obj]:
    """The taxes of several lines added up by rate, as `total_taxes` shows them."""
    sums: dict[str, Obj] = {}
    for tax in taxes:
        name = tax["tax_rate_details"]["tax_rate"]
        sums[name] = _added(sums.get(name), tax)
    return list(sums.values())


def tax_sum(taxes: Iterable[Obj], behavior: str) -> int:
    """How much of it is `exclusive`, or `inclusive`."""
    return sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == behavior)


def _added(before: Obj | None, tax: Obj) -> Obj:
    if before is None:
        return tax
    sums = {name: before[name] + tax[name] for name in ("amount", "taxable_amount")}
    return {**tax, **sums}


def _rates(world: World, line: Obj, defaults: Sequence[Obj]) -> Sequence[Obj]:
    parent: Mapping[str, Obj | None] = line["parent"]
    own: Sequence[Obj] = ()
    one_off, regular = parent["invoice_item_details"], parent["subscription_item_details"]
    if one_off is not None:
        item = world.get("invoiceitem", one_off["invoice_item"] or "")
        own = item["tax_rates"] if item else ()
    elif regular is not None:
        own = world.kept(regular["subscription_item"]).get("tax_rates", ())
    return own or defaults


def taxes_on(amount: int, rates: Sequence[Obj], exempt: str) -> list[Obj]:
    """The tax of each rate on an amount, in minor units."""
    included = [Decimal(str(r["percentage"])) for r in rates if r["inclusive"]]
    base = amount / (1 + sum(included, Decimal(0)) / 100)
    reason = _REASONS.get(exempt)
    taxes = []
    for rate in rates:
        exact = base * Decimal(str(rate["percentage"])) / 100
        tax = 0 if reason else int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        taxes.append(
            {
                "amount": tax,
                "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
                "tax_rate_details": {"tax_rate": rate["id"]},
                "taxability_reason": reason or "not_available",
                "taxable_amount": int(base.quantize(Decimal(1), ROUND_HALF_UP)),
                "type": "tax_rate_details",
            }
        )
    return taxes
