"""Invoices by hand and by mail, their credit notes, and money that goes back."""

from __future__ import annotations

from simulator.engine import DAY, HOUR
from tests.billing.transitions.invoice_stories import invoiced, opened, settled
from tests.billing.transitions.sequences import RENEWAL_PAID
from tests.billing.transitions.stories import ASKING_CARD, BAD_CARD, refused, set_up, then
from tests.billing.transitions.transition import Transition

INVOICES = [
    Transition(
        "invoice item made",
        lambda a: a.payer(),
        lambda a, customer: a.post("invoiceitems", customer=customer, amount=500, currency="usd"),
        ["invoiceitem.created", "customer.updated"],
    ),
    Transition(
        "draft made",
        lambda a: a.payer(),
        lambda a, customer: invoiced(a, customer=customer),
        ["invoiceitem.created", "customer.updated", "invoice.created"],
    ),
    Transition(
        "draft changed",
        invoiced,
        lambda a, i: a.post(f"invoices/{i['id']}", description="for the record"),
        ["invoice.updated"],
        {"invoice.updated": {"description"}},
    ),
    Transition(
        "draft deleted",
        invoiced,
        lambda a, i: a.delete(f"invoices/{i['id']}"),
        ["invoice.deleted"],
    ),
    Transition(
        "draft finalised",
        invoiced,
        lambda a, i: a.post(f"invoices/{i['id']}/finalize"),
        ["payment_intent.created", "invoice.finalized"],
    ),
    Transition(
        "draft of nothing finalised: paid",
        lambda a: a.post("invoices", customer=a.payer()),
        lambda a, i: a.post(f"invoices/{i['id']}/finalize"),
        [
            "invoice.updated",
            "invoice.finalized",
            "invoice.paid",
            "invoice.payment_succeeded",
        ],
    ),
    Transition(
        "draft paid: finalised first",
        invoiced,
        lambda a, i: a.post(f"invoices/{i['id']}/pay"),
        [
            "invoice.finalized",
            "payment_intent.created",
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "draft that advances by itself is charged an hour later",
        lambda a: invoiced(a, auto_advance=True),
        lambda a, _: a.pass_time(HOUR),
        RENEWAL_PAID,
    ),
    Transition(
        "open, paid",
        opened,
        lambda a, i: a.post(f"invoices/{i['id']}/pay"),
        [
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "open, and the payment fails",
        lambda a: opened(a, customer=a.payer(BAD_CARD)),
        lambda a, i: refused(lambda: a.post(f"invoices/{i['id']}/pay"), 402),
        [
            "charge.failed",
            "payment_intent.payment_failed",
            "invoice.payment_failed",
            "invoice.updated",
            "customer.updated",
        ],
    ),
    Transition(
        "open, and the card wants its holder",
        lambda a: opened(a, customer=a.payer(ASKING_CARD)),
        lambda a, i: refused(lambda: a.post(f"invoices/{i['id']}/pay"), 402),
        [
            "payment_intent.requires_action",
            "invoice.payment_action_required",
            "invoice.payment_failed",
        ],
    ),
    Transition(
        "open, sent",
        lambda a: opened(a, collection_method="send_invoice", days_until_due=7),
        lambda a, i: a.post(f"invoices/{i['id']}/send"),
        ["invoice.sent"],
    ),
    Transition(
        "open, voided",
        opened,
        lambda a, i: a.post(f"invoices/{i['id']}/void"),
        ["payment_intent.canceled", "invoice.voided"],
    ),
    Transition(
        "open, given up",
        opened,
        lambda a, i: a.post(f"invoices/{i['id']}/mark_uncollectible"),
        ["invoice.updated", "invoice.marked_uncollectible"],
    ),
    Transition(
        "given up, and paid after all",
        then(opened, lambda a, i: a.post(f"invoices/{i['id']}/mark_uncollectible")),
        lambda a, i: a.post(f"invoices/{i['id']}/pay"),
        [
            "payment_intent.succeeded",
            "charge.succeeded",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded",
            "invoice_payment.paid",
        ],
    ),
    Transition(
        "given up, and voided",
        then(opened, lambda a, i: a.post(f"invoices/{i['id']}/mark_uncollectible")),
        lambda a, i: a.post(f"invoices/{i['id']}/void"),
        ["payment_intent.canceled", "invoice.voided"],
    ),
    Transition(
        "sent an hour after it was made",
        lambda a: a.subscribed(collection_method="send_invoice", days_until_due=7),
        lambda a, _: a.pass_time(HOUR),
        ["invoice.finalized", "payment_intent.created", "invoice.sent"],
    ),
    Transition(
        "not paid on its day",
        lambda a: (
            a.subscribed(collection_method="send_invoice", days_until_due=7),
            a.pass_time(7 * DAY - 1),
        )[0],
        lambda a, _: a.pass_time(1),
        ["customer.subscription.updated"],
    ),
    Transition(
        "a reminder before its day",
        lambda a: (
            set_up(a, due_soon_days=(3,)),
            a.subscribed(collection_method="send_invoice", days_until_due=7),
            a.pass_time(4 * DAY - 1),
        )[1],
        lambda a, _: a.pass_time(1),
        ["invoice.will_be_due"],
    ),
    Transition(
        "a reminder after its day",
        lambda a: (
            set_up(a, overdue_days=(3,)),
            a.subscribed(collection_method="send_invoice", days_until_due=7),
            a.pass_time(10 * DAY - 1),
        )[1],
        lambda a, _: a.pass_time(1),
        ["invoice.overdue"],
    ),
    Transition(
        "credit note on an open invoice",
        opened,
        lambda a, i: a.post("credit_notes", invoice=i["id"], amount=500),
        ["invoice.updated", "credit_note.created"],
    ),
    Transition(
        "credit note for all of an open invoice: settled",
        opened,
        lambda a, i: a.post("credit_notes", invoice=i["id"], amount=2000),
        [
            "invoice.updated",
            "payment_intent.canceled",
            "invoice.paid",
            "invoice.payment_succeeded",
            "credit_note.created",
        ],
    ),
    Transition(
        "credit note on a paid invoice: refunded",
        settled,
        lambda a, i: a.post("credit_notes", invoice=i["id"], amount=500, refund_amount=500),
        [
            "charge.refunded",
            "refund.created",
            "invoice.updated",
            "credit_note.created",
        ],
    ),
    Transition(
        "credit note on a paid invoice: to the balance",
        settled,
        lambda a, i: a.post("credit_notes", invoice=i["id"], amount=500, credit_amount=500),
        ["customer.updated", "invoice.updated", "credit_note.created"],
        {"customer.updated": {"balance", "next_invoice_sequence"}},
    ),
    Transition(
        "credit note voided",
        lambda a: a.post("credit_notes", invoice=opened(a)["id"], amount=500),
        lambda a, note: a.post(f"credit_notes/{note['id']}/void"),
        ["invoice.updated", "credit_note.voided"],
    ),
]
