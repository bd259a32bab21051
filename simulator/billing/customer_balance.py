"""The customer's credit balance and what was written to it.

docs.stripe.com/billing/customer/balance. A negative balance is credit, which the next finalised
invoice uses up. Every change is a transaction: by hand, by setting `customer.balance` (`initial` at
the beginning, `adjustment` later) or by an invoice. One balance in one currency; a second currency
is refused, since balances by currency (`invoice_credit_balance`) are not simulated.
"""

from __future__ import annotations

from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    merged_metadata,
    not_simulated,
    unset,
)
from simulator.billing.timelines import time_of
from simulator.contract.errors import MissingParameter, NoSuchObject
from simulator.engine import Obj, World

KIND = "customer_balance_transaction"


def enter(
    world: World,
    customer: Obj,
    kind: str,
    ending: int,
    at: int,
    *,
    currency: str,
    invoice: str | None = None,
    **fields: object,
) -> Obj:
    """Insert a transaction of that `type` that leads from the customer's balance to `ending`.

    Amounts are in minor units. The customer is left to the caller.
    """
    return world.insert(
        {
            "id": world.ids.new("cbtxn"),
            "object": KIND,
            "amount": ending - customer["balance"],
            "checkout_session": None,
            "created": at,
            "credit_note": None,
            "currency": currency,
            "customer": customer["id"],
            "customer_account": None,
            "description": None,
            "ending_balance": ending,
            "invoice": invoice,
            "livemode": False,
            "metadata": {},
            "type": kind,
            **fields,
        }
    )


def set_by_hand(world: World, customer: Obj, ending: int, kind: str) -> None:
    """Write down that `customer.balance` was set to `ending`, if it was another."""
    if ending != customer["balance"]:
        currency = customer["currency"] or world.settings.default_currency
        enter(world, customer, kind, ending, time_of(world, customer), currency=currency)


def create(world: World, call: Call) -> Obj:
    params = call.only("amount", "currency", "description", "metadata")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    for name in ("amount", "currency"):
        if params.get(name) is None:
            raise MissingParameter(name)
    currency, ending = params["currency"].lower(), customer["balance"] + params["amount"]
    if customer["currency"] not in (None, currency):
        raise not_simulated("a second currency in a customer's balance", param="currency")
    with world.transaction():
        made = enter(
            world,
            customer,
            "adjustment",
            ending,
            time_of(world, customer),
            currency=currency,
            description=unset(params.get("description")),
            metadata=merged_metadata({}, params.get("metadata")),
        )
        changes = {"balance": ending, "currency": currency}
        world.change("customer", customer["id"], changes, "customer.updated")
        return made


def _transaction(world: World, call: Call) -> Obj:
    customer = addressed(world, "customer", call.path["customer"], "customer")
    found = world.get(KIND, call.path["transaction"])
    if found is None or found["customer"] != customer["id"]:
        raise NoSuchObject(KIND, call.path["transaction"], in_path=True)
    return found


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return _transaction(world, call)


def update(world: World, call: Call) -> Obj:
    """Only what describes a transaction can be changed."""
    params = call.only("description", "metadata")
    found = _transaction(world, call)
    changes: Obj = {}
    if "description" in params:
        changes["description"] = unset(params["description"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(found["metadata"], params["metadata"])
    return world.change(KIND, found["id"], changes)


def list_all(world: World, call: Call) -> Listing:
    params = call.only("created", "invoice")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    invoice = params.get("invoice")

    def keep(transaction: Obj) -> bool:
        return not invoice or transaction["invoice"] == invoice

    return Listing(KIND, "customer", customer["id"], keep)


_PATH = "/v1/customers/{customer}/balance_transactions"

HANDLERS: dict[str, Handler] = {
    f"GET {_PATH}": list_all,
    f"POST {_PATH}": create,
    f"GET {_PATH}/{{transaction}}": retrieve,
    f"POST {_PATH}/{{transaction}}": update,
}
