"""What an invoice would be (docs.stripe.com/api/invoices/create_preview).

A preview is the real thing, done and taken back: the change is carried out in a transaction, the
invoice is read, and the transaction is rolled back. So a preview cannot differ from what then
happens. A subscription that does not exist yet has an id in its preview, which is good for nothing;
that is our choice, since class `stripe.Invoice` has no invoice of a subscription without one.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.billing.call import Call, Handler
from simulator.billing.changes import Change, apply
from simulator.billing.coming_invoices import coming_invoice
from simulator.billing.requested_previews import SIMULATED, none_upcoming, requested
from simulator.engine import HOUR, Obj, World


class _Seen(Exception):
    """Carries the previewed invoice out of the transaction that is rolled back."""

    def __init__(self, invoice: Obj | None) -> None:
        super().__init__()
        self.invoice = invoice


def preview_change(world: World, subscription: Obj, change: Change | None) -> Obj | None:
    """The next invoice of a subscription, with a change if one is given, or `None` where none will
    come. Changes nothing.
    """

    def act() -> Obj | None:
        if change is not None:
            apply(world, subscription, change)
        return coming_invoice(world, subscription["id"], subscription["latest_invoice"])

    return _foreseen(world, act, change.at if change else None)


def create_preview(world: World, call: Call) -> Obj:
    params = call.only(*SIMULATED)
    asked = requested(world, params)
    seen = _foreseen(world, asked.invoice, asked.proration_date)
    if seen is None:
        raise none_upcoming(asked.customer)
    return seen if asked.customer else {**seen, "customer": None}


def _foreseen(
    world: World, act: Callable[[], Obj | None], proration_date: int | None
) -> Obj | None:
    """The invoice that `act` leads to, as a preview; all that `act` does is taken back."""
    try:
        with world.transaction():
            raise _Seen(act())
    except _Seen as seen:
        invoice = seen.invoice
    return None if invoice is None else _as_preview(world, invoice, proration_date)


def _as_preview(world: World, invoice: Obj, proration_date: int | None) -> Obj:
    name = f"upcoming_{world.ids.new('in')}"
    lines = [
        {**line, "id": world.ids.new("il").replace("il_", "il_tmp_"), "invoice": name}
        for line in invoice["lines"]["data"]
    ]
    draft = dict.fromkeys(("hosted_invoice_url", "invoice_pdf", "number", "effective_at"))
    parent, owner = invoice["parent"], f"customer={invoice['customer']}"
    if parent is not None:
        details = parent["subscription_details"]
        owner = f"subscription={details['subscription']}"
        details = {**details, "subscription_proration_date": proration_date}
        parent = {**parent, "subscription_details": details}
    return {
        **invoice,
        **draft,
        "id": name,
        "amount_paid": 0,
        "amount_remaining": invoice["amount_due"],
        "attempt_count": 0,
        "attempted": False,
        "automatically_finalizes_at": None,
        "billing_reason": "upcoming",
        "lines": {
            **invoice["lines"],
            "data": lines,
            "url": f"/v1/invoices/upcoming/lines?{owner}",
        },
        "next_payment_attempt": invoice["period_end"] + HOUR,
        "parent": parent,
        "status": "draft",
        "status_transitions": dict.fromkeys(invoice["status_transitions"]),
    }


HANDLERS: dict[str, Handler] = {"POST /v1/invoices/create_preview": create_preview}
