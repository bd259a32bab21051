"""Changing the lines of a draft: what stands on it and what it comes to.

docs.stripe.com/invoicing/overview: a draft can be changed in everything, a final invoice in nothing
that counts.
"""

from __future__ import annotations

from simulator.billing.invoice_sums import relined
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
