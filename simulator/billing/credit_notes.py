"""Credit notes: taking back some of a final invoice (docs.stripe.com/invoicing/integration).

On an open invoice the note lowers what is due, and one for all of it settles the invoice; on a paid
one the amount goes back as a refund, to the customer's balance, or outside of Stripe. Its lines are
in `credit_note_lines`. Shape: class `stripe.CreditNote`; the number is that of recorded traffic
(`...-0001-CN-01`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.billing import customer_balance
from simulator.billing.call import (
    Call,
    Embedded,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    refusal,
    unset,
)
from simulator.billing.credit_note_lines import requested_lines, sums_of
from simulator.billing.dunning import after_success
from simulator.billing.invoicing import default_payment, expect_no_payment, settle
from simulator.billing.refunds import refund_charge
from simulator.billing.timelines import time_of
from simulator.contract.errors import StripeError
from simulator.engine import Obj, World
from simulator.engine.money import display

KIND = "credit_note"
_WAYS = ("refund_amount", "credit_amount", "out_of_band_amount")


@dataclass(frozen=True, slots=True)
class Credit:
    """How an amount is taken back, in minor units: before payment, or after it in three ways."""

    total: int
    before_payment: int
    refund: int = 0
    balance: int = 0
    out_of_band: int = 0

    @property
    def after_payment(self) -> int:
        return self.total - self.before_payment


def create(world: World, call: Call) -> Obj:
    params = call.only(
        "amount", "effective_at", "invoice", "lines", "memo", "metadata", "reason", *_WAYS
    )
    invoice = existing(world, "invoice", params["invoice"], "invoice")
    if invoice["status"] not in ("open", "paid"):
        raise StripeError(
            "You can only create credit notes for invoices that are open or paid. This invoice is"
            f" {invoice['status']}.",
            param="invoice",
        )
    lines = requested_lines(world, invoice, params)
    sums = sums_of(invoice, lines)
    credit = _credit(invoice, sums["total"], params)
    at = time_of(world, invoice)
    with world.transaction():
        note = {**_note(world, invoice, lines, credit, params, at), **sums}
        note = {**note, **_carry_out(world, invoice, note, credit, at)}
        return world.insert(note, "credit_note.created")


def _credit(invoice: Obj, total: int, params: Mapping[str, Any]) -> Credit:
    """Split the total over what is not paid yet and the ways to give back what is."""
    currency = invoice["currency"]
    most = invoice["amount_remaining"] + invoice["amount_paid"]
    most -= invoice["post_payment_credit_notes_amount"]
    if not 0 < total <= most:
        raise refusal(
            "The sum of credit amounts must be positive and at most what is left to credit on this"
            f" invoice: at most {display(most, currency)}.",
            param="amount",
        )
    before = min(total, invoice["amount_remaining"])
    after = total - before
    refund, balance, out = (params.get(name) or 0 for name in _WAYS)
    if refund + balance + out != after:
        raise refusal(
            "The sum of `credit_amount`, `refund_amount` and `out_of_band_amount` must equal the"
            f" credit note's amount after payment ({display(after, currency)}).",
            param="refund_amount",
        )
    return Credit(total, before, refund, balance, out)


def _note(
    world: World,
    invoice: Obj,
    lines: list[Obj],
    credit: Credit,
    params: Mapping[str, Any],
    at: int,
) -> Obj:
    name = world.ids.new("cn")
    number = world.count(KIND, "invoice", invoice["id"]) + 1
    kind = "mixed" if credit.before_payment and credit.after_payment else "post_payment"
    return {
        "id": name,
        "object": KIND,
        "amount_shipping": 0,
        "created": at,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "customer_account": None,
        "customer_balance_transaction": None,
        "effective_at": params.get("effective_at", at),
        "invoice": invoice["id"],
        "lines": {
            "object": "list",
            "data": lines,
            "has_more": False,
            "total_count": len(lines),
            "url": f"/v1/credit_notes/{name}/lines",
        },
        "livemode": False,
        "memo": unset(params.get("memo")),
        "metadata": merged_metadata({}, params.get("metadata")),
        "number": f"{invoice['number']}-CN-{number:02d}",
        "out_of_band_amount": credit.out_of_band or None,
        "pdf": f"{world.settings.public_url}/credit_notes/{name}/pdf",
        "post_payment_amount": credit.after_payment,
        "pre_payment_amount": credit.before_payment,
        "reason": params.get("reason"),
        "refunds": [],
        "shipping_cost": None,
        "status": "issued",
        "type": kind if credit.after_payment else "pre_payment",
        "voided_at": None,
    }


def _carry_out(world: World, invoice: Obj, note: Obj, credit: Credit, at: int) -> Obj:
    """What the note does to invoice, balance and charge; the note's own fields of it."""
    fields: Obj = {}
    if credit.balance:
        fields["customer_balance_transaction"] = _to_balance(world, invoice, note, credit, at)
    if credit.refund:
        refund = _refund(world, invoice, credit.refund)
        fields["refunds"] = [
            {
                "amount_refunded": credit.refund,
                "payment_record_refund": None,
                "refund": refund["id"],
                "type": "refund",
            }
        ]
    changes: Obj = {
        "post_payment_credit_notes_amount": invoice["post_payment_credit_notes_amount"]
        + credit.after_payment
    }
    if credit.before_payment:
        changes.update(_less(world, invoice, credit.before_payment))
    changed = world.change("invoice", invoice["id"], changes, "invoice.updated")
    if invoice["status"] == "open" and changed["amount_remaining"] == 0:
        expect_no_payment(world, changed, at)
        settle(world, changed, at)
        after_success(world, changed)
    return fields


def _less(world: World, invoice: Obj, amount: int) -> Obj:
    """What an open invoice, and the payment it waits for, still comes to."""
    due = invoice["amount_due"] - amount
    payment = default_payment(world, invoice)
    if payment is not None and due:
        world.change("invoice_payment", payment["id"], {"amount_requested": due})
        world.change("payment_intent", payment["payment"]["payment_intent"], {"amount": due})
    return {
        "amount_due": due,
        "amount_remaining": invoice["amount_remaining"] - amount,
        "pre_payment_credit_notes_amount": invoice["pre_payment_credit_notes_amount"] + amount,
    }


def _to_balance(world: World, invoice: Obj, note: Obj, credit: Credit, at: int) -> str:
    customer = existing(world, "customer", invoice["customer"], "customer")
    currency = invoice["currency"]
    before = customer_balance.held(world, customer, currency)
    ending = before - credit.balance
    made = customer_balance.enter(
        world,
        customer,
        "credit_note",
        (before, ending),
        at,
        currency=currency,
        invoice=invoice["id"],
        credit_note=note["id"],
    )
    customer_balance.hold(world, customer, currency, ending)
    return str(made["id"])


def _refund(world: World, invoice: Obj, amount: int) -> Obj:
    payment = default_payment(world, invoice)
    if payment is None:
        raise refusal("There is no payment of this invoice to refund.", param="refund_amount")
    name = payment["payment"]["payment_intent"]
    intent = existing(world, "payment_intent", name, "refund_amount")
    charge = existing(world, "charge", intent["latest_charge"], "refund_amount")
    return refund_charge(world, charge, amount)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, KIND, call.path["id"])


def update(world: World, call: Call) -> Obj:
    params = call.only("memo", "metadata")
    note = addressed(world, KIND, call.path["id"])
    changes: Obj = {}
    if "memo" in params:
        changes["memo"] = unset(params["memo"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(note["metadata"], params["metadata"])
    return world.change(KIND, note["id"], changes, "credit_note.updated")


def void(world: World, call: Call) -> Obj:
    """Only a note that lowered an invoice still open can be taken back."""
    call.only()
    note = addressed(world, KIND, call.path["id"])
    if note["status"] == "void":
        raise StripeError("This credit note has already been voided.")
    invoice = existing(world, "invoice", note["invoice"], "invoice")
    if invoice["status"] != "open":
        raise StripeError("You can only void credit notes on invoices that are open.")
    if note["post_payment_amount"]:
        raise not_simulated("voiding a credit note that gave money back")
    with world.transaction():
        back = _less(world, invoice, -note["pre_payment_amount"])
        world.change("invoice", invoice["id"], back, "invoice.updated")
        ended = {"status": "void", "voided_at": time_of(world, invoice)}
        return world.change(KIND, note["id"], ended, "credit_note.voided")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("created", "customer", "invoice")
    if params.get("invoice"):
        return Listing(KIND, "invoice", params["invoice"])
    customer = params.get("customer")
    return Listing(KIND, keep=lambda note: not customer or note["customer"] == customer)


def list_lines(world: World, call: Call) -> Embedded:
    call.only()
    return Embedded(tuple(addressed(world, KIND, call.path["credit_note"])["lines"]["data"]))


HANDLERS: dict[str, Handler] = {
    "POST /v1/credit_notes": create,
    "GET /v1/credit_notes": list_all,
    "GET /v1/credit_notes/{credit_note}/lines": list_lines,
    "GET /v1/credit_notes/{id}": retrieve,
    "POST /v1/credit_notes/{id}": update,
    "POST /v1/credit_notes/{id}/void": void,
}
