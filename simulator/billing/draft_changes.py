"""Changing the lines of a draft: what stands on it and what it comes to.

docs.stripe.com/invoicing/overview: a draft can be changed in everything, a final invoice in nothing
that counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.billing.discounting import discounted, note_use
from simulator.billing.invoicing import summed
from simulator.billing.lines import invoice_item_of, pending_line
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World


def editable(invoice: Obj) -> Obj:
    """The invoice, if it is still a draft."""
    if invoice["status"] != "draft":
        raise StripeError(
            "This invoice is no longer editable: only the lines of a draft can be changed, and this"
            f" one is {invoice['status']}.",
            code="invoice_not_editable",
            param="invoice",
        )
    return invoice


def put_on(world: World, draft: Obj, item: Obj) -> Obj:
    """Put an invoice item on a draft, or its new state in the place of the old; returns it."""
    line = pending_line(world, draft["id"], item)
    lines = list(draft["lines"]["data"])
    places = [place for place, old in enumerate(lines) if invoice_item_of(old) == item["id"]]
    if places:
        lines[places[0]] = {**line, "id": lines[places[0]]["id"]}
    else:
        lines.append(line)
    with world.transaction():
        held = world.change("invoiceitem", item["id"], {"invoice": draft["id"]})
        relined(world, draft, lines)
        return held


def take_off(world: World, draft: Obj, item: str) -> None:
    """Remove an invoice item's line from a draft."""
    relined(world, draft, [o for o in draft["lines"]["data"] if invoice_item_of(o) != item])


def relined(
    world: World, draft: Obj, lines: Sequence[Obj], discounts: Sequence[str] | None = None
) -> Obj:
    """The draft with other lines or discounts, its sums worked out again (`invoice.updated`)."""
    plain = [{**line, "discount_amounts": [], "pretax_credit_amounts": []} for line in lines]
    chosen = draft["discounts"] if discounts is None else discounts
    made = discounted(world, plain, chosen, draft["created"], draft["id"])
    note_use(world, made, draft["id"])
    return world.change("invoice", draft["id"], summed(world, draft, made), "invoice.updated")
