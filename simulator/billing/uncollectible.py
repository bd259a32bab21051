"""Giving an open invoice up: it is marked uncollectible, and can still be paid or voided.

docs.stripe.com/invoicing/overview#uncollectible; the reasons are those of class `stripe.Invoice`,
`status_details`.
"""

from __future__ import annotations

from typing import Literal

from simulator.engine import Obj, World

Reason = Literal["max_payment_attempts", "subscription_paused", "user_forgiven"]


def give_up(world: World, name: str, at: int, reason: Reason) -> Obj:
    """Mark an open invoice uncollectible, emitting `invoice.marked_uncollectible`."""
    invoice = world.get("invoice", name)
    assert invoice is not None
    transitions = {**invoice["status_transitions"], "marked_uncollectible_at": at}
    return world.change(
        "invoice",
        name,
        {
            "auto_advance": False,
            "next_payment_attempt": None,
            "status": "uncollectible",
            "status_details": {"uncollectible": {"reason": reason}},
            "status_transitions": transitions,
        },
        "invoice.updated",
        "invoice.marked_uncollectible",
    )
