"""Money between a platform and its connected accounts (docs.stripe.com/connect/charges).

A destination charge moves the payment on to the connected account and leaves the application fee
with the platform; a direct charge is the connected account's own, and its application fee comes to
the platform. A transfer by hand takes from what is available, or from one charge whose money is
still to come (`source_transaction`). What is taken back is in `transfer_reversals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.amounts import currency_of
from simulator.billing.balance import available_funds, enter
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    existing,
    merged_metadata,
    refusal,
    unset,
)
from simulator.billing.connect import own_application, platform_of
from simulator.billing.received_payments import receive
from simulator.contract.errors import MissingParameter, NoSuchObject
from simulator.engine import Obj, World

_NO_FUNDS = (
    "You have insufficient available funds in your Stripe account. Try adding funds directly to"
    " your available balance by creating Charges using the 4000000000000077 test card. See:"
    " https://stripe.com/docs/testing#available-balance"
)


def of_destination_charge(world: World, charge: Obj, at: int) -> Obj:
    """Transfer a settled charge to its destination; the charge's changed fields.

    With `transfer_data[amount]` that much is transferred; otherwise all of it, and the application
    fee comes back.
    """
    given = charge["transfer_data"]
    amount = given["amount"] if given["amount"] is not None else charge["amount_captured"]
    asked = {"destination": given["destination"], "transfer_group": charge["transfer_group"]}
    transfer = _send(world, amount, charge["currency"], asked, at, charge["id"])
    changes: Obj = {"transfer": transfer["id"]}
    fee = None
    if charge["application_fee_amount"]:
        paid = {**charge, "id": transfer["destination_payment"]}
        amount = charge["application_fee_amount"]
        fee = _new_fee(world, given["destination"], paid, amount, at, charge["id"])
        changes["application_fee"] = fee["id"]
    receive(world, transfer, fee, at)
    return changes


def _send(
    world: World, amount: int, currency: str, asked: Mapping[str, Any], at: int, source: str | None
) -> Obj:
    """Insert a transfer and take it from the platform's balance; `source` is its charge."""
    name = world.ids.new("tr")
    transfer: Obj = {
        "id": name,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": world.ids.new("txn"),
        "created": at,
        "currency": currency,
        "description": unset(asked.get("description")),
        "destination": asked["destination"],
        "destination_payment": world.ids.new("py"),
        "livemode": False,
        "metadata": merged_metadata({}, asked.get("metadata")),
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/transfers/{name}/reversals",
        },
        "reversed": False,
        "source_transaction": source,
        "source_type": "card",
        "transfer_group": asked.get("transfer_group"),
    }
    world.insert(transfer, "transfer.created")
    enter(world, "transfer", transfer, -amount, at, name=transfer["balance_transaction"])
    return transfer


def fee_of_direct_charge(world: World, charge: Obj, at: int) -> Obj:
    """The platform's fee from a connected account's own charge; the charge's changed fields."""
    platform = platform_of(world)
    if platform is None:
        return {}
    fee = _new_fee(platform, world.account, charge, charge["application_fee_amount"], at)
    return {"application_fee": fee["id"]}


def _new_fee(
    platform: World, account: str, charge: Obj, amount: int, at: int, origin: str | None = None
) -> Obj:
    """Insert a fee on a charge of the connected account; `origin` is the platform's own charge,
    where that is what it came with.
    """
    name = platform.ids.new("fee")
    application = charge["application"] or own_application(platform)
    fee: Obj = {
        "id": name,
        "object": "application_fee",
        "account": account,
        "amount": amount,
        "amount_refunded": 0,
        "application": application,
        "balance_transaction": platform.ids.new("txn"),
        "charge": charge["id"],
        "created": at,
        "currency": charge["currency"],
        "fee_source": {"charge": charge["id"], "payout": None, "type": "charge"},
        "livemode": False,
        "originating_transaction": origin,
        "refunded": False,
        "refunds": {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/application_fees/{name}/refunds",
        },
    }
    with platform.transaction():
        platform.insert(fee, "application_fee.created")
        enter(platform, "application_fee", fee, amount, at, name=fee["balance_transaction"])
    return fee


def create(world: World, call: Call) -> Obj:
    """A transfer by hand: of a charge, or of what is available."""
    params = call.only(
        "amount",
        "currency",
        "description",
        "destination",
        "metadata",
        "source_transaction",
        "transfer_group",
    )
    if world.get("account", params["destination"]) is None:
        raise NoSuchObject("destination", params["destination"], "destination")
    source, amount = None, params.get("amount")
    currency = currency_of(params["currency"])
    if params.get("source_transaction"):
        source = existing(world, "charge", params["source_transaction"], "source_transaction")
        amount = source["amount_captured"] if amount is None else amount
    if amount is None:
        raise MissingParameter("amount")
    if amount < 1:
        raise refusal("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    _check_funds(world, amount, currency, source)
    with world.transaction():
        now, charge = world.now(), source["id"] if source else None
        transfer = _send(world, amount, currency, params, now, charge)
        receive(world, transfer, None, now)
        return transfer


def _check_funds(world: World, amount: int, currency: str, source: Obj | None) -> None:
    """The money must be available, or that of the charge, earlier transfers of it counted in."""
    if source is None:
        if amount > available_funds(world, currency):
            raise refusal(_NO_FUNDS, code="balance_insufficient")
        return
    moved = sum(
        each["amount"] - each["amount_reversed"]
        for each in world.find("transfer")
        if each["source_transaction"] == source["id"]
    )
    if source["currency"] != currency or amount > source["amount_captured"] - moved:
        raise refusal(
            "A transfer must be in the currency of its `source_transaction`, and all of them"
            " together at most its amount.",
            param="amount",
        )


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "transfer", call.path["transfer"], "transfer")


def update(world: World, call: Call) -> Obj:
    params = call.only("description", "metadata")
    transfer = addressed(world, "transfer", call.path["transfer"], "transfer")
    changes: Obj = {}
    if "description" in params:
        changes["description"] = unset(params["description"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(transfer["metadata"], params["metadata"])
    return world.change("transfer", transfer["id"], changes, "transfer.updated")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("created", "destination", "transfer_group")
    wanted = {key: params[key] for key in ("destination", "transfer_group") if params.get(key)}
    return Listing(
        "transfer", keep=lambda made: all(made[key] == value for key, value in wanted.items())
    )


def retrieve_fee(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "application_fee", call.path["id"])


def list_fees(world: World, call: Call) -> Listing:
    params = call.only("charge", "created")
    charge = params.get("charge")
    return Listing("application_fee", keep=lambda fee: not charge or fee["charge"] == charge)


HANDLERS: dict[str, Handler] = {
    "GET /v1/application_fees": list_fees,
    "GET /v1/application_fees/{id}": retrieve_fee,
    "GET /v1/transfers": list_all,
    "POST /v1/transfers": create,
    "GET /v1/transfers/{transfer}": retrieve,
    "POST /v1/transfers/{transfer}": update,
}
