"""Money between a platform and its connected accounts (docs.stripe.com/connect/charges).

A destination charge moves the payment on to the connected account and leaves the application fee
with the platform; a direct charge is the connected account's own, and its application fee comes to
the platform. Not simulated: reversals, and transfers made by hand.
"""

from __future__ import annotations

from simulator.billing.balance import enter, fee_detail
from simulator.billing.call import Call, Handler, Listing, addressed, merged_metadata, unset
from simulator.billing.connect import application_of, own_application, platform_of
from simulator.engine import Obj, World


def of_destination_charge(world: World, charge: Obj, at: int) -> Obj:
    """Transfer a settled charge to its destination; the charge's changed fields.

    With `transfer_data[amount]` that much is transferred; otherwise all of it, and the application
    fee comes back.
    """
    given = charge["transfer_data"]
    amount = given["amount"] if given["amount"] is not None else charge["amount_captured"]
    name, payment = world.ids.new("tr"), world.ids.new("py")
    transfer: Obj = {
        "id": name,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": world.ids.new("txn"),
        "created": at,
        "currency": charge["currency"],
        "description": None,
        "destination": given["destination"],
        "destination_payment": payment,
        "livemode": False,
        "metadata": {},
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/transfers/{name}/reversals",
        },
        "reversed": False,
        "source_transaction": charge["id"],
        "source_type": "card",
        "transfer_group": charge["transfer_group"],
    }
    world.insert(transfer, "transfer.created")
    enter(world, "transfer", transfer, -amount, at, name=transfer["balance_transaction"])
    changes: Obj = {"transfer": name}
    fee = charge["application_fee_amount"]
    if fee:
        paid = {**charge, "id": payment}
        changes["application_fee"] = _new_fee(world, given["destination"], paid, fee, at)["id"]
    _receive(world, given["destination"], transfer, charge, fee or 0, at)
    return changes


def _receive(world: World, account: str, transfer: Obj, charge: Obj, fee: int, at: int) -> None:
    """The payment as the connected account sees it: on its balance, less the application fee."""
    connected = world.relatives(account)
    if connected is None:
        return
    fees = [fee_detail(fee, charge["currency"], "application_fee", application_of(connected))]
    payment = {
        "id": transfer["destination_payment"],
        "currency": charge["currency"],
    }
    enter(connected, "payment", payment, transfer["amount"], at, fees=fees if fee else [])


def fee_of_direct_charge(world: World, charge: Obj, at: int) -> Obj:
    """The platform's fee from a connected account's own charge; the charge's changed fields."""
    platform = platform_of(world)
    if platform is None:
        return {}
    fee = _new_fee(platform, world.account, charge, charge["application_fee_amount"], at)
    return {"application_fee": fee["id"]}


def _new_fee(platform: World, account: str, charge: Obj, amount: int, at: int) -> Obj:
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
        "originating_transaction": None,
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
    "GET /v1/transfers/{transfer}": retrieve,
    "POST /v1/transfers/{transfer}": update,
}
