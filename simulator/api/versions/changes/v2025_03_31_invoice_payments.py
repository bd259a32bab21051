"""An invoice's payment, of which there may be several since.

An older version shows the default one. The charge is that of the latest attempt the invoice counts,
so that an event shows the charge there was when it happened. A payment names its invoice by way of
the invoice payment between them.
"""

from __future__ import annotations

from simulator.api.versions.change import Change
from simulator.api.versions.shape import Lookup, Shape, always
from simulator.engine import Obj

LINK = "payment.payment_intent"


def _payment_intent(lookup: Lookup, invoice: Obj) -> str | None:
    if invoice.get("status") == "draft" or "id" not in invoice:
        return None
    for payment in lookup.world.walk("invoice_payment", "invoice", invoice["id"]):
        if payment["is_default"]:
            intent: str | None = payment["payment"].get("payment_intent")
            return intent
    return None


def _charge(lookup: Lookup, invoice: Obj) -> str | None:
    intent, attempts = _payment_intent(lookup, invoice), invoice.get("attempt_count", 0)
    if intent is None or not (attempts or invoice.get("attempted")):
        return None
    charges = list(reversed(lookup.world.find("charge", "payment_intent", intent)))
    return charges[min(max(attempts, 1), len(charges)) - 1]["id"] if charges else None


def _paid_out_of_band(lookup: Lookup, invoice: Obj) -> bool:
    """Paid with money due, and by no PaymentIntent that succeeded."""
    if invoice.get("status") != "paid" or not invoice.get("amount_due"):
        return False
    name = _payment_intent(lookup, invoice)
    intent = lookup.world.get("payment_intent", name) if name else None
    return intent is None or intent["status"] == "canceled"


def _invoice(lookup: Lookup, intent: Obj) -> str | None:
    for payment in lookup.world.walk("invoice_payment", LINK, intent["id"]):
        name: str = payment["invoice"]
        return name
    return None


def _invoice_of_charge(lookup: Lookup, charge: Obj) -> str | None:
    intent = charge.get("payment_intent")
    if isinstance(intent, dict):
        return _invoice(lookup, intent)
    return _invoice(lookup, {"id": intent}) if intent else None


def _first_refund(_lookup: Lookup, note: Obj) -> object:
    refunds = note.get("refunds") or ()
    return refunds[0].get("refund") if refunds else None


CHANGE = Change(
    version="2025-03-31.basil",
    summary="An invoice has `payments`, in place of `payment_intent`, `charge`, `paid` and"
    " `paid_out_of_band`; payments no longer name their invoice.",
    page="https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices",
    shapes={
        "charge": Shape(removed={"invoice": _invoice_of_charge}),
        "invoice": Shape(
            added=("amount_overpaid", "confirmation_secret", "payments"),
            removed={
                "application_fee_amount": always(None),
                "charge": _charge,
                "paid": lambda _lookup, invoice: invoice.get("status") == "paid",
                "paid_out_of_band": _paid_out_of_band,
                "payment_intent": _payment_intent,
                "transfer_data": always(None),
            },
        ),
        "payment_intent": Shape(removed={"invoice": _invoice}),
        "credit_note": Shape(
            added=("refunds",),
            removed={"refund": _first_refund},
        ),
    },
)
