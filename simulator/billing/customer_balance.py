"""The customer's credit balance and what was written to it.

docs.stripe.com/billing/customer/balance. A negative balance is credit, which the next finalised
invoice uses up. Every change is a transaction: by hand, by setting `customer.balance` (`initial` at
the beginning, `adjustment` later) or by an invoice.

docs.stripe.com/invoicing/multi-currency-customers: there is one balance for each currency, and an
invoice uses that of its own. `customer.balance` is that in the customer's currency; all of them are
in `invoice_credit_balance`, with the signs turned round. No event tells of the others, since no
field that events show has changed.
"""

from __future__ import annotations

from simulator.billing.amounts import currency_of
from simulator.billing.call import (
    Call,
    Handler,
    Listing,
    addressed,
    merged_metadata,
    unset,
)
from simulator.billing.timelines import time_of
from simulator.contract.errors import MissingParameter, NoSuchObject
from simulator.engine import Obj, World

KIND = "customer_balance_transaction"


def held(world: World, customer: Obj, currency: str) -> int:
    """The balance in a currency, in minor units; negative is credit."""
    if customer["currency"] in (None, currency):
        return int(customer["balance"])
    return int(world.kept(_place(customer)).get(currency, 0))


def hold(world: World, customer: Obj, currency: str, ending: int) -> None:
    """Set the balance in a currency; what is not the customer's own stands beside the customer."""
    if customer["currency"] in (None, currency):
        world.change("customer", customer["id"], {"balance": ending}, "customer.updated")
    else:
        world.keep(_place(customer), **{currency: ending})


def by_currency(world: World, customer: Obj) -> Obj:
    """`invoice_credit_balance`: credit by currency, what is owed negative; nothing where there is
    none (recorded traffic).
    """
    own = {customer["currency"]: customer["balance"]} if customer["currency"] else {}
    balances = {**own, **world.kept(_place(customer))}
    return {currency: -balance for currency, balance in balances.items() if balance}


def _place(customer: Obj) -> str:
    return f"balances:{customer['id']}"


def enter(
    world: World,
    customer: Obj,
    kind: str,
    step: tuple[int, int],
    at: int,
    *,
    currency: str,
    invoice: str | None = None,
    **fields: object,
) -> Obj:
    """Insert a transaction of that `type`: a step from one balance to another.

    Amounts are in minor units. The balance itself is left to the caller.
    """
    before, ending = step
    return world.insert(
        {
            "id": world.ids.new("cbtxn"),
            "object": KIND,
            "amount": ending - before,
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
        step = customer["balance"], ending
        enter(world, customer, kind, step, time_of(world, customer), currency=currency)


def create(world: World, call: Call) -> Obj:
    params = call.only("amount", "currency", "description", "metadata")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    for name in ("amount", "currency"):
        if params.get(name) is None:
            raise MissingParameter(name)
    currency = currency_of(params["currency"])
    before = held(world, customer, currency)
    ending = before + params["amount"]
    with world.transaction():
        made = enter(
            world,
            customer,
            "adjustment",
            (before, ending),
            time_of(world, customer),
            currency=currency,
            description=unset(params.get("description")),
            metadata=merged_metadata({}, params.get("metadata")),
        )
        if customer["currency"] is None:
            first = {"balance": ending, "currency": currency}
            world.change("customer", customer["id"], first, "customer.updated")
        else:
            hold(world, customer, currency, ending)
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
