"""How an invoice is rendered, which was said in two fields."""

from __future__ import annotations

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Lookup, Shape
from simulator.engine import Obj


def _rendering_options(_lookup: Lookup, invoice: Obj) -> Obj | None:
    rendering = invoice.get("rendering")
    return {"amount_tax_display": rendering.get("amount_tax_display")} if rendering else None


CHANGE = Change(
    version="2024-04-10",
    summary="`rendering_options` of an invoice is part of `rendering`.",
    page="https://docs.stripe.com/changelog/2024-04-10",
    shapes={"invoice": Shape(removed={"rendering_options": _rendering_options})},
)
