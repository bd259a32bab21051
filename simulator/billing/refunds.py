"""Refunds: giving back all or part of a charge, several times if need be.

docs.stripe.com/api/refunds; shape from recorded traffic
(stripe_performing_multiple_refunds_increments_total_refund_amount). Stripe keeps its fee; what was
passed on to a connected account, and the application fee, come back where the refund says so. The
cards 4000000000007726 and 4000000000005126 make a refund that is pending first, and one that fails
later (docs.stripe.com/testing#refunds); when they do so is our choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.balance import enter
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    not_simulated,
    refusal,
)
from simulator.billing.charges import ensure_settled
from simulator.billing.payment_intents import cancel_uncaptured
from simulator.billing.test_cards import card_of
from simulator.billing.transfer_reversals import check_refund, follow_refund
from simulator.contract.errors import MissingParameter, StripeError
from simulator.engine import HOUR, Obj, World
from simulator.engine.money import display

RESOLVES_AFTER = HOUR
_REVERSALS = ("reverse_transfer", "refund_application_fee")


def create(world: World, call: Call) -> Obj:
    params = call.only("amount", "charge", "metadata", "payment_intent", "reason", *_REVERSALS)
    charge = _charge(world, params)
    if not charge["captured"]:
        return _of_uncaptured(world, charge, params)
    amount = _amount(charge, params.get("amount"))
    with world.transaction():
        return _refund(world, charge, amount, params)


def _charge(world: World, params: Mapping[str, Any]) -> Obj:
    if params.get("charge"):
        charge = existing(world, "charge", params["charge"], "charge")
    elif params.get("payment_intent"):
        intent = existing(world, "payment_intent", params["payment_intent"], "payment_intent")
        if intent["status"] not in ("succeeded", "requires_capture"):
            raise StripeError(
                "This PaymentIntent does not have a successful charge to refund.",
                param="payment_intent",
            )
        charge = existing(world, "charge", intent["latest_charge"], "charge")
    else:
        raise MissingParameter("payment_intent")
    if charge["status"] == "failed":
        raise StripeError(f"Charge {charge['id']} was not successful and cannot be refunded.")
    dispute = world.get("dispute", charge["dispute"] or "")
    if dispute is not None and not dispute["is_charge_refundable"]:
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    return charge


def _of_uncaptured(world: World, charge: Obj, params: Mapping[str, Any]) -> Obj:
    """Refunding an authorisation cancels it (docs.stripe.com/refunds#cancel-payment)."""
    if charge["refunded"]:
        raise _already(charge)
    if params.get("amount") not in (None, charge["amount"]):
        raise refusal("An uncaptured charge can only be refunded in full.", param="amount")
    with world.transaction():
        cancel_uncaptured(world, charge)
        return world.insert(_body(world, charge, charge["amount"], params), "refund.created")


def _amount(charge: Obj, asked: int | None) -> int:
    """How much to give back; by default whatever was not given back yet."""
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise _already(charge)
    if asked is None:
        return int(left)
    if asked < 1:
        raise refusal("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if asked > left:
        currency = charge["currency"]
        what = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise refusal(
            f"Refund amount ({display(asked, currency)}) is greater than {what}"
            f" ({display(left, currency)})",
            param="amount",
        )
    return asked


def _already(charge: Obj) -> StripeError:
    return StripeError(
        f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
    )


def refund_charge(world: World, charge: Obj, amount: int) -> Obj:
    """Give back that much of a charge, as a credit note does."""
    with world.transaction():
        return _refund(world, charge, _amount(charge, amount), {})


def _refund(world: World, charge: Obj, amount: int, params: Mapping[str, Any]) -> Obj:
    if charge["payment_method_details"]["type"] == "customer_balance":
        raise not_simulated("refunds to a cash balance", param="charge")
    now = world.now()
    charge = ensure_settled(world, charge, now)
    check_refund(world, charge, params)
    refund = {
        **_body(world, charge, amount, params),
        "balance_transaction": world.ids.new("txn"),
    }
    ends = _ends(world, charge)
    if ends == "pending":
        refund["status"] = "pending"
    enter(
        world,
        "refund",
        refund,
        -amount,
        now,
        description="REFUND FOR CHARGE",
        name=refund["balance_transaction"],
    )
    refund |= follow_refund(world, charge, refund, params)
    given_back = charge["amount_refunded"] + amount
    whole = given_back == charge["amount"]
    world.change(
        "charge",
        charge["id"],
        {"amount_refunded": given_back, "refunded": whole},
        "charge.refunded",
    )
    if ends != "succeeded":
        world.schedule(now + RESOLVES_AFTER, "refund.resolve", refund["id"])
    return world.insert(refund, "refund.created")


def _ends(world: World, charge: Obj) -> str:
    method = world.get("payment_method", charge["payment_method"] or "")
    card = card_of(method) if method else None
    return card.refund if card else "succeeded"


def _body(world: World, charge: Obj, amount: int, params: Mapping[str, Any]) -> Obj:
    return {
        "id": world.ids.new("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": merged_metadata({}, params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def resolve(world: World, name: str) -> None:
    """Duty `refund.resolve`: what was pending succeeds, what cannot arrive fails.

    A failed refund returns to the balance (docs.stripe.com/refunds#failed-refunds).
    """
    refund = world.get("refund", name)
    if refund is None or refund["status"] in ("canceled", "failed"):
        return
    charge = existing(world, "charge", refund["charge"], "charge")
    if _ends(world, charge) == "pending":
        world.change("refund", name, {"status": "succeeded"}, *_UPDATED)
    else:
        _return(world, refund, charge, "failed", "refund.failed")


_UPDATED = ("refund.updated", "charge.refund.updated")


def _return(world: World, refund: Obj, charge: Obj, status: str, *events: str) -> Obj:
    """Take a refund back: its amount is on the balance again and can be refunded anew."""
    back = world.ids.new("txn")
    with world.transaction():
        enter(
            world,
            "refund_failure",
            refund,
            refund["amount"],
            world.now(),
            description="REFUND FAILURE",
            name=back,
        )
        left = charge["amount_refunded"] - refund["amount"]
        world.change("charge", charge["id"], {"amount_refunded": left, "refunded": False})
        changes: Obj = {"failure_balance_transaction": back, "status": status}
        if status == "failed":
            changes["failure_reason"] = "expired_or_canceled_card"
        return world.change("refund", refund["id"], changes, *events, *_UPDATED)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "refund", call.path["refund"], "refund")


def update(world: World, call: Call) -> Obj:
    params = call.only("metadata")
    refund = addressed(world, "refund", call.path["refund"], "refund")
    changes: Obj = {}
    if "metadata" in params:
        changes["metadata"] = merged_metadata(refund["metadata"], params["metadata"])
    return world.change("refund", refund["id"], changes, *_UPDATED)


def cancel(world: World, call: Call) -> Obj:
    """Only a refund that waits for the customer's bank details can be canceled; no card's does."""
    call.only()
    refund = addressed(world, "refund", call.path["refund"], "refund")
    raise StripeError(
        f"You cannot cancel this refund because it has a status of {refund['status']}. Only a"
        " refund with a status of requires_action can be canceled."
    )


def list_all(world: World, call: Call) -> Listing:
    params = call.only("charge", "created", "payment_intent")
    if params.get("charge"):
        existing(world, "charge", params["charge"], "charge")
        return Listing("refund", "charge", params["charge"])
    if params.get("payment_intent"):
        existing(world, "payment_intent", params["payment_intent"], "payment_intent")
        return Listing("refund", "payment_intent", params["payment_intent"])
    return Listing("refund")


HANDLERS: dict[str, Handler] = {
    "POST /v1/refunds": create,
    "GET /v1/refunds": list_all,
    "GET /v1/refunds/{refund}": retrieve,
    "POST /v1/refunds/{refund}": update,
    "POST /v1/refunds/{refund}/cancel": cancel,
}
