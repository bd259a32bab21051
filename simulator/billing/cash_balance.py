"""The customer's cash balance (docs.stripe.com/payments/customer-balance; class
`stripe.CashBalance`).

Money arrives there by bank transfer, which is not simulated; so it holds none, and what can be said
about it is how it would be reconciled.
"""

from __future__ import annotations

from simulator.billing.call import Call, Handler, addressed, simulates
from simulator.engine import Obj, World


def of_customer(world: World, customer: Obj) -> Obj:
    """The cash balance of a customer, with the account's default where it has no own setting."""
    mode = world.kept(f"cash_balance:{customer['id']}").get("reconciliation_mode")
    return {
        "object": "cash_balance",
        "available": None,
        "customer": customer["id"],
        "customer_account": None,
        "livemode": False,
        "settings": {
            "reconciliation_mode": mode or "automatic",
            "using_merchant_default": mode is None,
        },
    }


def set_up(world: World, customer: Obj, settings: Obj) -> None:
    """Keep a customer's own `reconciliation_mode`; `merchant_default` takes it back."""
    given = simulates(settings, ("reconciliation_mode",), "settings")
    if given.get("reconciliation_mode"):
        mode = given["reconciliation_mode"]
        own = None if mode == "merchant_default" else mode
        world.keep(f"cash_balance:{customer['id']}", reconciliation_mode=own)


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return of_customer(world, addressed(world, "customer", call.path["customer"], "customer"))


def update(world: World, call: Call) -> Obj:
    params = call.only("settings")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    set_up(world, customer, params.get("settings") or {})
    return of_customer(world, customer)


HANDLERS: dict[str, Handler] = {
    "GET /v1/customers/{customer}/cash_balance": retrieve,
    "POST /v1/customers/{customer}/cash_balance": update,
}
