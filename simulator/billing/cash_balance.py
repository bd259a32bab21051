"""The customer's cash balance (docs.stripe.com/payments/customer-balance; class
`stripe.CashBalance`).

Money that came by bank transfer and is not yet part of a payment, by currency. Each movement is a
transaction (class `stripe.CustomerCashBalanceTransaction`); how what comes in is used is in
`cash_reconciliation`. Money never goes back to the customer by itself: that Stripe returns what
nobody used for 75 days is not simulated.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.billing.call import Call, Handler, Listing, addressed, simulates
from simulator.billing.timelines import time_of
from simulator.contract.errors import NoSuchObject
from simulator.engine import Obj, World

KIND = "customer_cash_balance_transaction"


def of_customer(world: World, customer: Obj) -> Obj:
    """The cash balance of a customer, with the account's default where it has no own setting."""
    kept = world.kept(_place(customer["id"]))
    mode = kept.get("reconciliation_mode")
    return {
        "object": "cash_balance",
        "available": kept.get("available"),
        "customer": customer["id"],
        "customer_account": None,
        "livemode": False,
        "settings": {
            "reconciliation_mode": mode or "automatic",
            "using_merchant_default": mode is None,
        },
    }


def _place(customer: str) -> str:
    return f"cash_balance:{customer}"


def available(world: World, customer: str) -> Mapping[str, int]:
    """What there is, in minor units, by currency."""
    held: Mapping[str, int] = world.kept(_place(customer)).get("available") or {}
    return held


def move(world: World, customer: Obj, currency: str, amount: int, kind: str, details: Obj) -> Obj:
    """Add an amount (take it, if it is negative) and write it down as a transaction of that type.

    `details` stand under the type's own name.
    """
    ending = available(world, customer["id"]).get(currency, 0) + amount
    assert ending >= 0
    held = {**available(world, customer["id"]), currency: ending}
    with world.transaction():
        world.keep(_place(customer["id"]), available=held)
        return world.insert(
            {
                "id": world.ids.new("ccsbtxn"),
                "object": KIND,
                "created": time_of(world, customer),
                "currency": currency,
                "customer": customer["id"],
                "customer_account": None,
                "ending_balance": ending,
                kind: details,
                "livemode": False,
                "net_amount": amount,
                "type": kind,
            },
            "customer_cash_balance_transaction.created",
        )


def set_up(world: World, customer: Obj, settings: Obj) -> None:
    """Keep a customer's own `reconciliation_mode`; `merchant_default` takes it back."""
    given = simulates(settings, ("reconciliation_mode",), "settings")
    if given.get("reconciliation_mode"):
        mode = given["reconciliation_mode"]
        own = None if mode == "merchant_default" else mode
        world.keep(_place(customer["id"]), reconciliation_mode=own)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return of_customer(world, _customer(world, call))


def update(world: World, call: Call) -> Obj:
    params = call.only("settings")
    customer = _customer(world, call)
    set_up(world, customer, params.get("settings") or {})
    return of_customer(world, customer)


def _customer(world: World, call: Call) -> Obj:
    return addressed(world, "customer", call.path["customer"], "customer")


def list_transactions(world: World, call: Call) -> Listing:
    call.only()
    return Listing(KIND, "customer", _customer(world, call)["id"])


def retrieve_transaction(world: World, call: Call) -> Obj:
    call.only()
    customer, name = _customer(world, call), call.path["transaction"]
    found = world.get(KIND, name)
    if found is None or found["customer"] != customer["id"]:
        raise NoSuchObject(KIND, name, in_path=True)
    return found


_PATH = "/v1/customers/{customer}"

HANDLERS: dict[str, Handler] = {
    f"GET {_PATH}/cash_balance": retrieve,
    f"POST {_PATH}/cash_balance": update,
    f"GET {_PATH}/cash_balance_transactions": list_transactions,
    f"GET {_PATH}/cash_balance_transactions/{{transaction}}": retrieve_transaction,
}
