"""The life of an invoice: draft, finalised, paid.

docs.stripe.com/invoicing/overview and api/invoices; shapes from recorded traffic. A finalised
invoice has a number, a hosted page and, if money is due, one PaymentIntent behind one invoice
payment. What is owed is the total after the customer's balance
(docs.stripe.com/billing/customer/balance).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.billing import customer_balance, due_reminders
from simulator.billing.amounts import MINIMUM
from simulator.billing.connect import application_of
from simulator.billing.customer_balance import held
from simulator.billing.discounting import discounted, note_use
from simulator.billing.discounts import on_invoice_of
from simulator.billing.invoice_defaults import invoice_defaults
from simulator.billing.invoice_sums import relined, summed
from simulator.billing.lines import invoice_item_of
from simulator.billing.metered_items import remeasured
from simulator.billing.new_intents import new_invoice_intent
from simulator.billing.payments import ON_SESSION, Outcome, Session, attempt
from simulator.billing.tax_ids import shown_on_invoices
from simulator.billing.timelines import timeline_of
from simulator.engine import DAY, HOUR, Obj, World

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
    """Insert a subscription's draft with its lines, emitting `invoice.created`."""
    name = world.ids.new("in")
    subscription = plan.subscription
    customer = world.get("customer", subscription["customer"])
    assert customer is not None
    finalizes_at = plan.at + DRAFT_FOR if plan.auto_advance else None
    sent = subscription["collection_method"] == "send_invoice"
    fields: Obj = {
        "application": application_of(world),
        "auto_advance": plan.auto_advance,
        "automatically_finalizes_at": finalizes_at,
        "billing_reason": plan.reason,
        "collection_method": subscription["collection_method"],
        "created": plan.at,
        "currency": subscription["currency"],
        "default_tax_rates": subscription["default_tax_rates"],
        "due_date": _due(subscription, plan.at),
        "next_payment_attempt": None if sent else finalizes_at,
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
        "test_clock": subscription["test_clock"],
        "webhooks_delivered_at": plan.at,
    }
    discounts = on_invoice_of(world, subscription, customer)
    return insert_draft(world, {"id": name, **fields}, customer, list(lines(name)), discounts)


def _due(subscription: Obj, at: int) -> int | None:
    """By when an invoice that is sent is to be paid."""
    if subscription["collection_method"] != "send_invoice":
        return None
    return int(at + subscription["days_until_due"] * DAY)


def insert_draft(
    world: World, fields: Obj, customer: Obj, lines: Sequence[Obj], discounts: Sequence[str]
) -> Obj:
    """Insert a draft with these fields, lines and discounts, emitting `invoice.created`.

    The invoice items among the lines are pending no more, and discounts good for one invoice are
    used up.
    """
    name, at = fields["id"], fields["created"]
    invoice: Obj = {
        **invoice_defaults(),
        "object": "invoice",
        "account_country": world.settings.country,
        "account_name": world.settings.account_name,
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": shown_on_invoices(world, customer["id"]),
        "starting_balance": held(world, customer, fields["currency"]),
        **fields,
    }
    made = discounted(world, lines, discounts, at)
    with world.transaction():
        for line in lines:
            pending = invoice_item_of(line)
            if pending:
                world.change("invoiceitem", pending, {"invoice": name})
        for spent in note_use(world, made, name):
            world.schedule(at, "discount.end", spent, timeline_of(invoice))
        return world.insert({**invoice, **summed(world, invoice, made)}, "invoice.created")


def finalize(world: World, invoice: Obj, at: int) -> Obj:
    """Number a draft and open it, emitting `invoice.finalized`; the balance is applied here, and
    usage is measured for the last time.
    """
    with world.transaction():
        lines = remeasured(world, invoice)
        if lines is not None:
            invoice = relined(world, invoice, lines, events=())
        customer = world.get("customer", invoice["customer"])
        assert customer is not None
        total, balance = invoice["total"], held(world, customer, invoice["currency"])
        owed = max(0, total + balance)
        due = 0 if owed < MINIMUM.get(invoice["currency"], 1) else owed
        ending = balance + total - due
        sequence = customer["next_invoice_sequence"]
        if ending != balance:
            _move_balance(world, customer, invoice, ending, too_small=owed - due)
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
                "rendering": _rendered(world, invoice["rendering"]),
                "number": f"{customer['invoice_prefix']}-{sequence:04d}",
                "starting_balance": balance,
                "status": "open",
                "status_transitions": {**invoice["status_transitions"], "finalized_at": at},
            },
            "invoice.finalized",
        )
        if due:
            _expect_payment(world, opened, at)
        if due and opened["due_date"] is not None:
            timeline = timeline_of(opened)
            world.schedule(opened["due_date"], "invoice.overdue", opened["id"], timeline)
            due_reminders.plan(world, opened)
        return opened


def _rendered(world: World, rendering: Obj | None) -> Obj | None:
    """How it is printed, if that was said: `auto` becomes the country's own page (recorded)."""
    if rendering is None or (rendering["pdf"] or {}).get("page_size") != "auto":
        return rendering
    letter = world.settings.country in ("CA", "MX", "US")
    return {**rendering, "pdf": {"page_size": "letter" if letter else "a4"}}


def settle(world: World, invoice: Obj, at: int, *events: str) -> Obj:
    """Mark an open invoice paid; the events are `invoice.paid` and its companions."""
    told = (*events, "invoice.paid", "invoice.payment_succeeded")
    return world.change("invoice", invoice["id"], _paid(invoice, at), *told)


def settle_elsewhere(world: World, invoice: Obj, at: int) -> Obj:
    """Mark an open invoice paid outside of Stripe: no payment of its own is waited for any more.

    docs.stripe.com/api/invoices/pay, `paid_out_of_band`; `invoice.paid` tells of it, and
    `invoice.payment_succeeded`, which tells of attempts to pay, does not.
    """
    expect_no_payment(world, invoice, at)
    paid = {**_paid(invoice, at), "amount_paid_off_stripe": invoice["amount_due"]}
    return world.change("invoice", invoice["id"], paid, "invoice.updated", "invoice.paid")


def _paid(invoice: Obj, at: int) -> Obj:
    return {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "attempted": True,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status": "paid",
        "status_transitions": {**invoice["status_transitions"], "paid_at": at},
    }


def collect(
    world: World,
    invoice: Obj,
    method: Obj,
    at: int,
    *,
    later: bool,
    counts: bool = True,
    session: Session = ON_SESSION,
) -> Outcome:
    """Charge an open invoice to a payment method once.

    `later` is whether this happens after the invoice was first told of, so that a success also says
    `invoice.updated`; `counts` is whether the attempt adds to `attempt_count`. A decline leaves the
    invoice open and says `invoice.payment_failed`; so does a card whose holder has to be asked,
    which on session is no attempt that counts (recorded: `attempt_count` 0, `auto_advance` true).
    """
    payment = default_payment(world, invoice)
    assert payment is not None
    intent = world.get("payment_intent", payment["payment"]["payment_intent"])
    assert intent is not None
    outcome = attempt(world, intent, method, at, session)
    tried = {"attempt_count": invoice["attempt_count"] + counts, "attempted": True}
    if outcome.awaits_customer:
        asked = tried if session.off else {"attempted": True, "auto_advance": True}
        events = ("invoice.payment_action_required", "invoice.payment_failed")
        world.change("invoice", invoice["id"], asked, *events)
        return outcome
    if not outcome.paid:
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
        expect_no_payment(world, invoice, at)
        transitions = {**invoice["status_transitions"], "voided_at": at}
        stopped = {"auto_advance": False, "next_payment_attempt": None, "status": "void"}
        return world.change(
            "invoice",
            invoice["id"],
            {**stopped, "status_transitions": transitions},
            "invoice.voided",
        )


def expect_no_payment(world: World, invoice: Obj, at: int) -> None:
    """Cancel what an open invoice waited for, as nothing is to be paid any more."""
    payment = default_payment(world, invoice)
    if payment is None:
        return
    canceled = {"canceled_at": at, "paid_at": None}
    world.change(
        "invoice_payment",
        payment["id"],
        {"status": "canceled", "status_transitions": canceled},
    )
    world.change(
        "payment_intent",
        payment["payment"]["payment_intent"],
        {
            "canceled_at": at,
            "cancellation_reason": "void_invoice",
            "next_action": None,
            "status": "canceled",
        },
        "payment_intent.canceled",
    )


def default_payment(world: World, invoice: Obj) -> Obj | None:
    """The invoice payment through which the invoice is collected."""
    for payment in world.walk("invoice_payment", "invoice", invoice["id"]):
        if payment["is_default"]:
            return payment
    return None


def _expect_payment(world: World, invoice: Obj, at: int) -> None:
    reasons = {"manual": "Payment for Invoice", "subscription_create": "Subscription creation"}
    intent = new_invoice_intent(
        world,
        customer=invoice["customer"],
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        description=reasons.get(invoice["billing_reason"], "Subscription update"),
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


def _move_balance(
    world: World, customer: Obj, invoice: Obj, ending: int, *, too_small: int
) -> None:
    """Use up credit, or keep what the invoice gives back, and write it down.

    What is owed and is `too_small` to be charged is owed later
    (docs.stripe.com/billing/customer/balance, `invoice_too_small`).
    """
    currency = invoice["currency"]
    before = held(world, customer, currency)
    steps = [("applied_to_invoice", ending - too_small), ("invoice_too_small", ending)]
    for kind, reached in steps:
        if reached == before:
            continue
        customer_balance.enter(
            world,
            customer,
            kind,
            (before, reached),
            invoice["created"],
            currency=currency,
            invoice=invoice["id"],
        )
        before = reached
    customer_balance.hold(world, customer, currency, ending)
