"""Invoice items: prorations that wait for the next invoice (docs.stripe.com/api/invoiceitems)."""

from __future__ import annotations

from decimal import Decimal

from simulator.billing.call import Call, Handler, Listing, addressed, existing
from simulator.billing.lines import invoice_item_of, plain, proration_text
from simulator.billing.proration import Credit, Debit
from simulator.engine import Obj, World


def credit_item(world: World, subscription: Obj, item: Obj, credit: Credit) -> Obj:
    """Insert the pending credit for unused time of `item` as it was before the change."""
    credited = _invoiced_as(world, credit.of)
    text = proration_text(world, item["price"], item["quantity"], credit.start, unused=True)
    return _insert(
        world, subscription, item, credit.amount, (credit.start, credit.end), text, credited
    )


def _invoiced_as(world: World, debit: Debit) -> Obj | None:
    """Where the debit stands on an invoice, or `None` while it is pending itself."""
    if debit.invoice_item is None:
        return {"invoice": debit.invoice, "invoice_line_items": [debit.line]}
    pending = world.get("invoiceitem", debit.invoice_item)
    invoice = world.get("invoice", pending["invoice"]) if pending and pending["invoice"] else None
    if invoice is None:
        return None
    return {
        "invoice": invoice["id"],
        "invoice_line_items": [
            line["id"]
            for line in invoice["lines"]["data"]
            if invoice_item_of(line) == debit.invoice_item
        ],
    }


def debit_item(
    world: World, subscription: Obj, item: Obj, amount: int, period: tuple[int, int]
) -> tuple[Obj, Debit]:
    """Insert the pending debit for remaining time of `item` as it is after the change."""
    text = proration_text(world, item["price"], item["quantity"], period[0], unused=False)
    inserted = _insert(world, subscription, item, amount, period, text, None)
    return inserted, Debit(amount, *period, invoice_item=inserted["id"])


def usage_item(
    world: World,
    subscription: Obj,
    item: Obj,
    amount: int,
    quantity: Decimal,
    period: tuple[int, int],
    text: str,
) -> Obj:
    """Insert the pending charge for what a metered item has used; it is no proration."""
    usage = {
        "date": period[1],
        "discountable": True,
        "discounts": item["discounts"],
        "proration": False,
        "proration_details": None,
        "quantity": int(quantity),
        "quantity_decimal": plain(quantity),
        "tax_rates": item["tax_rates"],
    }
    return _insert(world, subscription, item, amount, period, text, None, usage)


def _insert(
    world: World,
    subscription: Obj,
    item: Obj,
    amount: int,
    period: tuple[int, int],
    text: str,
    credited: Obj | None,
    usage: Obj | None = None,
) -> Obj:
    price, name = item["price"], world.ids.new("ii")
    unit_amount = None if usage is None else price["unit_amount_decimal"]
    fields = usage or {
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
    }
    with world.transaction():
        world.keep(name, credited=credited)
        return world.insert(
            {
                "id": name,
                "object": "invoiceitem",
                "amount": amount,
                "currency": price["currency"],
                "customer": subscription["customer"],
                "customer_account": None,
                "date": period[0],
                "description": text,
                "discountable": False,
                "discounts": [],
                "frozen_fields": None,
                "invoice": None,
                "invoicing_rules": None,
                "livemode": False,
                "metadata": {},
                "net_amount": amount,
                "parent": {
                    "subscription_details": {
                        "subscription": subscription["id"],
                        "subscription_item": item["id"],
                    },
                    "type": "subscription_details",
                },
                "period": {"end": period[1], "start": period[0]},
                "pricing": {
                    "price_details": {"price": price["id"], "product": price["product"]},
                    "type": "price_details",
                    "unit_amount_decimal": unit_amount,
                },
                "proration": True,
                "proration_details": {"discount_amounts": []},
                "tax_rates": [],
                "test_clock": subscription["test_clock"],
                **fields,
            },
            "invoiceitem.created",
        )


def pending_of(world: World, subscription: str) -> list[Obj]:
    """What waits for the subscription's next invoice, oldest first."""
    path = "parent.subscription_details.subscription"
    found = world.find("invoiceitem", path, subscription)
    return [item for item in reversed(found) if item["invoice"] is None]


def pending_for(world: World, subscription: Obj) -> list[Obj]:
    """What the subscription's next invoice collects: its own, then the customer's other items.

    docs.stripe.com/billing/invoices/subscription#adding-upcoming-invoice-items
    """
    found = world.find("invoiceitem", "customer", subscription["customer"])
    others = [
        item
        for item in reversed(found)
        if item["invoice"] is None
        and item["parent"] is None
        and item["currency"] == subscription["currency"]
    ]
    return [*pending_of(world, subscription["id"]), *others]


def drop_pending(world: World, subscription: str) -> None:
    """Forget pending prorations, as an immediate cancellation without `invoice_now` does."""
    for item in pending_of(world, subscription):
        if not item["proration"]:
            continue
        world.remove("invoiceitem", item["id"], "invoiceitem.deleted")


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return addressed(world, "invoiceitem", call.path["invoiceitem"], "invoiceitem")


def list_all(world: World, call: Call) -> Listing:
    params = call.only("customer", "invoice", "pending", "created")
    pending = params.get("pending")

    def keep(item: Obj) -> bool:
        return pending is None or (item["invoice"] is None) == pending

    if params.get("invoice"):
        return Listing("invoiceitem", "invoice", params["invoice"], keep)
    if params.get("customer"):
        existing(world, "customer", params["customer"], "customer")
        return Listing("invoiceitem", "customer", params["customer"], keep)
    return Listing("invoiceitem", keep=keep)


HANDLERS: dict[str, Handler] = {
    "GET /v1/invoiceitems": list_all,
    "GET /v1/invoiceitems/{invoiceitem}": retrieve,
}
