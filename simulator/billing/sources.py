"""Cards kept the old way, as sources of a customer (docs.stripe.com/api/cards).

A source is a `card` object and can be used wherever a payment method can: it has a twin of the same
id among the payment methods. The first one becomes the customer's `default_source`
(docs.stripe.com/api/customers/create#create_customer-source).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.billing.call import (
    Call,
    Embedded,
    Handler,
    addressed,
    merged_metadata,
    not_simulated,
    simulates,
    unset,
)
from simulator.billing.payment_methods import from_token
from simulator.billing.test_cards import card_of
from simulator.contract.errors import CardError, MissingParameter, NoSuchObject
from simulator.engine import Obj, World

_BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "MasterCard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
_ADDRESS = ("city", "country", "line1", "line2", "state")


def card_body(name: str, method: Obj, customer: str | None) -> Obj:
    """The `card` object of a card payment method."""
    face, details = method["card"], method["billing_details"]
    address = details["address"]
    return {
        "id": name,
        "object": "card",
        **{f"address_{part}": address[part] for part in _ADDRESS},
        "address_line1_check": None,
        "address_zip": address["postal_code"],
        "address_zip_check": None,
        "brand": _BRANDS[face["brand"]],
        "country": face["country"],
        "customer": customer,
        "cvc_check": "pass" if customer else "unchecked",
        "dynamic_last4": None,
        "exp_month": face["exp_month"],
        "exp_year": face["exp_year"],
        "fingerprint": face["fingerprint"],
        "funding": face["funding"],
        "last4": face["last4"],
        "metadata": {},
        "name": details["name"],
        "regulated_status": face["regulated_status"],
        "tokenization_method": None,
    }


def add(world: World, customer: str, token: str, param: str = "source") -> Obj:
    """Keep the card behind a token as the customer's source, emitting `customer.source.created`.

    A declining card is refused, as it is on attaching.
    """
    method = from_token(world, token, param)
    card = card_of(method)
    if card is not None and card.decline is not None and not card.attaches:
        raise card.decline.error(param="")
    name = world.ids.new("card")
    source = card_body(name, method, customer)
    with world.transaction():
        world.insert({**method, "id": name, "customer": customer})
        world.keep(f"sources:{customer}", ids=(*_ids(world, customer), name))
        return world.insert(source, "customer.source.created")


def _ids(world: World, customer: str) -> tuple[str, ...]:
    ids: tuple[str, ...] = world.kept(f"sources:{customer}").get("ids", ())
    return ids


def sources_of(world: World, customer: Obj) -> Obj:
    """The includable list `customer.sources`."""
    data = [card for name in _ids(world, customer["id"]) if (card := world.get("card", name))]
    return {
        "object": "list",
        "data": data,
        "has_more": False,
        "total_count": len(data),
        "url": f"/v1/customers/{customer['id']}/sources",
    }


def replaced(world: World, customer: Obj, token: str) -> Obj:
    """What `source` changes of a customer: the new card takes the default one's place."""
    source = add(world, customer["id"], token)
    if customer["default_source"]:
        _drop(world, customer["id"], customer["default_source"])
    return {"default_source": source["id"]}


def own_source(world: World, customer: Obj, name: str) -> str:
    """The id of a source, if it is this customer's."""
    if name not in _ids(world, customer["id"]):
        raise NoSuchObject("source", name, "default_source")
    return name


def create(world: World, call: Call) -> Obj:
    params = call.only("metadata", "source")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    token = params.get("source")
    if not token:
        raise MissingParameter("source")
    if not isinstance(token, str):
        raise not_simulated("sources from raw card details", param="source")
    with world.transaction():
        source = add(world, customer["id"], token)
        if params.get("metadata"):
            metadata = merged_metadata({}, params["metadata"])
            source = world.change("card", source["id"], {"metadata": metadata})
        if customer["default_source"] is None:
            chosen = {"default_source": source["id"]}
            world.change("customer", customer["id"], chosen, "customer.updated")
        return source


def retrieve(world: World, call: Call) -> Obj:
    call.only()
    return _addressed(world, call)


def _addressed(world: World, call: Call) -> Obj:
    customer = addressed(world, "customer", call.path["customer"], "customer")
    name = call.path["id"]
    card = world.get("card", name) if name in _ids(world, customer["id"]) else None
    if card is None:
        raise NoSuchObject("source", name, in_path=True)
    return card


def expiry(written: str) -> int:
    """A month or a year as somebody wrote it; 0, which is neither, for anything else."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 0


def update(world: World, call: Call) -> Obj:
    params = call.only("exp_month", "exp_year", "metadata", "name")
    card = _addressed(world, call)
    changes: Obj = {}
    for name in ("exp_month", "exp_year"):
        if params.get(name):
            changes[name] = expiry(params[name])
    if "exp_month" in changes and not 1 <= changes["exp_month"] <= 12:
        raise CardError(
            "Your card's expiration month is invalid.",
            code="invalid_expiry_month",
            param="exp_month",
        )
    if "name" in params:
        changes["name"] = unset(params["name"])
    if "metadata" in params:
        changes["metadata"] = merged_metadata(card["metadata"], params["metadata"])
    with world.transaction():
        _follow(world, card["id"], changes)
        return world.change("card", card["id"], changes, "customer.source.updated")


def _follow(world: World, name: str, changes: Mapping[str, Any]) -> None:
    """The twin among the payment methods shows the same face."""
    method = world.get("payment_method", name)
    assert method is not None
    face = {key: changes[key] for key in ("exp_month", "exp_year") if key in changes}
    if face:
        world.change("payment_method", name, {"card": {**method["card"], **face}})


def delete(world: World, call: Call) -> Obj:
    simulates(call.params, ())
    card = _addressed(world, call)
    customer = addressed(world, "customer", call.path["customer"], "customer")
    with world.transaction():
        _drop(world, customer["id"], card["id"])
        if customer["default_source"] == card["id"]:
            left = _ids(world, customer["id"])
            chosen = {"default_source": left[-1] if left else None}
            world.change("customer", customer["id"], chosen, "customer.updated")
    return {"id": card["id"], "object": "card", "deleted": True}


def _drop(world: World, customer: str, name: str) -> None:
    left = tuple(other for other in _ids(world, customer) if other != name)
    world.keep(f"sources:{customer}", ids=left)
    world.remove("card", name, "customer.source.deleted")
    world.change("payment_method", name, {"customer": None})


def list_all(world: World, call: Call) -> Embedded:
    params = call.only("object")
    customer = addressed(world, "customer", call.path["customer"], "customer")
    wanted = params.get("object")
    data = sources_of(world, customer)["data"]
    return Embedded(tuple(card for card in data if wanted in (None, card["object"])))


HANDLERS: dict[str, Handler] = {
    "GET /v1/customers/{customer}/sources": list_all,
    "POST /v1/customers/{customer}/sources": create,
    "DELETE /v1/customers/{customer}/sources/{id}": delete,
    "GET /v1/customers/{customer}/sources/{id}": retrieve,
    "POST /v1/customers/{customer}/sources/{id}": update,
}
