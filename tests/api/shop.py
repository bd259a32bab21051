"""A small Stripe for the tests of its HTTP conventions: customers, and a decline with a trace."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from simulator.api import Accounts, Answer, Request, StripeApi
from simulator.billing.call import Call, Embedded, Listing
from simulator.contract import CardError, MissingParameter, NoSuchObject
from simulator.engine import Laws, Obj, VirtualClock, World

KEY = "sk_test_shop"
START = 1_795_531_178
PATHS = {"customer": ("email",), "subscription": ("customer",)}


def make_world(key: str) -> World:
    return World(key=key, seed=1, clock=VirtualClock(START), laws=Laws(paths=PATHS))


def create(world: World, call: Call) -> Obj:
    customer: Obj = {
        "id": world.ids.new("cus"),
        "object": "customer",
        "created": world.now(),
        "email": call.params.get("email"),
        "name": call.params.get("name"),
        "metadata": call.params.get("metadata", {}),
        "test_clock": call.params.get("test_clock"),
    }
    return world.insert(customer, "customer.created")


def found(world: World, call: Call) -> Obj:
    customer = world.get("customer", call.path["customer"])
    if customer is None:
        raise NoSuchObject("customer", call.path["customer"], in_path=True)
    return customer


def update(world: World, call: Call) -> Obj:
    return world.change("customer", found(world, call)["id"], dict(call.params), "customer.updated")


def delete(world: World, call: Call) -> Obj:
    world.remove("customer", found(world, call)["id"], "customer.deleted")
    return {"id": call.path["customer"], "object": "customer", "deleted": True}


def list_all(_world: World, call: Call) -> Listing:
    if email := call.params.get("email"):
        return Listing("customer", "email", email)
    return Listing("customer")


def named(call: Call) -> str:
    """The customer that the parameters name, which the SDK does not require."""
    customer: str | None = call.params.get("customer")
    if customer is None:
        raise MissingParameter("customer")
    return customer


def subscribe(world: World, call: Call) -> Obj:
    subscription: Obj = {
        "id": world.ids.new("sub"),
        "object": "subscription",
        "created": world.now(),
        "customer": named(call),
        "default_payment_method": None,
        "description": "text",
        "discounts": ["di_1gone"],
        "items": {"object": "list", "data": [], "has_more": False, "url": "/v1/x"},
        "latest_invoice": None,
        "quantity": 3,
    }
    return world.insert(subscription)


def subscriptions(_world: World, call: Call) -> Listing:
    return Listing("subscription", "customer", named(call))


def pay(world: World, _call: Call) -> Obj:
    world.insert({"id": "ch_1", "object": "charge", "created": world.now()}, "charge.failed")
    raise CardError(decline_code="generic_decline", charge="ch_1", commits=True)


def attach(world: World, _call: Call) -> Obj:
    world.insert({"id": "ch_2", "object": "charge", "created": world.now()}, "charge.failed")
    raise CardError(decline_code="generic_decline", param="")


def lines(_world: World, _call: Call) -> Embedded:
    return Embedded(tuple({"id": f"il_{n}", "object": "line_item"} for n in range(12)))


def open_subscriptions(world: World, customer: Obj) -> Obj:
    data = world.find("subscription", "customer", customer["id"])
    return {"object": "list", "data": data, "has_more": False, "url": "/v1/subscriptions"}


HANDLERS = {
    "POST /v1/customers": create,
    "GET /v1/customers": list_all,
    "GET /v1/customers/{customer}": found,
    "POST /v1/customers/{customer}": update,
    "DELETE /v1/customers/{customer}": delete,
    "POST /v1/subscriptions": subscribe,
    "GET /v1/subscriptions": subscriptions,
    "POST /v1/invoices/{invoice}/pay": pay,
    "POST /v1/payment_methods/{payment_method}/attach": attach,
    "GET /v1/invoices/{invoice}/lines": lines,
}
INCLUDABLE = {"customer": {"subscriptions": open_subscriptions}}


@dataclass
class Reply:
    """An answer, read."""

    answer: Answer

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.answer.headers)

    @property
    def body(self) -> Any:
        return json.loads(self.answer.body)

    @property
    def error(self) -> Any:
        return self.body["error"]


@dataclass
class Shop:
    """Calls the API as a client with a key would."""

    answered: list[World] = field(default_factory=list)
    strict: bool = False

    def __post_init__(self) -> None:
        self.accounts = Accounts(make_world)
        self.api = StripeApi(
            self.accounts,
            handlers=HANDLERS,
            includable=INCLUDABLE,
            on_answered=self.answered.append,
            strict=self.strict,
        )

    @property
    def world(self) -> World:
        return self.accounts.open(KEY)

    def call(self, method: str, path: str, params: Any = (), **headers: str) -> Reply:
        """`params` are pairs or a mapping; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("authorization", f"Bearer {KEY}")
        form = urlencode(params)
        query, body = ("", form.encode()) if method == "POST" else (form, b"")
        return Reply(self.api.answer(Request(method, path, query, named, body)))

    def get(self, path: str, params: Any = (), **headers: str) -> Reply:
        return self.call("GET", path, params, **headers)

    def post(self, path: str, params: Any = (), **headers: str) -> Reply:
        return self.call("POST", path, params, **headers)

    def customer(self, **params: str) -> str:
        name: str = self.post("/v1/customers", params).body["id"]
        return name
