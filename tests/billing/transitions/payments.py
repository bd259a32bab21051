"""Payments of their own, refunds and disputes."""

from __future__ import annotations

from simulator.billing.charges import DISPUTED_AFTER
from simulator.engine import DAY, HOUR
from tests.billing.transitions.invoice_stories import charged, disputed
from tests.billing.transitions.stories import ASKING_CARD, BAD_CARD, nothing, refused, then
from tests.billing.transitions.transition import Transition

PAYMENTS = [
    Transition(
        "one payment",
        nothing,
        lambda a, _: charged(a),
        ["charge.succeeded", "payment_intent.succeeded", "payment_intent.created"],
    ),
    Transition(
        "one payment, declined",
        nothing,
        lambda a, _: refused(lambda: charged(a, BAD_CARD), 402),
        ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"],
    ),
    Transition(
        "one payment whose card wants its holder",
        nothing,
        lambda a, _: charged(a, ASKING_CARD),
        ["payment_intent.created", "payment_intent.requires_action"],
    ),
    Transition(
        "refunded",
        charged,
        lambda a, intent: a.post("refunds", payment_intent=intent["id"]),
        ["charge.updated", "charge.refunded", "refund.created"],
    ),
    Transition(
        "a refund that was pending arrives",
        then(
            lambda a: charged(a, "pm_card_pendingRefund"),
            lambda a, intent: a.post("refunds", payment_intent=intent["id"]),
        ),
        lambda a, _: a.pass_time(HOUR),
        ["refund.updated", "charge.refund.updated"],
        {"refund.updated": {"status"}, "charge.refund.updated": {"status"}},
    ),
    Transition(
        "a refund fails",
        then(
            lambda a: charged(a, "pm_card_refundFail"),
            lambda a, intent: a.post("refunds", payment_intent=intent["id"]),
        ),
        lambda a, _: a.pass_time(HOUR),
        ["refund.failed"],
    ),
    Transition(
        "disputed",
        lambda a: charged(a, "pm_card_createDispute"),
        lambda a, _: a.pass_time(DISPUTED_AFTER),
        ["charge.updated", "charge.dispute.created", "charge.dispute.funds_withdrawn"],
    ),
    Transition(
        "a dispute is answered",
        disputed,
        lambda a, d: a.post(
            f"disputes/{d['id']}", evidence={"uncategorized_text": "winning_evidence"}, submit=True
        ),
        ["charge.dispute.updated"],
    ),
    Transition(
        "a dispute that was answered is decided",
        then(
            disputed,
            lambda a, d: a.post(
                f"disputes/{d['id']}",
                evidence={"uncategorized_text": "winning_evidence"},
                submit=True,
            ),
        ),
        lambda a, _: a.pass_time(DAY),
        ["charge.dispute.closed", "charge.dispute.funds_reinstated"],
    ),
    Transition(
        "a dispute is given up",
        disputed,
        lambda a, d: a.post(f"disputes/{d['id']}/close"),
        ["charge.dispute.closed"],
    ),
]
