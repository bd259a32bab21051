"""The account's balance: what charges, refunds, fees and transfers add to it and take from it.

docs.stripe.com/api/balance_transactions; amounts and shape from recorded traffic (a fee of 2.9 %
and 30 cents; a charge that is captured asynchronously has no balance transaction at first). Every
movement is in the currency of its source: conversion is not simulated.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.billing.call import Call, Handler, Listing, addressed
from simulator.engine import DAY, Obj, World

_FEE_BASIS_POINTS = 290
_FEE_FIXED = 30  # the US account of the recordings: 2.9 % + 30 cents
AVAILABLE_AFTER = 7  # days, counted from midnight UTC

_CATEGORIES = {
    "application_fee": "platform_earning",
    "application_fee_refund": "platform_earning_refund",
    "payment": "charge",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "transfer_refund": "transfer_reversal",
}


def stripe_fee(amount: int) -> int:
    """Stripe's own fee for a payment, in minor units."""
    return (amount * _FEE_BASIS_POINTS + 5000) // 10000 + _FEE_FIXED


def enter(
    world: World,
    kind: str,
    source: Obj,
    amount: int,
    at: int,
    *,
    fees: Sequence[Obj] = (),
    description: str | None = None,
    name: str | None = None,
    category: str | None = None,
    at_once: bool = False,
) -> Obj:
    """Insert a balance transaction of that `type`; `amount` is signed and before fees.

    `category` is its `reporting_category`, where that does not follow from the type. What comes in
    is pending for some days unless it is `at_once`.
    """
    fee = sum(part["amount"] for part in fees)
    return world.insert(
        {
            "id": name or world.ids.new("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": at if at_once else (at // DAY + AVAILABLE_AFTER) * DAY,
            "balance_type": "payments",
            "created": at,
            "currency": source["currency"],
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": list(fees),
            "net": amount - fee,
            "reporting_category": category or _CATEGORIES.get(kind, kind),
            "source": source["id"],
            "status": "available" if at_once else "pending",
            "type": kind,
        }
    )


def fee_detail(
    amount: int, currency: str, kind: str = "stripe_fee", application: str | None = None
) -> Obj:
    """One entry of `fee_details`."""
    stripe = kind == "stripe_fee"
    return {
        "amount": amount,
        "application": application,
        "currency": currency,
        "description": "Stripe processing fees" if stripe else "Application fee",
        "type": kind,
    }


def retrieve_transaction(world: World, call: Call) -> Obj:
    call.only()
    return current(world, addressed(world, "balance_transaction", call.path["id"]))


def list_transactions(world: World, call: Call) -> Listing:
    params = call.only("created", "currency", "source", "type")
    wanted = {key: params[key] for key in ("currency", "source", "type") if params.get(key)}
    return Listing(
        "balance_transaction",
        keep=lambda txn: all(txn[key] == value for key, value in wanted.items()),
    )


def available_funds(world: World, currency: str) -> int:
    """What can be paid out or transferred now, in minor units; what went out is gone at once."""
    now = world.now()
    return sum(
        txn["net"]
        for txn in world.find("balance_transaction")
        if txn["currency"] == currency and (txn["net"] < 0 or txn["available_on"] <= now)
    )


def retrieve_balance(world: World, call: Call) -> Obj:
    """The sums by currency of what is available and what is still pending."""
    call.only()
    now = world.now()
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for txn in world.find("balance_transaction"):
        part = sums["available" if txn["available_on"] <= now else "pending"]
        part[txn["currency"]] = part.get(txn["currency"], 0) + txn["net"]
    currencies = {world.settings.default_currency, *sums["available"], *sums["pending"]}
    shown = {
        part: [
            {
                "amount": amounts.get(currency, 0),
                "currency": currency,
                "source_types": {"card": amounts.get(currency, 0)},
            }
            for currency in sorted(currencies)
        ]
        for part, amounts in sums.items()
    }
    return {
        "object": "balance",
        "available": shown["available"],
        "livemode": False,
        "pending": shown["pending"],
        "refund_and_dispute_prefunding": {"available": [], "pending": []},
    }


def current(world: World, txn: Obj) -> Obj:
    """Pending funds become available by themselves, on a day that was known from the start."""
    return {**txn, "status": "available"} if txn["available_on"] <= world.now() else txn


def with_entries(world: World, obj: Obj) -> Obj:
    """An object that shows its `balance_transactions`, a dispute, with each as it is now."""
    return {**obj, "balance_transactions": [current(world, t) for t in obj["balance_transactions"]]}


HANDLERS: dict[str, Handler] = {
    "GET /v1/balance": retrieve_balance,
    "GET /v1/balance_transactions": list_transactions,
    "GET /v1/balance_transactions/{id}": retrieve_transaction,
}
