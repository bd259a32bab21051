"""The line items of a Checkout Session, as `item` objects (class `stripe.LineItem`).

docs.stripe.com/api/checkout/sessions/line_items. A session shows them and the breakdown of its
totals, and an item its `discounts` and `taxes`, only when they are expanded. The discount is the
subscription's once there is one; until then, and in `payment` mode, it is one of the session's own,
which Stripe does not document: it begins when the session does and has no end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.billing.call import Call, Embedded, Handler, addressed
from simulator.billing.checkout_carts import Cart
from simulator.billing.checkout_completion import KIND
from simulator.billing.lines import counted
from simulator.billing.signups import ItemSpec
from simulator.engine import Obj, World


def keep_items(world: World, name: str, cart: Cart) -> None:
    """Remember of which session (its id is `name`) the items of the cart are."""
    for position in range(len(cart.items)):
        world.keep(_name_of(name, position), session=name)


def list_line_items(world: World, call: Call) -> Embedded:
    call.only()
    session = addressed(world, KIND, call.path["session"], "session")
    return Embedded(tuple(_line_items(world, session)))


def included_line_items(world: World, session: Obj) -> Obj:
    """The `line_items` of a session as a list object."""
    return {
        "object": "list",
        "data": _line_items(world, session),
        "has_more": False,
        "url": f"/v1/checkout/sessions/{session['id']}/line_items",
    }


def _name_of(session: str, position: int) -> str:
    return f"li_1{session[-22:]}{position}"


def _line_items(world: World, session: Obj) -> list[Obj]:
    cart: Cart | None = world.kept(session["id"]).get("cart")
    if cart is None:
        return []
    lines = []
    for position, (spec, amount, off) in enumerate(
        zip(cart.items, cart.gross, cart.off, strict=True)
    ):
        lines.append(
            {
                "id": _name_of(session["id"], position),
                "object": "item",
                "amount_discount": off,
                "amount_subtotal": amount,
                "amount_tax": 0,
                "amount_total": amount - off,
                "currency": spec.price["currency"],
                "description": _described(world, spec),
                "price": spec.price,
                "quantity": spec.quantity,
            }
        )
    return lines


def _described(world: World, spec: ItemSpec) -> str:
    """`2 × Gold`, or the product alone where the quantity comes later."""
    if spec.quantity is not None:
        return counted(world, spec.price, spec.quantity)
    product = world.get("product", spec.price["product"])
    return str((product or {})["name"])


def included_breakdown(world: World, session: Obj) -> Obj:
    """The `total_details.breakdown` of a session: what each discount took off."""
    off = session["total_details"]["amount_discount"]
    return {"discounts": _taken_off(world, session, off), "taxes": []}


def _discounts(world: World, item: Obj) -> list[Obj]:
    session = world.get(KIND, world.kept(item["id"])["session"])
    assert session is not None
    return _taken_off(world, session, item["amount_discount"])


def _taken_off(world: World, session: Obj, amount: int) -> list[Obj]:
    return [{"amount": amount, "discount": _discount(world, session)}] if amount else []


def _discount(world: World, session: Obj) -> Obj:
    subscription = world.get("subscription", session["subscription"] or "")
    for name in (subscription or {}).get("discounts") or ():
        if (discount := world.get("discount", name)) is not None:
            return discount
    given = session["discounts"][0]
    promotion = world.get("promotion_code", given["promotion_code"] or "")
    coupon = promotion["promotion"]["coupon"] if promotion else given["coupon"]
    return {
        "id": f"di_1{session['id'][-22:]}",
        "object": "discount",
        "checkout_session": session["id"],
        "customer": session["customer"],
        "customer_account": None,
        "end": None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": given["promotion_code"],
        "source": {"coupon": coupon, "type": "coupon"},
        "start": session["created"],
        "subscription": None,
        "subscription_item": None,
    }


def _taxes(_world: World, _item: Obj) -> list[Obj]:
    """None, since automatic tax is not simulated."""
    return []


INCLUDABLE: dict[str, Callable[[World, Obj], Any]] = {"discounts": _discounts, "taxes": _taxes}

HANDLERS: dict[str, Handler] = {
    "GET /v1/checkout/sessions/{session}/line_items": list_line_items,
}
