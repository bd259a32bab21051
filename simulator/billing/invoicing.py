"""The life of an invoice: draft, finalised, paid.

docs.stripe.com/invoicing/overview and api/invoices; shapes from recorded traffic. A finalised
invoice has a number, a hosted page and, if money is due, one PaymentIntent behind one invoice
payment. What is owed is the total after the customer's balance
(docs.stripe.com/billing/customer/balance).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.billing.payments import Outcome, attempt, new_intent
from simulator.engine import HOUR, Obj, World

Lines = Callable[[str], Sequence[Obj]]
"""Given the invoice's id, its lines."""

DRAFT_FOR = HOUR
"""How long a renewal's invoice stays a draft."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new invoice is for. Times are Unix seconds of the subscription's timeline."""

    subscription: Obj
    reason: str
    at: int
    period: tuple[int, int]
    auto_advance: bool = False


def draft(world: World, plan: Draft, lines: Lines) -> Obj:
    """Insert a draft with its lines, emitting `invoice.created`."""
    name = world.ids.new("in")
    subscription = plan.subscription
    customer = world.get("customer", subscription["customer"])
    assert customer is not None
    made = list(lines(name))
    total = sum(line["amount"] for line in made)
    finalizes_at = plan.at + DRAFT_FOR if plan.auto_advance else None
    invoice: Obj = {
        **_defaults(),
        "id": name,
        "object": "invoice",
        "account_country": world.settings.country,
        "account_name": world.settings.account_name,
        "amount_due": max(0, total + customer["balance"]),
        "amount_remaining": max(0, total + customer["balance"]),
        "auto_advance": plan.auto_advance,
        "automatically_finalizes_at": finalizes_at,
        "billing_reason": plan.reason,
        "collection_method": subscription["collection_method"],
        "created": plan.at,
        "currency": subscription["currency"],
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "lines": {
            "object": "list",
            "data": made,
            "has_more": False,
            "total_count": len(made),
            "url": f"/v1/invoices/{name}/lines",
        },
        "next_payment_attempt": finalizes_at,
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": subscription["metadata"],
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "period_end": plan.period[1],
        "period_start": plan.period[0],
        "starting_balance": customer["balance"],
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "test_clock": subscription["test_clock"],
        "total": total,
        "total_excluding_tax": total,
        "webhooks_delivered_at": plan.at,
    }
    with world.transaction():
        for line in made:
            pending = line["parent"]["subscription_item_details"]["invoice_item"]
            if pending:
                world.change("invoiceitem", pending, {"invoice": name})
        return world.insert(invoice, "invoice.created")


def finalize(world: World, invoice: Obj, at: int) -> Obj:
    """Number a draft and open it, emitting `invoice.finalized`; the balance is applied here."""
    with world.transaction():
        customer = world.get("customer", invoice["customer"])
        assert customer is not None
        total, balance = invoice["total"], customer["balance"]
        due = max(0, total + balance)
        ending = balance + total - due
        sequence = customer["next_invoice_sequence"]
        if ending != balance:
            _move_balance(world, customer, invoice, ending)
        world.change("customer", customer["id"], {"next_invoice_sequence": sequence + 1})
        token = f"test_{world.ids.token(48)}"
        world.keep(f"hosted_invoice:{token}", invoice=invoice["id"])
        page = f"{world.settings.public_url}/i/{world.account}/{token}"
        opened = world.change(
            "invoice",
            invoice["id"],
            {
                "amount_due": due,
                "amount_remaining": due,
                "automatically_finalizes_at": None,
                "effective_at": at,
                "ending_balance": ending,
                "hosted_invoice_url": page,
                "invoice_pdf": f"{page}/pdf",
                "number": f"{customer['invoice_prefix']}-{sequence:04d}",
                "starting_balance": balance,
                "status": "open",
                "status_transitions": {**invoice["status_transitions"], "finalized_at": at},
            },
            "invoice.finalized",
        )
        if due:
            _expect_payment(world, opened, at)
        return opened


def settle(world: World, invoice: Obj, at: int, *events: str) -> Obj:
    """Mark an open invoice paid; the events are `invoice.paid` and its companions."""
    due = invoice["amount_due"]
    return world.change(
        "invoice",
        invoice["id"],
        {
            "amount_paid": due,
            "amount_remaining": 0,
            "attempted": True,
            "auto_advance": False,
            "next_payment_attempt": None,
            "status": "paid",
            "status_transitions": {**invoice["status_transitions"], "paid_at": at},
        },
        *events,
        "invoice.paid",
        "invoice.payment_succeeded",
    )


def collect(world: World, invoice: Obj, method: Obj, at: int, *, later: bool) -> Outcome:
    """Charge an open invoice to a payment method once.

    `later` is whether this happens after the invoice was first told of, so that a success also says
    `invoice.updated`. A decline leaves the invoice open and says `invoice.payment_failed`.
    """
    payment = default_payment(world, invoice)
    assert payment is not None
    intent = world.get("payment_intent", payment["payment"]["payment_intent"])
    assert intent is not None
    outcome = attempt(world, intent, method, at)
    tried = {"attempt_count": invoice["attempt_count"] + 1, "attempted": True}
    if outcome.decline is not None:
        world.change("invoice", invoice["id"], tried, "invoice.payment_failed")
        return outcome
    counted = world.change("invoice", invoice["id"], tried)
    settle(world, counted, at, *(("invoice.updated",) if later else ()))
    world.change(
        "invoice_payment",
        payment["id"],
        {
            "amount_paid": payment["amount_requested"],
            "status": "paid",
            "status_transitions": {"canceled_at": None, "paid_at": at},
        },
        "invoice_payment.paid",
    )
    return outcome


def void(world: World, invoice: Obj, at: int) -> Obj:
    """Void an open invoice and cancel its PaymentIntent."""
    with world.transaction():
        payment = default_payment(world, invoice)
        if payment is not None:
            canceled = {"canceled_at": at, "paid_at": None}
            world.change(
                "invoice_payment",
                payment["id"],
                {"status": "canceled", "status_transitions": canceled},
            )
            world.change(
                "payment_intent",
                payment["payment"]["payment_intent"],
                {"canceled_at": at, "cancellation_reason": "void_invoice", "status": "canceled"},
                "payment_intent.canceled",
            )
        transitions = {**invoice["status_transitions"], "voided_at": at}
        stopped = {"auto_advance": False, "next_payment_attempt": None, "status": "void"}
        return world.change(
            "invoice",
            invoice["id"],
            {**stopped, "status_transitions": transitions},
            "invoice.voided",
        )


def default_payment(world: World, invoice: Obj) -> Obj | None:
    """The invoice payment through which the invoice is collected."""
    for payment in world.walk("invoice_payment", "invoice", invoice["id"]):
        if payment["is_default"]:
            return payment
    return None


def _expect_payment(world: World, invoice: Obj, at: int) -> None:
    creation = invoice["billing_reason"] == "subscription_create"
    intent = new_intent(
        world,
        customer=invoice["customer"],
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        description="Subscription creation" if creation else "Subscription update",
        invoice=invoice["id"],
        created=at,
    )
    world.insert(
        {
            "id": world.ids.new("inpay"),
            "object": "invoice_payment",
            "amount_paid": None,
            "amount_requested": invoice["amount_due"],
            "created": at,
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        }
    )


def _move_balance(world: World, customer: Obj, invoice: Obj, ending: int) -> None:
    """Use up credit, or keep what the invoice gives back, and write it down."""
    world.insert(
        {
            "id": world.ids.new("cbtxn"),
            "object": "customer_balance_transaction",
            "amount": ending - customer["balance"],
            "checkout_session": None,
            "created": invoice["created"],
            "credit_note": None,
            "currency": invoice["currency"],
            "customer": customer["id"],
            "customer_account": None,
            "description": None,
            "ending_balance": ending,
            "invoice": invoice["id"],
            "livemode": False,
            "metadata": {},
            "type": "applied_to_invoice",
        }
    )
    world.change("customer", customer["id"], {"balance": ending}, "customer.updated")


def _defaults() -> Obj:
    """What an invoice says when nothing else is said."""
    return {
        "account_tax_ids": None,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "custom_fields": None,
        "customer_account": None,
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "livemode": False,
        "metadata": {},
        "number": None,
        "on_behalf_of": None,
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "statement_descriptor": None,
        "status": "draft",
        "status_details": None,
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "total_discount_amounts": [],
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
    }
