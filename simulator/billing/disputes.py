"""Disputes: a cardholder questions a payment, and the money goes back until it is decided.

docs.stripe.com/disputes and docs.stripe.com/testing#disputes; class `stripe.Dispute`; the balance
transaction (the amount, and a fee of 15.00) is that of public fixtures of recorded events. Payments
with Stripe's test cards for disputes succeed and are disputed; evidence that says
`winning_evidence`, `losing_evidence` or `escalate_inquiry_evidence` decides. An inquiry takes no
money unless it is escalated, and a record of fraud is no dispute but a warning.

Our choices: how long it takes until the dispute is there and until evidence is judged; evidence is
due nine days later, and without it a dispute is then lost and an inquiry closed; evidence that says
nothing in particular is never decided; all of it happens on the account's time, not a test clock's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.billing.balance import enter, fee_detail
from simulator.billing.dunning import subscription_of
from simulator.billing.endings import end_now
from simulator.billing.renewals import schedule_ends
from simulator.billing.subscription_status import LIVE
from simulator.billing.test_cards import card_of
from simulator.billing.timelines import time_of
from simulator.billing.winding_down import at_period_end
from simulator.engine import DAY, Obj, World

DECIDED_AFTER = 2  # seconds
EVIDENCE_DAYS = 9
FEE = 1500  # minor units

CLOSED = frozenset({"lost", "prevented", "warning_closed", "won"})
_TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


@dataclass(frozen=True, slots=True)
class Case:
    """What a test card's payments lead to: the cardholder's reason and the network's own code."""

    kind: Literal["chargeback", "inquiry", "warning"]
    reason: str = "fraudulent"
    network_code: str = "10.4"


_CASES = {
    "createDispute": Case("chargeback"),
    "createDisputeProductNotReceived": Case("chargeback", "product_not_received", "13.1"),
    "createDisputeInquiry": Case("inquiry"),
    "createIssuerFraudRecord": Case("warning"),
}


def open_dispute(world: World, name: str) -> None:
    """Duty `dispute.open`: the cardholder has been to their bank."""
    charge = world.get("charge", name)
    if charge is None or charge["disputed"] or not charge["captured"] or charge["refunded"]:
        return
    method = world.get("payment_method", charge["payment_method"])
    card = card_of(method) if method else None
    if card is None or not card.disputes:
        return
    case, now = _CASES[card.names[0]], world.now()
    if case.kind == "warning":
        _warn(world, charge, now)
        return
    dispute = _body(world, charge, case, now)
    opened = ["charge.dispute.created"]
    with world.transaction():
        if case.kind == "chargeback":
            dispute["balance_transactions"] = [_withdrawal(world, dispute, now)]
            opened.append("charge.dispute.funds_withdrawn")
        marks = {"disputed": True, "dispute": dispute["id"]}
        world.change("charge", charge["id"], marks)
        world.insert(dispute, *opened)
        world.schedule(dispute["evidence_details"]["due_by"], "dispute.lapse", dispute["id"])
        if case.kind == "chargeback":
            _end_subscription(world, charge)


def _warn(world: World, charge: Obj, now: int) -> None:
    world.insert(
        {
            "id": world.ids.new("issfr"),
            "object": "radar.early_fraud_warning",
            "actionable": True,
            "charge": charge["id"],
            "created": now,
            "fraud_type": "misc",
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        },
        "radar.early_fraud_warning.created",
    )


def _body(world: World, charge: Obj, case: Case, now: int) -> Obj:
    inquiry = case.kind == "inquiry"
    return {
        "id": world.ids.new("dp"),
        "object": "dispute",
        "amount": charge["amount_captured"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"appeal": None, "enhanced_evidence": {}, **dict.fromkeys(_TEXTS)},
        "evidence_details": {
            "due_by": (now // DAY + EVIDENCE_DAYS + 1) * DAY - 1,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": case.network_code,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": case.kind,
                "network": charge["payment_method_details"]["card"]["network"],
                "network_reason_code": case.network_code,
            },
            "type": "card",
        },
        "reason": case.reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _withdrawal(world: World, dispute: Obj, now: int) -> Obj:
    fee = {**fee_detail(FEE, dispute["currency"]), "description": "Dispute fee"}
    return enter(
        world,
        "adjustment",
        dispute,
        -dispute["amount"],
        now,
        fees=[fee],
        description=f"Chargeback withdrawal for {dispute['charge']}",
        category="dispute",
    )


def _reinstatement(world: World, dispute: Obj, now: int) -> Obj:
    fee = {**fee_detail(-FEE, dispute["currency"]), "description": "Dispute fee refund"}
    return enter(
        world,
        "adjustment",
        dispute,
        dispute["amount"],
        now,
        fees=[fee],
        description=f"Chargeback reversal for {dispute['charge']}",
        category="dispute_reversal",
    )


def _end_subscription(world: World, charge: Obj) -> None:
    """What the account's settings say about the subscription that the charge was for."""
    does = world.settings.on_dispute
    subscription = _subscription_paid_by(world, charge)
    if does == "keep" or subscription is None or subscription["status"] not in LIVE:
        return
    if does == "cancel":
        end_now(world, subscription, reason="payment_disputed")
        return
    now, details = time_of(world, subscription), subscription["cancellation_details"]
    ending = at_period_end(subscription, now, details)
    ending["cancellation_details"] = {**details, "reason": "payment_disputed"}
    event = "customer.subscription.updated"
    schedule_ends(world, world.change("subscription", subscription["id"], ending, event))


def _subscription_paid_by(world: World, charge: Obj) -> Obj | None:
    intent = charge["payment_intent"] or ""
    for payment in world.walk("invoice_payment", "payment.payment_intent", intent):
        invoice = world.get("invoice", payment["invoice"])
        if invoice is not None:
            return subscription_of(world, invoice)
    return None


def foresee_decision(world: World, dispute: Obj) -> None:
    """Note on the agenda that the evidence will be judged."""
    world.schedule(world.now() + DECIDED_AFTER, "dispute.decide", dispute["id"])


def decide(world: World, name: str) -> None:
    """Duty `dispute.decide`: the bank has read the evidence."""
    dispute = world.get("dispute", name)
    if dispute is None or dispute["status"] in CLOSED:
        return
    said = dispute["evidence"]["uncategorized_text"]
    inquiry = dispute["status"].startswith("warning")
    if said == "winning_evidence":
        _win(world, dispute)
    elif said == "losing_evidence":
        close(world, dispute)
    elif said == "escalate_inquiry_evidence" and inquiry:
        _escalate(world, dispute)


def _win(world: World, dispute: Obj) -> None:
    if dispute["status"].startswith("warning"):
        world.change(
            "dispute", dispute["id"], {"status": "warning_closed"}, "charge.dispute.closed"
        )
        return
    with world.transaction():
        back = _reinstatement(world, dispute, world.now())
        won = {
            "balance_transactions": [*dispute["balance_transactions"], back],
            "status": "won",
        }
        events = ("charge.dispute.closed", "charge.dispute.funds_reinstated")
        world.change("dispute", dispute["id"], won, *events)


def _escalate(world: World, dispute: Obj) -> None:
    """An inquiry becomes a chargeback, which wants evidence of its own."""
    now, card = world.now(), dispute["payment_method_details"]["card"]
    with world.transaction():
        changes = {
            "balance_transactions": [_withdrawal(world, dispute, now)],
            "evidence_details": {
                **dispute["evidence_details"],
                "submission_count": 0,
                "submission_method": "not_submitted",
            },
            "is_charge_refundable": False,
            "payment_method_details": {
                **dispute["payment_method_details"],
                "card": {**card, "case_type": "chargeback"},
            },
            "status": "needs_response",
        }
        events = ("charge.dispute.updated", "charge.dispute.funds_withdrawn")
        world.change("dispute", dispute["id"], changes, *events)
        charge = world.get("charge", dispute["charge"])
        if charge is not None:
            _end_subscription(world, charge)


def lapse(world: World, name: str) -> None:
    """Duty `dispute.lapse`: evidence is due, and what was not answered is over."""
    dispute = world.get("dispute", name)
    if dispute is not None and dispute["status"] in ("needs_response", "warning_needs_response"):
        details = {**dispute["evidence_details"], "due_by": None}
        close(world, world.change("dispute", name, {"evidence_details": details}))


def close(world: World, dispute: Obj) -> Obj:
    """The dispute is lost; an inquiry that never became one is over."""
    inquiry = dispute["status"].startswith("warning")
    status = "warning_closed" if inquiry else "lost"
    return world.change("dispute", dispute["id"], {"status": status}, "charge.dispute.closed")
