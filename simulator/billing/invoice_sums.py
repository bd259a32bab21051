"""What the lines of a draft come to: its discounts, taxes, totals, and what is due.

docs.stripe.com/invoicing/overview: a draft's sums follow its lines until it is final.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.billing.discounting import Discounted, discounted, note_use
from simulator.billing.taxation import taxed
from simulator.engine import Obj, World


def summed(world: World, invoice: Obj, made: Discounted) -> Obj:
    """The lines of a draft and the sums that follow from them, all in minor units."""
    tax = taxed(
        world, made.lines, invoice["default_tax_rates"], invoice["customer_tax_exempt"] or "none"
    )
    total = made.total + tax.exclusive
    due = max(0, total + invoice["starting_balance"])
    return {
        **made.shown(),
        "subtotal_excluding_tax": made.subtotal - tax.inclusive,
        "total": total,
        "total_excluding_tax": made.total - tax.inclusive,
        "total_taxes": tax.total_taxes,
        "amount_due": due,
        "amount_remaining": due,
        "lines": {
            "object": "list",
            "data": tax.lines,
            "has_more": False,
            "total_count": len(tax.lines),
            "url": f"/v1/invoices/{invoice['id']}/lines",
        },
    }


def relined(
    world: World,
    draft: Obj,
    lines: Sequence[Obj],
    discounts: Sequence[str] | None = None,
    *,
    events: Sequence[str] = ("invoice.updated",),
) -> Obj:
    """The draft with other lines or discounts, its sums worked out again."""
    plain = [{**line, "discount_amounts": [], "pretax_credit_amounts": []} for line in lines]
    chosen = draft["discounts"] if discounts is None else discounts
    made = discounted(world, plain, chosen, draft["created"], draft["id"])
    note_use(world, made, draft["id"])
    return world.change("invoice", draft["id"], summed(world, draft, made), *events)
