"""What an invoice would be (docs.stripe.com/api/invoices/create_preview).

A preview is the real thing, done and taken back: the change is carried out in a transaction, the
invoice is read, and the transaction is rolled back. So a preview cannot differ from what then
happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import Call, Handler, existing, not_simulated, refusal, simulates
from simulator.billing.changes import Change, apply
from simulator.billing.invoice_items import pending_of
from simulator.billing.renewals import renew
from simulator.billing.requested_items import item_changes
from simulator.billing.subscription_items import items_of
from simulator.billing.subscription_status import ENDED
from simulator.billing.subscriptions import proration_date
from simulator.billing.timelines import time_of
from simulator.contract.errors import StripeError
from simulator.engine import HOUR, Obj, World

_DETAILS = ("items", "proration_behavior", "proration_date", "billing_cycle_anchor")


class _Seen(Exception):
    """Carries the previewed invoice out of the transaction that is rolled back."""

    def __init__(self, invoice: Obj) -> None:
        super().__init__()
        self.invoice = invoice


def preview_change(world: World, subscription: Obj, change: Change | None) -> Obj:
    """The next invoice of a subscription, with a change if one is given. Changes nothing."""
    try:
        with world.transaction():
            before = subscription["latest_invoice"]
            after = apply(world, subscription, change) if change else subscription
            if after["latest_invoice"] == before:
                end = min(item["current_period_end"] for item in items_of(after))
                after = renew(world, after, end)
            invoice = world.get("invoice", after["latest_invoice"])
            assert invoice is not None
            raise _Seen(invoice)
    except _Seen as seen:
        at = change.at if change else None
        return _as_preview(world, seen.invoice, at)


def _as_preview(world: World, invoice: Obj, proration_date: int | None) -> Obj:
    name = f"upcoming_{world.ids.new('in')}"
    lines = [
        {**line, "id": world.ids.new("il").replace("il_", "il_tmp_"), "invoice": name}
        for line in invoice["lines"]["data"]
    ]
    details = {
        **invoice["parent"]["subscription_details"],
        "subscription_proration_date": proration_date,
    }
    draft = dict.fromkeys(("hosted_invoice_url", "invoice_pdf", "number", "effective_at"))
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
        "ending_balance": invoice["ending_balance"],
        "lines": {
            **invoice["lines"],
            "data": lines,
            "url": f"/v1/invoices/upcoming/lines?subscription={details['subscription']}",
        },
        "next_payment_attempt": invoice["period_end"] + HOUR,
        "parent": {**invoice["parent"], "subscription_details": details},
        "status": "draft",
        "status_transitions": dict.fromkeys(invoice["status_transitions"]),
    }


def create_preview(world: World, call: Call) -> Obj:
    params = call.only("customer", "subscription", "subscription_details", "preview_mode")
    if not params.get("subscription"):
        if not params.get("customer"):
            raise refusal(
                "You must either provide a `customer` or a `subscription` to preview an invoice."
            )
        existing(world, "customer", params["customer"], "customer")
        raise not_simulated("previews of subscriptions that do not exist yet", "subscription")
    if params.get("preview_mode", "next") != "next":
        raise not_simulated("preview_mode=recurring", "preview_mode")
    subscription = existing(world, "subscription", params["subscription"], "subscription")
    if subscription["status"] in ENDED:
        raise refusal(
            "You cannot preview the upcoming invoice of a canceled subscription.",
            code="invoice_upcoming_none",
        )
    change = _change(world, subscription, params)
    if change is None and _ends_before_next(world, subscription):
        raise StripeError(
            f"No upcoming invoices for customer: {subscription['customer']}",
            status=404,
            code="invoice_upcoming_none",
        )
    return preview_change(world, subscription, change)


def _ends_before_next(world: World, subscription: Obj) -> bool:
    """Whether it ends with its period and leaves nothing to invoice."""
    end, ends = subscription["cancel_at"], [i["current_period_end"] for i in items_of(subscription)]
    return end is not None and end <= min(ends) and not pending_of(world, subscription["id"])


def _change(world: World, subscription: Obj, params: Mapping[str, Any]) -> Change | None:
    details = simulates(params.get("subscription_details") or {}, _DETAILS, "subscription_details")
    anchor = details.get("billing_cycle_anchor") or {}
    if not details.get("items") and anchor.get("type") != "now":
        return None
    now = time_of(world, subscription)
    return Change(
        items=item_changes(
            world, subscription, details.get("items") or [], "subscription_details[items]"
        ),
        now=now,
        at=proration_date(subscription, details, now),
        proration_behavior=details.get("proration_behavior", "create_prorations"),
        reset_anchor=anchor.get("type") == "now",
    )


HANDLERS: dict[str, Handler] = {"POST /v1/invoices/create_preview": create_preview}
