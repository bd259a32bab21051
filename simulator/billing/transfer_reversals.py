"""Taking back what was passed on: transfers reversed, application fees refunded.

docs.stripe.com/connect/separate-charges-and-transfers#reverse-transfers, api/transfer_reversals,
api/fee_refunds. Both can be done in parts, and by the refund of a charge, then in proportion: "the
transfer will be reversed proportionally to the amount being refunded", and so for the fee (class
`stripe.params.RefundCreateParams`).

Our choices: a proportion is rounded to the nearest minor unit; the connected account's balance may
become negative by a reversal; a fee comes back to its balance as `application_fee_refund`.
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
    refusal,
)
from simulator.billing.connect import platform_of
from simulator.contract.errors import NoSuchObject
from simulator.engine import Obj, World
from simulator.engine.money import display, share

REVERSAL, FEE_REFUND = "transfer_reversal", "fee_refund"
SHOWN = 10  # of the latest reversals or refunds, in the object itself


def reverse(
    world: World,
    transfer: Obj,
    amount: int | None,
    *,
    metadata: Obj | None = None,
    refund: str | None = None,
) -> Obj:
    """Reverse a transfer, by default what is left of it (`transfer.reversed`).

    `refund` is the refund of the charge that it goes with, if there is one.
    """
    taken = _amount(transfer, amount, transfer["amount_reversed"], "transfer", "reversed")
    now, payment = world.now(), world.ids.new("pyr")
    reversal: Obj = {
        "id": world.ids.new("trr"),
        "object": REVERSAL,
        "amount": taken,
        "balance_transaction": world.ids.new("txn"),
        "created": now,
        "currency": transfer["currency"],
        "destination_payment_refund": payment,
        "metadata": metadata or {},
        "source_refund": refund,
        "transfer": transfer["id"],
    }
    with world.transaction():
        world.insert(reversal)
        name = reversal["balance_transaction"]
        enter(world, "transfer_refund", reversal, taken, now, name=name)
        connected = world.relatives(transfer["destination"])
        if connected is not None:
            back = {"id": payment, "currency": transfer["currency"]}
            enter(connected, "payment_refund", back, -taken, now)
            _note_on_payment(connected, transfer["destination_payment"], taken)
        given_back = transfer["amount_reversed"] + taken
        changes: Obj = {
            "amount_reversed": given_back,
            "reversals": _listed(world, REVERSAL, "transfer", transfer, "reversals"),
            "reversed": given_back == transfer["amount"],
        }
        world.change("transfer", transfer["id"], changes, "transfer.reversed")
    return reversal


def _note_on_payment(connected: World, name: str, taken: int) -> None:
    """What was given back of the payment that the transfer was to the connected account."""
    payment = connected.get("charge", name)
    if payment is not None:
        given_back = payment["amount_refunded"] + taken
        whole = given_back == payment["amount"]
        changes = {"amount_refunded": given_back, "refunded": whole}
        connected.change("charge", name, changes)


def refund_fee(world: World, fee: Obj, amount: int | None, metadata: Obj | None = None) -> Obj:
    """Refund an application fee, by default what is left of it (`application_fee.refunded`).

    `world` is the platform's.
    """
    taken = _amount(fee, amount, fee["amount_refunded"], "application fee", "refunded")
    now = world.now()
    refund: Obj = {
        "id": world.ids.new("fr"),
        "object": FEE_REFUND,
        "amount": taken,
        "balance_transaction": world.ids.new("txn"),
        "created": now,
        "currency": fee["currency"],
        "fee": fee["id"],
        "metadata": metadata or {},
    }
    with world.transaction():
        world.insert(refund)
        name = refund["balance_transaction"]
        enter(world, "application_fee_refund", refund, -taken, now, name=name)
        connected = world.relatives(fee["account"])
        if connected is not None:
            enter(connected, "application_fee_refund", refund, taken, now)
        given_back = fee["amount_refunded"] + taken
        changes: Obj = {
            "amount_refunded": given_back,
            "refunded": given_back == fee["amount"],
            "refunds": _listed(world, FEE_REFUND, "fee", fee, "refunds"),
        }
        world.change("application_fee", fee["id"], changes, "application_fee.refunded")
    return refund


def _amount(whole: Obj, asked: int | None, gone: int, noun: str, verb: str) -> int:
    left = int(whole["amount"] - gone)
    if left == 0:
        raise refusal(f"The {noun} {whole['id']} has already been fully {verb}.")
    if asked is None:
        return left
    if asked < 1:
        raise refusal("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if asked > left:
        currency = whole["currency"]
        raise refusal(
            f"The amount ({display(asked, currency)}) is greater than what is not {verb} of the"
            f" {noun} yet ({display(left, currency)}).",
            param="amount",
        )
    return asked


def _listed(world: World, kind: str, field: str, above: Obj, noun: str) -> Obj:
    found = world.find(kind, field, above["id"])
    return {
        **above[noun],
        "data": list(found[:SHOWN]),
        "has_more": len(found) > SHOWN,
        "total_count": len(found),
    }


def check_refund(world: World, charge: Obj, params: Mapping[str, Any]) -> None:
    """Refuses `reverse_transfer` and `refund_application_fee` where there is nothing to take."""
    if params.get("reverse_transfer") and not charge.get("transfer"):
        raise refusal(
            f"The charge {charge['id']} has no transfer to reverse.", param="reverse_transfer"
        )
    if params.get("refund_application_fee") and not charge["application_fee"]:
        raise refusal(
            f"The charge {charge['id']} has no application fee to refund.",
            param="refund_application_fee",
        )


def follow_refund(world: World, charge: Obj, refund: Obj, params: Mapping[str, Any]) -> Obj:
    """Take transfer and fee back in proportion to a refund; the refund's changed fields."""
    part, whole = refund["amount"], charge["amount"]
    last = charge["amount_refunded"] + part == whole
    if params.get("refund_application_fee"):
        platform = platform_of(world) or world
        fee = existing(platform, "application_fee", charge["application_fee"], "charge")
        refund_fee(platform, fee, None if last else share(fee["amount"], part, whole))
    if not params.get("reverse_transfer"):
        return {}
    transfer = existing(world, "transfer", charge["transfer"], "charge")
    amount = None if last else share(transfer["amount"], part, whole)
    return {"transfer_reversal": reverse(world, transfer, amount, refund=refund["id"])["id"]}


def create_reversal(world: World, call: Call) -> Obj:
    params = call.only("amount", "metadata", "refund_application_fee")
    transfer = addressed(world, "transfer", call.path["id"])
    metadata = merged_metadata({}, params.get("metadata"))
    with world.transaction():
        made = reverse(world, transfer, params.get("amount"), metadata=metadata)
        if params.get("refund_application_fee"):
            charge = world.get("charge", transfer["source_transaction"] or "") or {}
            if not charge.get("application_fee"):
                raise refusal(
                    f"The transfer {transfer['id']} came with no application fee to refund.",
                    param="refund_application_fee",
                )
            fee = existing(world, "application_fee", charge["application_fee"], "id")
            refund_fee(world, fee, share(fee["amount"], made["amount"], transfer["amount"]))
        return made


def create_fee_refund(world: World, call: Call) -> Obj:
    params = call.only("amount", "metadata")
    fee = addressed(world, "application_fee", call.path["id"])
    metadata = merged_metadata({}, params.get("metadata"))
    return refund_fee(world, fee, params.get("amount"), metadata)


def _found(world: World, call: Call, kind: str, field: str, above: str) -> Obj:
    held = addressed(world, above, call.path[field], field)
    found = world.get(kind, call.path["id"])
    if found is None or found[field] != held["id"]:
        raise NoSuchObject(kind, call.path["id"], in_path=True)
    return found


def _described(world: World, found: Obj, call: Call, *events: str) -> Obj:
    given = call.only("metadata").get("metadata")
    if given is None:
        return found
    changes: Obj = {"metadata": merged_metadata(found["metadata"], given)}
    return world.change(found["object"], found["id"], changes, *events)


def retrieve_reversal(world: World, call: Call) -> Obj:
    call.only()
    return _found(world, call, REVERSAL, "transfer", "transfer")


def update_reversal(world: World, call: Call) -> Obj:
    return _described(world, _found(world, call, REVERSAL, "transfer", "transfer"), call)


def list_reversals(world: World, call: Call) -> Listing:
    call.only()
    transfer = addressed(world, "transfer", call.path["id"])
    return Listing(REVERSAL, "transfer", transfer["id"])


def retrieve_fee_refund(world: World, call: Call) -> Obj:
    call.only()
    return _found(world, call, FEE_REFUND, "fee", "application_fee")


def update_fee_refund(world: World, call: Call) -> Obj:
    found = _found(world, call, FEE_REFUND, "fee", "application_fee")
    return _described(world, found, call, "application_fee.refund.updated")


def list_fee_refunds(world: World, call: Call) -> Listing:
    call.only()
    fee = addressed(world, "application_fee", call.path["id"])
    return Listing(FEE_REFUND, "fee", fee["id"])


_FEE = "/v1/application_fees"

HANDLERS: dict[str, Handler] = {
    f"GET {_FEE}/{{fee}}/refunds/{{id}}": retrieve_fee_refund,
    f"POST {_FEE}/{{fee}}/refunds/{{id}}": update_fee_refund,
    f"GET {_FEE}/{{id}}/refunds": list_fee_refunds,
    f"POST {_FEE}/{{id}}/refunds": create_fee_refund,
    "GET /v1/transfers/{id}/reversals": list_reversals,
    "POST /v1/transfers/{id}/reversals": create_reversal,
    "GET /v1/transfers/{transfer}/reversals/{id}": retrieve_reversal,
    "POST /v1/transfers/{transfer}/reversals/{id}": update_reversal,
}
