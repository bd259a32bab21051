"""An account and its caller: the API in process, so that a test reads as a story of calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from stripe._encode import _api_encode

from simulator.api import Accounts, Request, StripeApi
from simulator.billing import HANDLERS, INCLUDABLE, LAWS
from simulator.engine import Obj, VirtualClock, World

START = 1_762_799_407  # 2025-11-10 18:30:07 UTC
KEY = "sk_test_billing"


class Refused(Exception):
    """An answer other than 200, with Stripe's error object."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(f"{status} {error.get('message')}")
        self.status = status
        self.error = error


@dataclass(slots=True)
class Account:
    """One account, called through the whole API room."""

    api: StripeApi
    world: World
    seen: int = 0

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("GET", path, params)

    def post(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("POST", path, params)

    def delete(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("DELETE", path, params)

    def _call(self, method: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
        encoded = urlencode(list(_api_encode(params)))
        in_body = method == "POST"
        answer = self.api.answer(
            Request(
                method=method,
                path=f"/v1/{path}",
                query="" if in_body else encoded,
                headers={
                    "authorization": f"Bearer {KEY}",
                    "content-type": "application/x-www-form-urlencoded",
                },
                body=encoded.encode() if in_body else b"",
            )
        )
        body = orjson.loads(answer.body)
        if answer.status != 200:
            raise Refused(answer.status, body["error"])
        return body

    def pass_time(self, seconds: int) -> None:
        """The account's clock goes forward; what is due happens."""
        self.world.run_until(self.world.now() + seconds)

    def pass_to(self, instant: int) -> None:
        self.world.run_until(instant)

    def news(self) -> list[dict[str, Any]]:
        """Events since the last look, oldest first."""
        new = self.world.events[self.seen :]
        self.seen = len(self.world.events)
        return new

    def told(self) -> list[str]:
        """Types of the events since the last look."""
        return [event["type"] for event in self.news()]

    # --- the beginning of most stories ---------------------------------------------------------

    def plan(self, amount: int = 2500, interval: str = "month", **more: Any) -> str:
        product = (
            more.pop("product", None)
            or self.post("products", name="Test Subscription", unit_label="user")["id"]
        )
        price = self.post(
            "prices",
            product=product,
            currency=more.pop("currency", "usd"),
            unit_amount=amount,
            recurring={"interval": interval, **more.pop("recurring", {})},
            **more,
        )
        return price["id"]

    def payer(self, card: str = "pm_card_visa", **more: Any) -> str:
        customer = self.post("customers", email="ada@example.org", **more)["id"]
        method = self.post(f"payment_methods/{card}/attach", customer=customer)["id"]
        self.post(f"customers/{customer}", invoice_settings={"default_payment_method": method})
        return customer

    def subscribed(self, price: str | None = None, **more: Any) -> dict[str, Any]:
        customer = more.pop("customer", None) or self.payer()
        items = more.pop("items", None) or [{"price": price or self.plan()}]
        return self.post("subscriptions", customer=customer, items=items, **more)

    def customer_of(self, subscription: Obj) -> Obj:
        return self.get(f"customers/{subscription['customer']}")

    def default_card(self, customer: str, card: str) -> str:
        """Attach a card and make it the customer's default."""
        method: str = self.post(f"payment_methods/{card}/attach", customer=customer)["id"]
        self.post(f"customers/{customer}", invoice_settings={"default_payment_method": method})
        return method

    def switch(self, subscription: Obj, price: str, **more: Any) -> Obj:
        """Give the only item another price."""
        item = {"id": only_item(subscription)["id"], "price": price, **more.pop("item", {})}
        return self.post(f"subscriptions/{subscription['id']}", items=[item], **more)

    def fresh(self, subscription: Obj, **more: Any) -> Obj:
        return self.get(f"subscriptions/{subscription['id']}", **more)

    def lines(self, invoice: str | Obj) -> list[Obj]:
        name = invoice if isinstance(invoice, str) else invoice["id"]
        return self.get(f"invoices/{name}")["lines"]["data"]

    def pending(self, subscription: Obj) -> list[Obj]:
        """Pending invoice items, oldest first."""
        found = self.get("invoiceitems", customer=subscription["customer"], pending=True)
        return list(reversed(found["data"]))


def only_item(subscription: Obj) -> Obj:
    (item,) = subscription["items"]["data"]
    return item


def period(subscription: Obj) -> tuple[int, int]:
    item = only_item(subscription)
    return item["current_period_start"], item["current_period_end"]


def open_account(*, seed: int = 1, start: int = START) -> Account:
    """A fresh account whose clock stands at `start`."""
    made = World(key=KEY, seed=seed, clock=VirtualClock(start), laws=LAWS)
    accounts = Accounts(lambda _: made)
    return Account(StripeApi(accounts, HANDLERS, INCLUDABLE), accounts.open(KEY))
